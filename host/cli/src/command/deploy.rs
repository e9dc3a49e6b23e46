//! `cofferdam deploy`: plans and runs.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use cofferdam_deployment::{
    Failure as DeploymentFailure, FailureReport, LockError, Observer, Outcome, Rehearsal, RunError,
    Status, Watcher, begin,
};
use cofferdam_sandbox::CancelToken;

use crate::command::plan::{plan_failure, read_plan};
use crate::deployment_args::DeploymentArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::record::Record;
use crate::render::console::{Console, Verbosity};
use crate::render::json_lines::JsonLines;
use crate::render::printable::printable;
use crate::render::style::{Role, Style};
use crate::sandbox_args::SandboxArgs;
use crate::surroundings::Surroundings;

/// Deploys a package: a fresh folder, twenty conventions in a fixed order, every hook locked down.
///
/// Prints the folder that the package is used from; everything else goes to standard error.
#[derive(Debug, Args)]
pub(crate) struct DeployArgs {
    /// The package: .tar.gz .tgz .tar.zst .tar.bz2 .tar .zip .nupkg, named Id.Version.ext
    package: PathBuf,
    #[command(flatten)]
    deployment: DeploymentArgs,
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Do exactly what a saved plan says, or refuse and say what changed
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Write what came of it as JSON
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    result: Option<PathBuf>,
    /// Print the event stream on standard output, one JSON object a line
    #[arg(long, help_heading = "Output")]
    json: bool,
    /// Print errors only
    #[arg(long, short, conflicts_with = "verbose", help_heading = "Output")]
    quiet: bool,
    /// Print also what did not happen, and hooks' verbose messages
    #[arg(long, help_heading = "Output")]
    verbose: bool,
}

impl DeployArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let cancel = CancelToken::default();
        interrupt::cancel_on_signals(&cancel)?;

        let (settings, program) = self.deployment.resolve(&self.package)?;
        let surroundings = Surroundings::new(&self.sandbox, &program)?;
        let services = surroundings.services();
        let saved = self.plan.as_deref().map(read_plan).transpose()?;
        let mut watcher = Watcher::new();

        let mut console = Console::on_stderr(self.verbosity());
        let mut json = self.json.then(|| JsonLines::new(std::io::stdout()));
        let record = Record::open(&program)?;
        let mut recorder = record.as_ref().map(Record::observer);
        let mut observers: Vec<&mut dyn Observer> = Vec::new();
        // The record comes first: what cannot be recorded is not shown as done.
        if let Some(recorder) = &mut recorder {
            observers.push(recorder);
        }
        observers.push(&mut console);
        if let Some(json) = &mut json {
            observers.push(json);
        }
        observers.push(&mut watcher);
        let mut deployment =
            begin(settings, &services, &mut observers, &cancel).map_err(run_failure)?;
        if let Some(saved) = &saved {
            deployment = deployment.held_to(&saved.plan, &mut observers).map_err(run_failure)?;
        }
        let rehearsal = saved.and_then(|saved| saved.rehearsal);
        let outcome = deployment.run(&mut observers, &cancel).map_err(run_failure)?;
        if let Some(record) = &record {
            record.attest(&outcome)?;
        }
        if let Some(rehearsal) = &rehearsal {
            tell_departures(rehearsal, &watcher);
        }
        self.finish(&outcome)
    }

    fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        }
    }

    fn finish(&self, outcome: &Outcome) -> Result<Exit, Failure> {
        if let Some(file) = &self.result {
            write_result(outcome, file)?;
        }
        if outcome.status.is_success() {
            if let (false, Some(folder)) =
                (self.json, outcome.installation.as_ref().or(outcome.folder.as_ref()))
            {
                println!("{}", folder.display());
            }
            return Ok(Exit::Success);
        }
        Err(Failure::already_shown(exit_of(outcome)))
    }
}

/// Says where the deployment did something else than its rehearsal. It was not wrong to: time and
/// chance may be granted.
fn tell_departures(rehearsal: &Rehearsal, watcher: &Watcher) {
    let style = Style::for_stream(&std::io::stderr());
    for departure in rehearsal.departures(watcher.hooks()) {
        eprintln!(
            "{} not as rehearsed: {}",
            style.paint(Role::Warning, "note:"),
            printable(&departure.to_string())
        );
    }
}

/// Written beside its place and moved there, so that nobody reads half of it.
fn write_result(outcome: &Outcome, file: &Path) -> Result<(), Failure> {
    let write = || -> std::io::Result<()> {
        let folder = match file.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut temporary, &outcome.result_file())?;
        temporary.write_all(b"\n")?;
        temporary.as_file().sync_all()?;
        temporary.persist(file)?;
        Ok(())
    };
    write().map_err(|error| {
        Failure::new(Exit::System, error).context(format!(
            "the deployment ended, but its result cannot be written to `{}`",
            file.display()
        ))
    })
}

fn run_failure(error: RunError) -> Failure {
    let exit = match error {
        RunError::Plan(error) => return plan_failure(error),
        RunError::Cancelled | RunError::Lock(LockError::Cancelled) => Exit::Cancelled,
        RunError::Lock(LockError::Timeout { .. }) => Exit::Busy,
        RunError::Journal(_) | RunError::Observer(_) => Exit::NotRecorded,
        _ => Exit::System,
    };
    Failure::new(exit, error)
}

fn exit_of(outcome: &Outcome) -> Exit {
    if outcome.status == Status::Cancelled {
        return Exit::Cancelled;
    }
    match &outcome.failure {
        Some(FailureReport { failure: DeploymentFailure::Extract(error), .. })
            if error.is_of_the_machine() =>
        {
            Exit::System
        }
        Some(FailureReport {
            failure: DeploymentFailure::Extract(_) | DeploymentFailure::PackageChanged { .. },
            ..
        }) => Exit::BadPackage,
        Some(FailureReport {
            failure: DeploymentFailure::Journal(_) | DeploymentFailure::Record(_),
            ..
        }) => Exit::NotRecorded,
        Some(FailureReport { failure: DeploymentFailure::FreeSpace { .. }, .. }) => Exit::System,
        _ => Exit::Failed,
    }
}
