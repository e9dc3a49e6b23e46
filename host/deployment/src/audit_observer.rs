//! `AuditObserver`: puts every event into the audit log.

use std::sync::{Arc, Mutex, PoisonError};

use cofferdam_audit::{Log, LogError};

use crate::{CONVENTIONS, Event, EventKind, Observer, ObserverError};

/// Puts every event into an audit log, and stops the deployment if that cannot be done.
///
/// Events before an effect (the beginning, each hook's start, a failure, which removes the folder) and the
/// last one are on the disk when this returns; what comes between (lines, outputs, how a hook ended) is
/// written at once and reaches the disk with the next of them, because waiting for the disk at every
/// printed line would make hooks wait, too.
pub struct AuditObserver {
    log: Arc<Mutex<Log>>,
}

impl AuditObserver {
    /// Writes to this log, which the caller goes on using: for a checkpoint and proofs afterwards.
    #[must_use]
    pub fn new(log: Arc<Mutex<Log>>) -> Self {
        Self { log }
    }

    fn append(&self, event: &Event) -> Result<(), LogError> {
        let deployment = event.deployment.to_string();
        // An event is made of texts, numbers and maps with text keys: it always serialises.
        let mut payload = serde_json::to_value(&event.what).unwrap_or_default();
        if let Some(fields) = payload.as_object_mut() {
            fields.shift_remove("kind");
            fields.insert("event".to_owned(), event.sequence.into());
        }
        // A log whose other user panicked heals itself: every append checks the end of the file.
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let name = event.what.name();
        if is_before_an_effect(&event.what) {
            log.append_durable(deployment.as_str(), name, &payload)?;
        } else {
            log.append(deployment.as_str(), name, &payload)?;
        }
        // This makes the last one durable, too.
        if matches!(event.what, EventKind::Ended { .. } | EventKind::Rejected { .. }) {
            log.checkpoint()?;
        }
        Ok(())
    }
}

fn is_before_an_effect(event: &EventKind) -> bool {
    match event {
        EventKind::Started { .. } | EventKind::HookStarted { .. } | EventKind::Failed { .. } => {
            true
        }
        EventKind::ConventionStarted { number, .. } => CONVENTIONS
            .iter()
            .any(|convention| convention.number == *number && convention.changes_the_target()),
        _ => false,
    }
}

impl Observer for AuditObserver {
    fn observe(&mut self, event: &Event) -> Result<(), ObserverError> {
        if event.what.is_transient() {
            return Ok(());
        }
        self.append(event).map_err(|error| ObserverError {
            record: "audit log".to_owned(),
            message: error.to_string(),
        })
    }
}

impl std::fmt::Debug for AuditObserver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AuditObserver")
    }
}
