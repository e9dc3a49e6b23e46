//! `Reporter`: numbers, masks and hands out events.

use cofferdam_variables::{Masker, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::mask_event::mask_event;
use crate::{Event, EventKind, Observer, ObserverError};

/// Numbers, masks and hands out the events of one deployment.
pub(crate) struct Reporter<'o> {
    deployment: Uuid,
    next_sequence: u64,
    observers: &'o mut [&'o mut dyn Observer],
    pub(crate) masker: Masker,
}

impl<'o> Reporter<'o> {
    pub(crate) fn new(
        deployment: Uuid,
        observers: &'o mut [&'o mut dyn Observer],
        masker: Masker,
    ) -> Self {
        Self { deployment, next_sequence: 0, observers, masker }
    }

    /// Shows an event to every observer. All of them see it, also when one of them fails.
    pub(crate) fn report(&mut self, mut what: EventKind) -> Result<(), ObserverError> {
        mask_event(&mut what, &self.masker);
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        let time = OffsetDateTime::now_utc();
        let event = Event { deployment: self.deployment, sequence, time, what };
        let mut result = Ok(());
        for observer in self.observers.iter_mut() {
            let observed = observer.observe(&event);
            result = result.and(observed);
        }
        result
    }

    /// Masks a value from now on.
    pub(crate) fn keep_secret(&mut self, value: &Value) {
        self.masker.add([value]);
    }

    pub(crate) fn mask(&self, text: &str) -> String {
        self.masker.mask(text).into_owned()
    }
}
