//! What the journal says, with what a reader can know besides: that nobody is at work.

use uuid::Uuid;

use crate::journal::{Entry, EntryStatus, Journal, JournalError};
use crate::lock::is_idle;

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
        let running: Vec<Uuid> = entries.iter().filter(|e| is_running(e)).map(|e| e.id).collect();
        if running.is_empty() || !self.path.parent().is_some_and(is_idle) {
            return Ok(entries);
        }
        // Whoever deploys holds the lock until the journal says how it ended. So those that ran before nobody
        // held it have ended since, or will not. What began after that runs.
        let mut entries = self.entries()?;
        for entry in entries.iter_mut().filter(|e| is_running(e) && running.contains(&e.id)) {
            entry.status = EntryStatus::Interrupted;
        }
        Ok(entries)
    }
}
