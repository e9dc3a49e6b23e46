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
const MILLISECONDS_PER_HOUR: f64 = 3_600_000.0;
const MILLISECONDS_PER_DAY: f64 = 86_400_000.0;
/// Longer than the calendar, which is about 3.2e14 milliseconds.
const MOST_MILLISECONDS: f64 = 4.0e14;

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
    Ok(added(call, MILLISECONDS_PER_HOUR))
}

pub(super) fn add_days(call: &Call<'_>) -> Outcome {
    Ok(added(call, MILLISECONDS_PER_DAY))
}

/// The date so much later (rounded to milliseconds, as .NET does), with the offset it had.
fn added(call: &Call<'_>, unit: f64) -> Option<String> {
    let (text, amount) = call.with_one_option()?;
    let milliseconds = (parse_plain_double(amount)? * unit).round();
    if milliseconds.is_nan() || milliseconds.abs() >= MOST_MILLISECONDS {
        return None;
    }
    let moment = parse_date(text, call.today())?;
    // Below 4.0e14, a float with no fraction is an integer exactly.
    let later = moment.plus_milliseconds(milliseconds as i64)?;
    format_date(later, ROUND_TRIP, DateType::DateTime, call.local_offset, call.conventions)
}
