//! `cofferdam plan --rehearse`: the hooks really run, on copies.

use std::path::{Path, PathBuf};

use clap::Args;
use cofferdam_deployment::{
    Deployment, Rehearsal, RehearseError, RunError, Scratch, ScratchError, Status, Stubs,
};
use cofferdam_sandbox::CancelToken;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt;
use crate::sandbox_args::SandboxArgs;

/// The folder in the cache folder in which deployments are tried out.
const SCRATCH_FOLDER: &str = "scratch";

/// Where deployments are tried out.
#[derive(Debug, Clone, Args)]
pub(crate) struct ScratchArgs {
    /// Where copies are made to try a deployment out; best on the file system of the target's
    /// folders [default: in the cache folder]
    #[arg(long, value_name = "FOLDER", help_heading = "Rehearsal")]
    scratch: Option<PathBuf>,
    /// A file of answers to hooks' HTTP requests when a deployment is tried out; others are refused
    #[arg(long, value_name = "FILE", help_heading = "Rehearsal")]
    stubs: Option<PathBuf>,
}

impl ScratchArgs {
    /// The folder that holds scratch folders.
    pub(crate) fn parent(&self, sandbox: &SandboxArgs) -> PathBuf {
        match &self.scratch {
            Some(folder) => folder.clone(),
            None => sandbox.settings().cache_dir.join(SCRATCH_FOLDER),
        }
    }

    /// Refuses arguments that would say nothing.
    pub(crate) fn check_rehearse(&self, rehearse: bool) -> Result<(), Failure> {
        if !rehearse && (self.scratch.is_some() || self.stubs.is_some()) {
            let message = "--scratch and --stubs are about a rehearsal";
            return Err(Failure::new(Exit::Usage, message).with_hint("add --rehearse".to_owned()));
        }
        Ok(())
    }

    pub(crate) fn stubs(&self) -> Result<Stubs, Failure> {
        match &self.stubs {
            Some(file) => Stubs::load(file).map_err(|error| {
                Failure::new(Exit::BadInput, error)
                    .context(format!("the stubs in `{}` cannot be used", file.display()))
            }),
            None => Ok(Stubs::default()),
        }
    }
}

/// Tries a deployment out. Ctrl-C ends it, and nothing of it remains.
pub(crate) fn rehearse(
    deployment: Deployment<'_>,
    scratch_parent: &Path,
    stubs: &Stubs,
) -> Result<Rehearsal, Failure> {
    let cancel = CancelToken::default();
    interrupt::cancel_on_signals(&cancel)?;
    let scratch = Scratch::make(scratch_parent).map_err(scratch_failure)?;
    deployment.rehearse(&scratch, stubs.log(), &mut [], &cancel).map_err(rehearse_failure)
}

pub(crate) fn scratch_failure(error: ScratchError) -> Failure {
    Failure::new(Exit::System, error).with_hint("name another folder with --scratch".to_owned())
}

pub(crate) fn rehearse_failure(error: RehearseError) -> Failure {
    let exit = match &error {
        RehearseError::Run(RunError::Journal(_)) => Exit::NotRecorded,
        _ => Exit::System,
    };
    Failure::new(exit, error)
}

/// How a command ends that has shown what a deployment would do.
pub(crate) fn exit_of(status: Status) -> Result<Exit, Failure> {
    match status {
        status if status.is_success() => Ok(Exit::Success),
        Status::Cancelled => Err(Failure::already_shown(Exit::Cancelled)),
        _ => Err(Failure::already_shown(Exit::Failed)),
    }
}
