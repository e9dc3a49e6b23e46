//! Looks whether there is room for the package.

use super::run::Run;
use crate::Failure;

impl Run<'_, '_> {
    /// Fails if the package's files would not leave as much free as must remain.
    pub(super) fn check_free_space(&mut self) -> Result<(), Failure> {
        let Some(reserve_bytes) = self.settings.free_space_bytes else { return Ok(()) };
        let Some(free_bytes) = free_bytes(&self.root) else { return Ok(()) };
        let needed_bytes = reserve_bytes.saturating_add(self.plan.package.unpacked_bytes);
        if free_bytes < needed_bytes {
            let root = self.settings.root.clone();
            return Err(Failure::FreeSpace { root, free_bytes, needed_bytes });
        }
        Ok(())
    }
}

/// Bytes that this user may still write where `dir` is; `None` where that cannot be told.
#[cfg(unix)]
fn free_bytes(dir: &cap_std::fs::Dir) -> Option<u64> {
    let facts = rustix::fs::fstatvfs(dir).ok()?;
    facts.f_bavail.checked_mul(facts.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_dir: &cap_std::fs::Dir) -> Option<u64> {
    None
}
