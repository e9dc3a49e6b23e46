//! A moment as .NET sees it: what the clock on the wall shows, and whose wall it is.

use time::{Duration, PrimitiveDateTime};

/// .NET counts time in units of 100 nanoseconds.
pub(crate) const NANOSECONDS_PER_TICK: u32 = 100;

/// Whose wall a clock hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// Not said.
    Unspecified,
    /// UTC.
    Utc,
    /// This machine's; minutes ahead of UTC.
    Local(i16),
    /// Somewhere; minutes ahead of UTC.
    Offset(i16),
}

impl Zone {
    /// Minutes ahead of UTC; nothing said means local time.
    pub(crate) fn offset_minutes(self, local: i16) -> i16 {
        match self {
            Self::Unspecified => local,
            Self::Utc => 0,
            Self::Local(minutes) | Self::Offset(minutes) => minutes,
        }
    }
}

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// What the clock shows.
    pub(crate) shown: PrimitiveDateTime,
    pub(crate) zone: Zone,
}

impl Moment {
    /// The same moment on another wall; `None` where the calendar ends.
    pub(crate) fn in_zone(self, zone: Zone, local: i16) -> Option<Self> {
        let minutes = zone.offset_minutes(local) - self.zone.offset_minutes(local);
        let shown = self.shown.checked_add(Duration::minutes(i64::from(minutes)))?;
        in_dotnet_range(shown).then_some(Self { shown, zone })
    }

    /// So much later on the same wall; `None` where the calendar ends.
    pub(crate) fn plus_milliseconds(self, milliseconds: i64) -> Option<Self> {
        self.plus(Duration::milliseconds(milliseconds))
    }

    /// So many times 100 nanoseconds later; `None` outside .NET's calendar.
    pub(crate) fn plus_ticks(self, ticks: i64) -> Option<Self> {
        let ticks = i128::from(ticks) * i128::from(NANOSECONDS_PER_TICK);
        self.plus(Duration::nanoseconds_i128(ticks))
    }

    fn plus(self, duration: Duration) -> Option<Self> {
        let shown = self.shown.checked_add(duration)?;
        in_dotnet_range(shown).then_some(Self { shown, ..self })
    }
}

/// .NET knows the years 1 to 9999.
fn in_dotnet_range(shown: PrimitiveDateTime) -> bool {
    (1..=9999).contains(&shown.year())
}

pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// From Sunday on.
pub(crate) const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
