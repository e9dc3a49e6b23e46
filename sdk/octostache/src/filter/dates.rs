//! `NowDate`, `NowDateUtc`, `AddHours`, `AddDays`.

use time::PrimitiveDateTime;

use super::call::{Call, Outcome};
use crate::dotnet::calendar::{Moment, Zone};
use crate::dotnet::date_format::{DateType, format_date};
use crate::dotnet::date_parse::parse_date;
use crate::dotnet::number::parse_plain_double;

/// Local time without a zone.
const NOW_FORMAT: &str = "yyyy-MM-ddTHH:mm:ss.fffffff";
/// The format that reads back as the same moment.
const ROUND_TRIP: &str = "o";
const TICKS_PER_HOUR: f64 = 36_000_000_000.0;
const TICKS_PER_DAY: f64 = 864_000_000_000.0;
/// Longer than the calendar, which is about 3.2e18 ticks, and still an `i64`.
const MOST_TICKS: f64 = 4.0e18;

/// The local time; it takes no argument.
pub(super) fn now(call: &Call<'_>) -> Outcome {
    let utc = moment_now(call);
    let local = utc.in_zone(Zone::Local(call.local_offset), call.local_offset);
    Ok(local.and_then(|local| formatted_now(call, local, NOW_FORMAT)))
}

/// The time in UTC; it takes no argument.
pub(super) fn now_utc(call: &Call<'_>) -> Outcome {
    Ok(formatted_now(call, moment_now(call), ROUND_TRIP))
}

fn moment_now(call: &Call<'_>) -> Moment {
    let now = call.now_utc();
    Moment { shown: PrimitiveDateTime::new(now.date(), now.time()), zone: Zone::Utc }
}

fn formatted_now(call: &Call<'_>, moment: Moment, default: &str) -> Option<String> {
    let format = match (call.argument, call.options) {
        (None, []) => default,
        (None, [format]) => format,
        _ => return None,
    };
    format_date(moment, format, DateType::DateTime, call.local_offset, call.conventions)
}

pub(super) fn add_hours(call: &Call<'_>) -> Outcome {
    Ok(added(call, TICKS_PER_HOUR))
}

pub(super) fn add_days(call: &Call<'_>) -> Outcome {
    Ok(added(call, TICKS_PER_DAY))
}

/// The date so much later, in whole ticks of 100 nanoseconds, with the offset it had.
fn added(call: &Call<'_>, unit: f64) -> Option<String> {
    let (text, amount) = call.with_one_option()?;
    let ticks = (parse_plain_double(amount)? * unit).trunc();
    if ticks.is_nan() || ticks.abs() >= MOST_TICKS {
        return None;
    }
    let moment = parse_date(text, call.today())?;
    // Below 4.0e18, a float with no fraction is an `i64` exactly.
    let later = moment.plus_ticks(ticks as i64)?;
    format_date(later, ROUND_TRIP, DateType::DateTime, call.local_offset, call.conventions)
}
