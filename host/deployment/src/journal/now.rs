//! What the journal says, with what a reader can know besides: that nobody is at work.

use crate::journal::{Entry, EntryStatus, Journal, JournalError};
use crate::lock::RootIdle;

impl Journal {
    /// All deployments, the latest first, as [`entries`](Self::entries) has them, but those that began
    /// and did not end are [`Interrupted`](EntryStatus::Interrupted) if nobody works on the root. They
    /// have no `ended`: that is written, and their folders are seen to, by the next deployment. Nothing
    /// is written here.
    ///
    /// # Errors
    /// See [`JournalError`].
    pub fn entries_now(&self) -> Result<Vec<Entry>, JournalError> {
        let is_running = |entry: &Entry| entry.status == EntryStatus::Running;
        let entries = self.entries()?;
        if !entries.iter().any(is_running) {
            return Ok(entries);
        }
        // Whoever deploys holds the lock until the journal says how it ended, which may have been just now.
        let Some(_idle) = self.path.parent().and_then(RootIdle::of_state_folder) else {
            return Ok(entries);
        };
        let mut entries = self.entries()?;
        for entry in entries.iter_mut().filter(|entry| is_running(entry)) {
            entry.status = EntryStatus::Interrupted;
        }
        Ok(entries)
    }
}
