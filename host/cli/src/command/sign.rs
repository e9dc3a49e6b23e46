//! `cofferdam sign` and `cofferdam verify`: detached signatures of packages and modules.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use cofferdam_audit::{
    ModuleClaim, SignatureForm, Signed, SigningKey, Trust, TrustedKey, find_signatures,
    read_signatures, sign_file, sign_module, verify_file,
};
use cofferdam_deployment::Stage;
use time::OffsetDateTime;

use crate::command::key::{read_public_keys, with_suffix};
use crate::exit::Exit;
use crate::failure::{Failure, OrCannot, OrExit};
use crate::render::printable::printable;

/// Signs a package or a module; the signature is a file beside it.
///
/// With `--stage` the signature also says at which stages the module may run, so that it cannot be
/// used at another one.
#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    /// What is signed
    file: PathBuf,
    /// The private key
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The form of the signature
    #[arg(long, value_enum, default_value_t = Form::Ssh)]
    form: Form,
    /// A stage at which the module may run; repeatable; implies `--form dsse`
    #[arg(long, value_name = "STAGE")]
    stage: Vec<Stage>,
    /// The world that the module was made for, with --stage
    #[arg(long, value_name = "WORLD", default_value = "wasi:cli/command@0.2.0")]
    world: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// FILE.sig, which `ssh-keygen -Y verify -n cofferdam` reads
    Ssh,
    /// FILE.dsse.json: a DSSE envelope around an in-toto statement
    Dsse,
}

impl SignArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let key = SigningKey::read_file(&self.key).or_exit(Exit::BadInput)?;
        let (suffix, signature) = if !self.stage.is_empty() {
            (".dsse.json", self.module_claim(&key)?)
        } else {
            let (suffix, form) = match self.form {
                Form::Ssh => (".sig", SignatureForm::OpenSsh),
                Form::Dsse => (".dsse.json", SignatureForm::Dsse),
            };
            (suffix, sign_file(&self.file, &key, form).or_exit(Exit::BadInput)?.into_bytes())
        };
        let path = with_suffix(&self.file, suffix);
        std::fs::write(&path, signature).or_cannot(
            Exit::System,
            "write the signature to",
            &path,
        )?;
        println!("{}", path.display());
        Ok(Exit::Success)
    }

    fn module_claim(&self, key: &SigningKey) -> Result<Vec<u8>, Failure> {
        let bytes = std::fs::read(&self.file);
        let bytes = bytes.or_cannot(Exit::BadInput, "read the module", &self.file)?;
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let mut stages: Vec<String> = self.stage.iter().map(ToString::to_string).collect();
        stages.sort();
        stages.dedup();
        let claim = ModuleClaim { stages, world: self.world.clone() };
        let envelope = sign_module(&name, &bytes, &claim, key).or_exit(Exit::BadInput)?;
        let mut json = envelope.to_json().or_exit(Exit::Bug)?;
        json.push(b'\n');
        Ok(json)
    }
}

/// Says who signed a package or a module, and whether that holds.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// What was signed
    file: PathBuf,
    /// The signature [default: the signature files beside it]
    #[arg(long, value_name = "FILE")]
    signature: Vec<PathBuf>,
    /// An OpenSSH allowed-signers file
    #[arg(long, value_name = "FILE", required_unless_present = "key")]
    allowed_signers: Option<PathBuf>,
    /// A public key that is trusted; repeatable
    #[arg(long, value_name = "FILE")]
    key: Vec<PathBuf>,
}

impl VerifyArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let trust = read_trust(self.allowed_signers.as_deref(), &self.key)?;
        for line in trust.ignored_lines() {
            eprintln!("warning: {} is ignored", printable(line));
        }
        let now = OffsetDateTime::now_utc();
        let signatures =
            if self.signature.is_empty() { find_signatures(&self.file) } else { self.signature };
        let mut good = false;
        let mut out = std::io::stdout().lock();
        if signatures.is_empty() {
            let verdict = verify_file(&self.file, None, &trust, now).or_exit(Exit::BadInput)?;
            writeln!(out, "{}: {verdict}", self.file.display()).or_cannot_print()?;
        }
        for path in &signatures {
            for found in read_signatures(path).or_exit(Exit::BadInput)? {
                let verdict = verify_file(&self.file, Some(&found.bytes), &trust, now)
                    .or_exit(Exit::BadInput)?;
                good |= verdict.good().is_some();
                let line = format!("{}: {verdict}", path.with_file_name(&found.name).display());
                writeln!(out, "{}", printable(&line)).or_cannot_print()?;
                for line in verdict.good().map(said).unwrap_or_default() {
                    writeln!(out, "  {}", printable(&line)).or_cannot_print()?;
                }
            }
        }
        if good { Ok(Exit::Success) } else { Err(Failure::already_shown(Exit::NotVerified)) }
    }
}

/// What a signed statement says beside whom it is about.
fn said(signed: &Signed) -> Vec<String> {
    let mut lines = Vec::new();
    if let Ok(Some(claim)) = signed.module_claim() {
        lines.push(format!("for {} in the world {}", claim.stages.join(", "), claim.world));
    }
    if let Ok(Some(build)) = signed.provenance() {
        lines.push(format!("built by {} as {}", build.builder, build.build_type));
    }
    if let (false, Some(statement)) = (signed.is_approval(), &signed.statement) {
        let kind = &statement.predicate_type;
        lines.push(format!("a statement of type {kind}: policy does not take it for a signature"));
    }
    lines
}

/// Whose signatures count: those of an allowed-signers file, and of keys under their files' names.
pub(crate) fn read_trust(
    allowed_signers: Option<&Path>,
    keys: &[PathBuf],
) -> Result<Trust, Failure> {
    let mut trusted = match allowed_signers {
        Some(file) => Trust::read_allowed_signers(file).or_exit(Exit::BadInput)?,
        None => Trust::default(),
    };
    if !keys.is_empty() {
        let named = read_public_keys(keys)?.into_iter().zip(keys).map(|(key, file)| {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            TrustedKey::new(&name, key)
        });
        trusted = Trust::new(trusted.keys().iter().cloned().chain(named));
    }
    Ok(trusted)
}
