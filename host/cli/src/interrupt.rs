//! Ctrl-C and SIGTERM: the running hook is stopped, DeployFailed runs, and the exit code says so.

use cofferdam_sandbox::CancelToken;

use crate::exit::Exit;
use crate::failure::Failure;

/// From now on the first Ctrl-C or SIGTERM cancels; a second one ends the process at once, as if
/// nobody had caught it.
pub(crate) fn cancel_on_signals(cancel: &CancelToken) -> Result<(), Failure> {
    let cancel = cancel.clone();
    let mut seen = false;
    let handler = move || {
        if seen {
            // The journal is written so that the next run finds what was interrupted.
            std::process::exit(i32::from(Exit::Cancelled as u8));
        }
        seen = true;
        eprintln!(
            "cancelling: the running hook is stopped, DeployFailed hooks run (again: end at once)"
        );
        cancel.cancel();
    };
    ctrlc::set_handler(handler).map_err(|error| {
        Failure::new(Exit::System, error)
            .context("cannot make Ctrl-C and SIGTERM end a deployment in order".to_owned())
    })
}
