//! `Reporter`: numbers, masks and hands out events.

use cofferdam_variables::{Masker, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::mask_event::mask_event;
use crate::{Event, EventKind, Observer, ObserverError};

/// Numbers, masks and hands out the events of one deployment.
pub(crate) struct Reporter<'o> {
    told: Told,
    observers: &'o mut [&'o mut dyn Observer],
}

/// Where a deployment's events have come to.
#[derive(Clone)]
pub(crate) struct Told {
    deployment: Uuid,
    next_sequence: u64,
    masker: Masker,
}

impl Told {
    pub(crate) fn nothing(deployment: Uuid, masker: Masker) -> Self {
        Self { deployment, next_sequence: 0, masker }
    }
}

impl<'o> Reporter<'o> {
    /// Goes on after what was told.
    pub(crate) fn new(told: Told, observers: &'o mut [&'o mut dyn Observer]) -> Self {
        Self { told, observers }
    }

    /// Stops, for another to go on.
    pub(crate) fn into_told(self) -> Told {
        self.told
    }

    /// Shows an event to every observer. All of them see it, also when one of them fails.
    pub(crate) fn report(&mut self, mut what: EventKind) -> Result<(), ObserverError> {
        let told = &mut self.told;
        mask_event(&mut what, &told.masker);
        let sequence = told.next_sequence;
        told.next_sequence += 1;
        let time = OffsetDateTime::now_utc();
        let event = Event { deployment: told.deployment, sequence, time, what };
        let mut result = Ok(());
        for observer in self.observers.iter_mut() {
            let observed = observer.observe(&event);
            result = result.and(observed);
        }
        result
    }

    /// Masks a value from now on.
    pub(crate) fn keep_secret(&mut self, value: &Value) {
        self.told.masker.add([value]);
    }

    pub(crate) fn mask(&self, text: &str) -> String {
        self.told.masker.mask(text).into_owned()
    }
}
