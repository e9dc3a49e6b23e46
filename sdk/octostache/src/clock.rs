//! Where the `NowDate` filters take the time from.

/// The moment that `NowDate` and `NowDateUtc` print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Clock {
    /// The system's clock, read anew by each filter; local time is UTC. The default.
    #[default]
    System,
    /// One moment, the same for every filter: what a reproducible run wants.
    Fixed {
        /// Nanoseconds since 1970-01-01T00:00:00Z, negative before it.
        unix_nanoseconds: i128,
        /// What to add to UTC to get local time, in minutes (`NowDate` prints local time).
        utc_offset_minutes: i16,
    },
}
