//! The report of `cofferdam redteam`: written, and checked by `cofferdam redteam verify`.

use std::path::{Path, PathBuf};

use clap::Args;
use cofferdam_audit::SigningKey;
use cofferdam_redteam::{MachineRecord, Report, verify_report};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::command::key::read_public_keys;
use crate::exit::Exit;
use crate::failure::{Failure, OrCannot, OrExit};
use crate::render::printable::printable;

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// The report
    report: PathBuf,
    /// A public key that may have signed it; repeatable
    #[arg(long, value_name = "FILE", required = true)]
    key: Vec<PathBuf>,
    /// The program that it should be about
    #[arg(long, value_name = "FILE")]
    program: Option<PathBuf>,
}

impl VerifyArgs {
    /// Ends with 0 if the report is what was signed and every attack was held.
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let json = std::fs::read(&self.report).or_cannot(
            Exit::BadInput,
            "read the report",
            &self.report,
        )?;
        let program = self
            .program
            .as_deref()
            .map(|program| {
                file_sha256(program).or_cannot(Exit::BadInput, "read the program", program)
            })
            .transpose()?;
        let verdict = verify_report(&json, &read_public_keys(&self.key)?, program.as_deref());
        let (Some(report), Some(signer), true) =
            (&verdict.report, &verdict.signer, verdict.is_good())
        else {
            println!("report: NOT GOOD");
            verdict
                .findings
                .iter()
                .for_each(|finding| println!("  {}", printable(&finding.to_string())));
            return Err(Failure::already_shown(Exit::NotVerified));
        };
        println!("report: good, signed by {signer}");
        println!(
            "{} {} on {}, {} {}",
            report.started,
            report.version,
            printable(&report.machine.name),
            printable(&report.machine.system),
            printable(&report.machine.kernel),
        );
        if !report.only.is_empty() {
            println!("only {}", printable(&report.only.join(", ")));
        }
        let counts = &report.counts;
        println!(
            "{} held, {} held otherwise, {} granted by policy, {} not held, {} not tried",
            counts.held, counts.held_otherwise, counts.granted, counts.not_held, counts.not_tried
        );
        for finding in report.findings.iter().filter(|finding| !finding.verdict.is_held()) {
            println!(
                "{} {}: {}",
                finding.verdict.key(),
                printable(&finding.attack),
                printable(&finding.evidence)
            );
        }
        if counts.all_held() {
            Ok(Exit::Success)
        } else {
            Err(Failure::already_shown(Exit::NotHeld))
        }
    }
}

/// Signs a report about this program and writes it, whole or not at all.
pub(super) fn write(file: &Path, report: Report, key: &SigningKey) -> Result<(), Failure> {
    let program = std::env::current_exe().and_then(|program| file_sha256(&program));
    let program = program.map_err(|error| {
        Failure::new(Exit::System, error)
            .context("cannot take the digest of this program for the report".to_owned())
    })?;
    let envelope = report.sign(&program, key).or_exit(Exit::Bug)?;
    let mut json = envelope.to_json().or_exit(Exit::Bug)?;
    json.push(b'\n');
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let write = || -> std::io::Result<()> {
        let mut whole = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        std::io::Write::write_all(&mut whole, &json)?;
        whole.persist(file)?;
        Ok(())
    };
    write().map_err(|error| {
        Failure::new(Exit::System, error)
            .context(format!("the report cannot be written to `{}`", file.display()))
    })
}

fn file_sha256(file: &Path) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    hasher.update(std::fs::read(file)?);
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The time in the form of reports.
pub(super) fn now() -> String {
    // Formatting fails for years beyond 9999 only.
    OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default()
}

/// The machine that this is.
pub(super) fn machine_record() -> MachineRecord {
    let (name, kernel) = name_and_kernel();
    MachineRecord {
        name,
        system: std::env::consts::OS.to_owned(),
        kernel,
        architecture: std::env::consts::ARCH.to_owned(),
    }
}

#[cfg(unix)]
fn name_and_kernel() -> (String, String) {
    let name = rustix::system::uname();
    let text = |part: &std::ffi::CStr| part.to_string_lossy().into_owned();
    (text(name.nodename()), text(name.release()))
}

#[cfg(not(unix))]
fn name_and_kernel() -> (String, String) {
    (std::env::var("COMPUTERNAME").unwrap_or_default(), String::new())
}
