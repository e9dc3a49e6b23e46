//! `Observer`: who sees the events of a deployment.

use crate::Event;

/// Sees every event of a deployment, in order, when it happens.
///
/// Observers never influence a run, with one exception: a record that cannot be written stops it. So
/// a console returns `Ok` whatever happens to it, and an audit log returns its error.
pub trait Observer {
    /// Sees an event.
    ///
    /// # Errors
    /// When what must be on record cannot be recorded: the deployment stops before it does anything
    /// further.
    fn observe(&mut self, event: &Event) -> Result<(), ObserverError>;
}

/// A record that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the {record} cannot be written, so the deployment stops: {message}")]
pub struct ObserverError {
    /// Which record, in words.
    pub record: String,
    /// What went wrong, and where.
    pub message: String,
}

/// Calls a closure.
impl<F: FnMut(&Event)> Observer for F {
    fn observe(&mut self, event: &Event) -> Result<(), ObserverError> {
        self(event);
        Ok(())
    }
}
