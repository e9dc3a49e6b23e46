//! Operating systems without walls that a process can put up itself: WebAssembly is the only one,
//! and everything that reports walls says so.

use super::{LockdownError, WallPlan};
use crate::Walls;

/// Closes nothing: programs here pass on only what they name.
///
/// # Errors
/// Never.
pub(crate) fn close_inherited() -> Result<(), LockdownError> {
    Ok(())
}

/// Stays where it is.
pub(crate) fn leave_session() {}

/// Puts up nothing.
///
/// # Errors
/// When another user is wanted: to go on as the supervisor's would be less than what was asked for.
pub(crate) fn raise(plan: &WallPlan<'_>) -> Result<Walls, LockdownError> {
    match plan.user {
        None => Ok(Walls::default()),
        Some(_) => Err(LockdownError::new(
            "become another user",
            "workers do that on Linux only; leave out --worker-user",
        )),
    }
}

/// Cuts off nothing.
pub(crate) fn cut_off(_folders: &[std::fs::File]) -> Option<Vec<std::fs::File>> {
    None
}

/// Takes nothing away.
///
/// # Errors
/// Never.
pub(crate) fn seal() -> Result<(), LockdownError> {
    Ok(())
}

/// What this machine offers: nothing.
pub(crate) fn machine_walls() -> Walls {
    Walls::default()
}
