//! Linux: privileges, resources, Landlock, seccomp, in this order.

use super::{LockdownError, WallPlan, landlock_wall, privileges, resources, system_calls};
use crate::{UserIds, Walls};

/// Puts up every wall that the machine has.
///
/// # Errors
/// When one cannot be put up that the machine has, or the user cannot be changed. A machine
/// without Landlock or seccomp is no error: the result says what is up.
pub(crate) fn raise(plan: &WallPlan<'_>) -> Result<Walls, LockdownError> {
    privileges::drop_privileges(plan.user)?;
    // Asked before the filter, behind which nobody asks any more.
    let user = Some(current_user());
    resources::limit(&plan.resources)?;
    let landlock_abi =
        if plan.without_landlock { None } else { landlock_wall::raise(&plan.folders, plan.code)? };
    let system_calls = !plan.without_system_call_filter && system_calls::install(plan.purpose)?;
    Ok(Walls { landlock_abi, system_calls, no_new_privileges: true, user })
}

/// Takes away what only loading code needed: memory that becomes executable, and changing the
/// filter itself.
///
/// # Errors
/// When the kernel refuses.
pub(crate) fn seal() -> Result<(), LockdownError> {
    system_calls::install_seal()
}

/// What this machine offers.
pub(crate) fn machine_walls() -> Walls {
    Walls {
        landlock_abi: landlock_wall::kernel_abi(),
        system_calls: system_calls::is_available(),
        no_new_privileges: true,
        user: Some(current_user()),
    }
}

fn current_user() -> UserIds {
    UserIds { uid: rustix::process::geteuid().as_raw(), gid: rustix::process::getegid().as_raw() }
}
