//! Looks whether there is room for the package.

use super::run::Run;
use crate::{Failure, free_space};

impl Run<'_, '_> {
    /// Fails if the package's files would not leave as much free as must remain.
    pub(super) fn check_free_space(&mut self) -> Result<(), Failure> {
        if self.unpacked.is_some() {
            // It has its room, and the reserve was left.
            return Ok(());
        }
        let Some(reserve_bytes) = self.settings.free_space_bytes else { return Ok(()) };
        // Where it cannot be told, the disk will tell.
        let Ok(free_bytes) = free_space(&self.settings.root) else { return Ok(()) };
        let needed_bytes = reserve_bytes.saturating_add(self.plan.package.unpacked_bytes);
        if free_bytes < needed_bytes {
            let root = self.settings.root.clone();
            return Err(Failure::FreeSpace { root, free_bytes, needed_bytes });
        }
        Ok(())
    }
}
