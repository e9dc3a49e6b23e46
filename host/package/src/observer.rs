//! `Observer`: the caller's callback and its wish to stop.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::Progress;
use crate::fault::Fault;

/// Told of progress; asks whether to go on.
pub(crate) struct Observer<'a> {
    pub(crate) progress: &'a mut dyn FnMut(Progress),
    pub(crate) cancel: &'a AtomicBool,
    pub(crate) package_bytes_total: u64,
}

impl Observer<'_> {
    /// Passes on progress, unless the caller wants to stop.
    pub(crate) fn tick(&mut self, progress: Progress) -> Result<(), Fault> {
        if self.cancel.load(Ordering::Relaxed) {
            return Err(Fault::Cancelled);
        }
        (self.progress)(Progress { package_bytes_total: self.package_bytes_total, ..progress });
        Ok(())
    }
}
