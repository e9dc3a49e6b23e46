//! The event stream for programs: one JSON object a line on standard output.

use std::io::Write;

use cofferdam_deployment::{Event, Observer, ObserverError};

/// Writes each event as a line of JSON, at once.
pub(crate) struct JsonLines<W: Write> {
    out: W,
}

impl<W: Write> JsonLines<W> {
    pub(crate) fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Observer for JsonLines<W> {
    fn observe(&mut self, event: &Event) -> Result<(), ObserverError> {
        // A reader that went away does not stop the deployment: the journal and the audit log are
        // the records, this is a display.
        if serde_json::to_writer(&mut self.out, event).is_ok() {
            let _ = self.out.write_all(b"\n").and_then(|()| self.out.flush());
        }
        Ok(())
    }
}
