//! Texts in JSON that Newtonsoft takes for dates.

use time::{Date, Duration, Month, PrimitiveDateTime, Time};

use crate::dotnet::calendar::{Moment, Zone};

/// `yyyy-MM-ddTHH:mm:ss` up to fractions and an offset.
const ISO_LENGTHS: std::ops::RangeInclusive<usize> = 19..=40;

/// Reads an ISO 8601 date with time, or `/Date(milliseconds)/`. What has an offset becomes local
/// time (`local` minutes ahead of UTC).
pub(super) fn read_date(text: &str, local: i16) -> Option<Moment> {
    if let Some(milliseconds) = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/"))
    {
        let epoch = Moment { shown: epoch()?, zone: Zone::Utc };
        return epoch.plus_milliseconds(milliseconds.parse().ok()?);
    }
    if !ISO_LENGTHS.contains(&text.len()) || !text.is_ascii() {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<u16> {
        let digits = &text[from..to];
        if digits.bytes().all(|byte| byte.is_ascii_digit()) { digits.parse().ok() } else { None }
    };
    let small = |from: usize| number(from, from + 2).and_then(|value| u8::try_from(value).ok());
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|(at, sign)| text.as_bytes()[*at] != *sign) {
        return None;
    }
    let month = Month::try_from(small(5)?).ok()?;
    let year = i32::from(number(0, 4)?);
    if year == 0 {
        return None;
    }
    let date = Date::from_calendar_date(year, month, small(8)?).ok()?;
    let mut rest = &text[19..];
    let mut ticks = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return None;
        }
        let seven: String = fraction[..length].chars().chain("0000000".chars()).take(7).collect();
        ticks = seven.parse::<u32>().ok()?;
        rest = &fraction[length..];
    }
    let time = Time::from_hms_nano(small(11)?, small(14)?, small(17)?, ticks * 100).ok()?;
    let zone = read_zone(rest)?;
    let moment = Moment { shown: PrimitiveDateTime::new(date, time), zone };
    match zone {
        Zone::Offset(_) => moment.in_zone(Zone::Local(local), local),
        _ => Some(moment),
    }
}

fn read_zone(text: &str) -> Option<Zone> {
    let (sign, digits) = match text.as_bytes().first() {
        None => return Some(Zone::Unspecified),
        Some(b'Z') if text.len() == 1 => return Some(Zone::Utc),
        Some(b'+') => (1, &text[1..]),
        Some(b'-') => (-1, &text[1..]),
        _ => return None,
    };
    let digits = digits.replacen(':', "", 1);
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i16 = digits[..2].parse().ok()?;
    let minutes: i16 =
        digits.get(2..).filter(|rest| !rest.is_empty()).unwrap_or("0").parse().ok()?;
    Some(Zone::Offset(sign * (hours * 60 + minutes)))
}

fn epoch() -> Option<PrimitiveDateTime> {
    let start = time::OffsetDateTime::UNIX_EPOCH;
    PrimitiveDateTime::new(start.date(), start.time()).checked_add(Duration::ZERO)
}
