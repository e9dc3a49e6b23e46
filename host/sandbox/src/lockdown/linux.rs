//! Linux: the root directory, privileges, resources, Landlock, seccomp, in this order.

use std::fs::File;

use super::{
    LockdownError, WallPlan, landlock_wall, own_root, privileges, resources, system_calls,
};
use crate::{UserIds, Walls};

/// Puts up every wall that the machine has.
///
/// # Errors
/// When one cannot be put up that the machine has, or the user cannot be changed. A machine
/// without Landlock or seccomp, or on which no root can be chosen, is no error: the result says
/// what is up.
pub(crate) fn raise(plan: &WallPlan<'_>) -> Result<Walls, LockdownError> {
    let left_out = plan.left_out;
    let root = plan.root.filter(|_| !left_out.own_root);
    privileges::gain_none()?;
    // First by a privilege that is about to go.
    let mut has_own_root = root.map_or(Ok(false), own_root::enter)?;
    if let Some(user) = plan.user {
        privileges::become_user(user)?;
    }
    // Asked before the namespace and the filter, behind which nobody asks any more.
    let user = current_user();
    // Not for root: it would lose what it may do to files of others.
    if let Some(root) = root.filter(|_| !has_own_root && user.uid != 0) {
        has_own_root = own_root::enter_in_a_namespace(root)?;
    }
    privileges::keep_few(plan.user.is_some() || user.uid == 0)?;
    resources::limit(&plan.resources)?;
    let landlock_abi =
        if left_out.landlock { None } else { landlock_wall::raise(&plan.folders, plan.code)? };
    let system_calls = !left_out.system_calls && system_calls::install(plan.purpose)?;
    Ok(Walls {
        landlock_abi,
        system_calls,
        no_new_privileges: true,
        own_root: has_own_root && !plan.has_ways_out,
        user: Some(user),
    })
}

/// Cuts folders off from what is above them. `None` where that is not possible.
pub(crate) fn cut_off(folders: &[File]) -> Option<Vec<File>> {
    folders.iter().map(own_root::cut_off).collect::<Result<_, _>>().ok()
}

/// Takes away what only loading code needed: memory that becomes executable, memory as a file, and
/// changing the filter itself.
///
/// # Errors
/// When the kernel refuses.
pub(crate) fn seal() -> Result<(), LockdownError> {
    system_calls::install_seal()
}

/// What this machine offers. A root of the worker's own may be possible even when this says no,
/// which only trying can tell.
pub(crate) fn machine_walls() -> Walls {
    Walls {
        landlock_abi: landlock_wall::kernel_abi(),
        system_calls: system_calls::is_available(),
        no_new_privileges: true,
        own_root: own_root::is_available(),
        user: Some(current_user()),
    }
}

fn current_user() -> UserIds {
    UserIds { uid: rustix::process::geteuid().as_raw(), gid: rustix::process::getegid().as_raw() }
}
