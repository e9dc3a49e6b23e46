//! Landlock: of all files, those below the enclosure; of the network, nothing.

use std::fs::File;

use cofferdam_capability::Access;
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus,
    PathBeneath, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetStatus, Scope,
};

use super::LockdownError;

/// The newest ABI whose rights are known here. On a kernel with fewer, fewer are handled; what is
/// really enforced is what [`raise`] returns.
const KNOWN_ABI: ABI = ABI::V6;

/// Puts up the wall. Returns the ABI that is enforced; `None` on a kernel without Landlock.
///
/// # Errors
/// When the kernel has Landlock and refuses.
pub(super) fn raise(
    folders: &[(&File, Access)],
    code: Option<&File>,
) -> Result<Option<u32>, LockdownError> {
    let failed = |e: landlock::RulesetError| LockdownError::new("put up Landlock", e);
    let mut ruleset = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(KNOWN_ABI))
        .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(KNOWN_ABI)))
        .and_then(|ruleset| ruleset.scope(Scope::from_all(KNOWN_ABI)))
        .and_then(Ruleset::create)
        .map_err(failed)?;
    for (folder, access) in folders {
        ruleset = ruleset.add_rule(PathBeneath::new(*folder, rights(*access))).map_err(failed)?;
    }
    if let Some(code) = code {
        let read = PathBeneath::new(code, AccessFs::ReadFile);
        ruleset = ruleset.add_rule(read).map_err(failed)?;
    }
    let status = ruleset.restrict_self().map_err(failed)?;
    Ok(match (status.ruleset, status.landlock) {
        (RulesetStatus::NotEnforced, _) => None,
        (_, LandlockStatus::Available { effective_abi, .. }) => {
            Some(number(effective_abi.min(KNOWN_ABI)))
        }
        _ => None,
    })
}

/// What may be done below a folder. Never: run a program, make a device, a socket or a pipe, or
/// talk to a device.
fn rights(access: Access) -> BitFlags<AccessFs> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    match access {
        Access::ReadOnly => read,
        Access::ReadWrite => {
            read | AccessFs::WriteFile
                | AccessFs::Truncate
                | AccessFs::MakeReg
                | AccessFs::MakeDir
                | AccessFs::MakeSym
                | AccessFs::RemoveFile
                | AccessFs::RemoveDir
                | AccessFs::Refer
        }
    }
}

fn number(abi: ABI) -> u32 {
    match abi {
        ABI::Unsupported => 0,
        ABI::V1 => 1,
        ABI::V2 => 2,
        ABI::V3 => 3,
        ABI::V4 => 4,
        ABI::V5 => 5,
        _ => 6,
    }
}

/// The ABI that the kernel has, as far as it is known here.
pub(super) fn kernel_abi() -> Option<u32> {
    /// `LANDLOCK_CREATE_RULESET_VERSION`
    const VERSION: libc::c_uint = 1;
    #[expect(unsafe_code, reason = "the crate does not say what it found before it restricts")]
    // SAFETY: with this flag the call takes no pointer and returns the version.
    let version = unsafe {
        libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0_usize, VERSION)
    };
    u32::try_from(version).ok().filter(|version| *version > 0).map(|v| v.min(number(KNOWN_ABI)))
}
