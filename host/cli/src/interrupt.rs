//! Ctrl-C and SIGTERM: the running hook is stopped, DeployFailed runs, and the exit code says so.

use std::io;

use cofferdam_sandbox::CancelToken;

/// From now on the first Ctrl-C or SIGTERM cancels; a second one ends the process at once, as if
/// nobody had caught it.
pub(crate) fn cancel_on_signals(cancel: &CancelToken) -> io::Result<()> {
    let cancel = cancel.clone();
    let mut seen = false;
    let handler = move || {
        if seen {
            // The journal is written so that the next run finds what was interrupted.
            std::process::exit(i32::from(crate::exit::Exit::Cancelled as u8));
        }
        seen = true;
        eprintln!(
            "cancelling: the running hook is stopped, DeployFailed hooks run (again: end at once)"
        );
        cancel.cancel();
    };
    ctrlc::set_handler(handler).map_err(io::Error::other)
}
