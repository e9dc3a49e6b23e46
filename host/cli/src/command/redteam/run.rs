//! Arguments in, attacks carried out, findings shown and signed.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use cofferdam_audit::SigningKey;
use cofferdam_redteam::{Attack, Counts, Report, carry_out, collection, prepare};
use cofferdam_sandbox::CancelToken;

use super::report::{self, now};
use super::table;
use crate::exit::Exit;
use crate::failure::{Failure, OrCannot, OrExit};
use crate::hook_settings_args::HookSettingsArgs;
use crate::interrupt;
use crate::program_settings::ProgramSettings;
use crate::render::style::Style;
use crate::sandbox_args::SandboxArgs;

/// Attacks this installation, on this machine, with its settings, and says what held.
///
/// The collection is built in: hooks that try to leave their folder, modules that harm whoever compiles
/// them, packages that mislead the host, native code inside a worker as if the engine had been broken.
/// Everything that an attack could harm is made for it, in a scratch folder, and removed.
/// Ends with 0 only if every attack was held.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct RedteamArgs {
    #[command(subcommand)]
    command: Option<RedteamCommand>,
    #[command(flatten)]
    run: RunArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum RedteamCommand {
    /// Checks a signed report: who signed it, that it was not altered, and what it says
    Verify(report::VerifyArgs),
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    #[command(flatten)]
    hooks: HookSettingsArgs,
    /// Only these attacks: a group, a name, GROUP/NAME, or a beginning followed by `*`; repeatable
    #[arg(long, value_name = "GROUP|NAME")]
    pub(super) only: Vec<String>,
    /// How many attacks run at the same time [default: the number of processors]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Write a signed report; needs a signing key
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    report: Option<PathBuf>,
    /// The private key that signs the report
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    signing_key: Option<PathBuf>,
    /// Print the attacks and what they want, and carry out none
    #[arg(long, help_heading = "Output")]
    list: bool,
    /// Print JSON
    #[arg(long, help_heading = "Output")]
    json: bool,
    /// Leave out controls
    #[cfg(feature = "test-switches")]
    #[arg(long, hide = true, value_delimiter = ',', value_parser = parse_control)]
    pub(super) without: Vec<cofferdam_redteam::Control>,
    #[command(flatten)]
    pub(super) sandbox: SandboxArgs,
}

#[cfg(feature = "test-switches")]
fn parse_control(key: &str) -> Result<cofferdam_redteam::Control, String> {
    cofferdam_redteam::Control::from_key(key).ok_or_else(|| format!("there is no control `{key}`"))
}

impl RedteamArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.command {
            Some(RedteamCommand::Verify(args)) => args.run(),
            None => self.run.run(),
        }
    }
}

impl RunArgs {
    fn run(self) -> Result<Exit, Failure> {
        let attacks = self.attacks()?;
        let style = Style::for_stream(&std::io::stdout());
        if self.list {
            attacks.iter().for_each(|attack| table::list(attack, style));
            return Ok(Exit::Success);
        }
        let cancel = CancelToken::default();
        interrupt::cancel_on_signals(&cancel)?;
        let program = self.hooks.load()?;
        let key = self.signing_key(&program)?;
        let scratch = tempfile::Builder::new().prefix("cofferdam-redteam-").tempdir();
        let scratch = scratch.or_cannot(Exit::System, "make a folder in", &std::env::temp_dir())?;
        let (machine, settings, walls) = self.machine(&program, scratch.path())?;

        let started = now();
        prepare(&machine).map_err(|error| {
            Failure::new(Exit::System, error)
                .context("the attacking hook cannot be compiled on this machine".to_owned())
                .with_hint("`cofferdam doctor` looks at what a machine needs".to_owned())
        })?;
        let jobs = self.jobs.unwrap_or_else(|| {
            std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
        });
        let findings = carry_out(&machine, &attacks, jobs, |finding| {
            if !self.json {
                table::show(finding, style);
            }
            !cancel.is_cancelled()
        });
        if cancel.is_cancelled() {
            return Err(Failure::new(Exit::Cancelled, "stopped before every attack was tried"));
        }
        let counts = Counts::of(&findings);
        let report = Report {
            started,
            finished: now(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            machine: report::machine_record(),
            walls,
            engine: (&machine.sandbox.engine()).into(),
            settings,
            only: self.only.clone(),
            without: machine.without.clone(),
            counts,
            findings,
        };
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report).or_exit(Exit::Bug)?);
        } else {
            println!("\n{}", table::Summary(&report));
        }
        if let (Some(file), Some(key)) = (&self.report, &key) {
            report::write(file, report, key)?;
        }
        if counts.all_held() {
            Ok(Exit::Success)
        } else {
            Err(Failure::already_shown(Exit::NotHeld))
        }
    }

    /// The attacks that are asked for.
    fn attacks(&self) -> Result<Vec<Attack>, Failure> {
        for filter in &self.only {
            if !collection().any(|attack| attack.is_meant_by(filter)) {
                let message = format!("no attack is meant by `{filter}`");
                return Err(Failure::new(Exit::Usage, message)
                    .with_hint("`cofferdam redteam --list` prints groups and names".to_owned()));
            }
        }
        let wanted = |attack: &Attack| {
            self.only.is_empty() || self.only.iter().any(|filter| attack.is_meant_by(filter))
        };
        Ok(collection().filter(wanted).collect())
    }

    /// The key that signs the report, when there is to be one.
    fn signing_key(&self, program: &ProgramSettings) -> Result<Option<SigningKey>, Failure> {
        if self.report.is_none() {
            return Ok(None);
        }
        let file = self.signing_key.as_ref().or(program.signing_key.as_ref());
        let Some(file) = file else {
            return Err(Failure::new(Exit::Usage, "a report needs a key that signs it").with_hint(
                "make one with `cofferdam key generate FILE`, and name it with --signing-key"
                    .to_owned(),
            ));
        };
        Ok(Some(SigningKey::read_file(file).or_exit(Exit::BadInput)?))
    }
}
