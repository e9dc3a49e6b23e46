//! Privileges: none to gain, few to keep, nobody to look at the process.

use rustix::process::{DumpableBehavior, Signal, set_dumpable_behavior, setsid};
use rustix::process::{Gid, Uid, geteuid, set_parent_process_death_signal};
use rustix::thread::{
    CapabilitySet, CapabilitySets, set_capabilities, set_no_new_privs, set_thread_groups,
    set_thread_res_gid, set_thread_res_uid,
};

use super::LockdownError;
use crate::UserIds;

/// What a worker of root's keeps when nobody names a user: reading and changing files below its
/// enclosure that belong to others, as root's deployments always could.
const ROOT_KEEPS: CapabilitySet = CapabilitySet::DAC_OVERRIDE.union(CapabilitySet::FOWNER);

/// Leaves the supervisor's session: no terminal, and no signals from its keyboard, which are for the supervisor
/// to answer. A worker that leads a session already is as good.
pub(crate) fn leave_session() {
    let _ = setsid();
}

/// Gives up gaining privileges.
///
/// # Errors
/// When the kernel refuses.
pub(super) fn gain_none() -> Result<(), LockdownError> {
    set_no_new_privs(true).map_err(|e| LockdownError::new("give up new privileges", e))
}

/// Becomes another user, in no other group than that user's own.
///
/// # Errors
/// When the process may not.
pub(super) fn become_user(UserIds { uid, gid }: UserIds) -> Result<(), LockdownError> {
    let step = LockdownError::new;
    let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
    set_thread_groups(&[]).map_err(|e| step("leave the supervisor's groups", e))?;
    set_thread_res_gid(gid, gid, gid).map_err(|e| step("change the group", e))?;
    set_thread_res_uid(uid, uid, uid).map_err(|e| step("change the user", e))
}

/// Gives up the capabilities that the worker has no use for, and hides its memory if it is to be
/// hidden: from the processes of its own user, who else could look. Where that is the
/// supervisor's user as well they can look at the supervisor itself, and hiding the worker would
/// only keep its supervisor from asking the kernel what it writes.
///
/// # Errors
/// When the kernel refuses.
pub(super) fn keep_few(hide: bool) -> Result<(), LockdownError> {
    let step = LockdownError::new;
    let keep = if geteuid().is_root() { ROOT_KEEPS } else { CapabilitySet::empty() };
    let sets =
        CapabilitySets { effective: keep, permitted: keep, inheritable: CapabilitySet::empty() };
    // Who has fewer already cannot have more; that is no failure.
    if set_capabilities(None, sets).is_err() {
        let none = CapabilitySets { effective: CapabilitySet::empty(), ..sets };
        let none = CapabilitySets { permitted: CapabilitySet::empty(), ..none };
        set_capabilities(None, none).map_err(|e| step("give up capabilities", e))?;
    }
    if hide {
        // Nobody attaches to the process or reads its memory.
        set_dumpable_behavior(DumpableBehavior::NotDumpable)
            .map_err(|e| step("hide the process's memory", e))?;
    }
    // After the change of user, which clears it.
    set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(|e| step("bind the worker's life to the supervisor's", e))
}
