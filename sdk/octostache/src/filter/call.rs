//! What a filter is given.

use std::cell::Cell;

use time::{Date, OffsetDateTime};

use crate::dotnet::culture::Conventions;
use crate::{Clock, Error};

/// What a filter is given.
pub(crate) struct Call<'c> {
    /// The text in front of the `|`, if there is any.
    pub(crate) argument: Option<&'c str>,
    pub(crate) options: &'c [String],
    pub(crate) conventions: &'static Conventions,
    pub(crate) clock: Clock,
    /// Minutes that local time is ahead of UTC.
    pub(crate) local_offset: i16,
    /// How long the result may be.
    pub(crate) max_bytes: usize,
    /// How many steps back regular expressions may still take.
    pub(crate) backtracks_left: &'c Cell<u64>,
}

/// What a filter gives: a text, or none, which means that it could do nothing with what it got.
pub(crate) type Outcome = Result<Option<String>, Error>;

impl<'c> Call<'c> {
    /// The argument, if there is one and no option.
    pub(super) fn plain(&self) -> Option<&'c str> {
        self.argument.filter(|_| self.options.is_empty())
    }

    /// Argument and option, if there is exactly one option.
    pub(super) fn with_one_option(&self) -> Option<(&'c str, &'c str)> {
        match (self.argument, self.options) {
            (Some(argument), [option]) => Some((argument, option)),
            _ => None,
        }
    }

    /// The time in UTC.
    pub(super) fn now_utc(&self) -> OffsetDateTime {
        match self.clock {
            Clock::System => OffsetDateTime::now_utc(),
            Clock::Fixed { unix_nanoseconds, .. } => {
                // A clock beyond the calendar stands at its beginning.
                OffsetDateTime::from_unix_timestamp_nanos(unix_nanoseconds)
                    .unwrap_or(OffsetDateTime::UNIX_EPOCH)
            }
        }
    }

    /// The date here.
    pub(super) fn today(&self) -> Date {
        let offset = time::Duration::minutes(i64::from(self.local_offset));
        self.now_utc().checked_add(offset).unwrap_or(OffsetDateTime::UNIX_EPOCH).date()
    }
}
