//! Telling the supervisor what a hook asked for and did not get.

use std::sync::atomic::{AtomicU32, Ordering};

use cofferdam_worker_protocol::{FromWorker, MAX_REFUSALS, Refusal};

use crate::worker::channel::Outbox;

/// Reports refusals, the first hundred of them: a hook may try again for ever.
pub(super) struct Refusals {
    outbox: Outbox,
    reported: AtomicU32,
}

impl Refusals {
    /// Nothing refused yet.
    pub(super) fn new(outbox: Outbox) -> Self {
        Self { outbox, reported: AtomicU32::new(0) }
    }

    /// Reports one refusal.
    pub(super) fn report(&self, what: String, why: &str) {
        if self.reported.fetch_add(1, Ordering::Relaxed) < MAX_REFUSALS {
            let refusal = Refusal { what, why: why.to_owned() };
            // A channel that broke ends the hook with its next call.
            let _ = self.outbox.send(&FromWorker::Refused(refusal));
        }
    }

    /// Reports a link that would lead out of its folder.
    pub(super) fn report_link(&self, path: &str, target: &str) {
        let what = format!("a link `{path}` to `{target}`");
        self.report(what, "it leads out of the folder; links to what is inside are allowed");
    }
}
