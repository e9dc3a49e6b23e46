//! .NET's date format strings.

use super::calendar::{MONTHS, Moment, NANOSECONDS_PER_TICK, WEEKDAYS, Zone};
use super::culture::Conventions;

/// How many digits of a second there are.
const FRACTION_DIGITS: usize = 7;

/// How many digits of a year are printed at most. (.NET prints any number of zeros.)
const MAX_YEAR_DIGITS: usize = 100;

/// Which .NET type is formatted: they differ in a few formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DateType {
    DateTime,
    DateTimeOffset,
}

/// Formats a moment; `None` if .NET refuses the format. `local` is the offset of local time from
/// UTC, in minutes.
pub(crate) fn format_date(
    moment: Moment,
    format: &str,
    date_type: DateType,
    local: i16,
    conventions: &Conventions,
) -> Option<String> {
    let mut characters = format.chars();
    let standard = match (characters.next(), characters.next()) {
        (None, _) => 'G',
        (Some(letter), None) => letter,
        _ => return custom(moment, format, date_type, local, conventions),
    };
    let Conventions { short_date, long_date, short_time, long_time, month_day, year_month, .. } =
        conventions;
    let is_offset = date_type == DateType::DateTimeOffset;
    let mut moment = moment;
    let pattern = match standard {
        'd' => (*short_date).to_owned(),
        'D' => (*long_date).to_owned(),
        'f' => format!("{long_date} {short_time}"),
        'F' => format!("{long_date} {long_time}"),
        'g' => format!("{short_date} {short_time}"),
        'G' if is_offset && format.is_empty() => format!("{short_date} {long_time} zzz"),
        'G' => format!("{short_date} {long_time}"),
        'm' | 'M' => (*month_day).to_owned(),
        'o' | 'O' if is_offset => "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz".to_owned(),
        'o' | 'O' => "yyyy-MM-dd'T'HH:mm:ss.fffffffK".to_owned(),
        'r' | 'R' => {
            if is_offset {
                moment = moment.in_zone(Zone::Utc, local)?;
            }
            "ddd, dd MMM yyyy HH':'mm':'ss 'GMT'".to_owned()
        }
        's' => "yyyy-MM-dd'T'HH':'mm':'ss".to_owned(),
        't' => (*short_time).to_owned(),
        'T' => (*long_time).to_owned(),
        'u' => {
            if is_offset {
                moment = moment.in_zone(Zone::Utc, local)?;
            }
            "yyyy-MM-dd HH':'mm':'ss'Z'".to_owned()
        }
        'U' if !is_offset => {
            moment = moment.in_zone(Zone::Utc, local)?;
            format!("{long_date} {long_time}")
        }
        'y' | 'Y' => (*year_month).to_owned(),
        _ => return None,
    };
    custom(moment, &pattern, date_type, local, conventions)
}

fn custom(
    moment: Moment,
    format: &str,
    date_type: DateType,
    local: i16,
    conventions: &Conventions,
) -> Option<String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(c).len();
        let count = run / c.len_utf8();
        match c {
            'g' => {
                out.push_str(conventions.era);
                rest = &rest[run..];
            }
            'd' | 'f' | 'F' | 'h' | 'H' | 'm' | 'M' | 's' | 't' | 'y' | 'z' => {
                field(&mut out, moment, c, count, local)?;
                rest = &rest[run..];
            }
            'K' => {
                if date_type == DateType::DateTimeOffset {
                    out.push_str(&offset(moment.zone.offset_minutes(local), 3));
                } else {
                    match moment.zone {
                        Zone::Unspecified => {}
                        Zone::Utc => out.push('Z'),
                        Zone::Local(minutes) | Zone::Offset(minutes) => {
                            out.push_str(&offset(minutes, 3));
                        }
                    }
                }
                rest = &rest[1..];
            }
            '\'' | '"' => rest = quoted(&mut out, &rest[1..], c)?,
            '\\' => {
                let escaped = rest[1..].chars().next()?;
                out.push(escaped);
                rest = &rest[1 + escaped.len_utf8()..];
            }
            '%' => {
                rest = &rest[1..];
                if rest.is_empty() || rest.starts_with('%') {
                    return None;
                }
            }
            _ => {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    Some(out)
}

/// Copies quoted text; gives what is behind it, `None` if it is not closed.
fn quoted<'f>(out: &mut String, text: &'f str, quote: char) -> Option<&'f str> {
    let mut characters = text.chars();
    loop {
        match characters.next()? {
            c if c == quote => return Some(characters.as_str()),
            '\\' => out.push(characters.next()?),
            c => out.push(c),
        }
    }
}

fn field(out: &mut String, moment: Moment, letter: char, count: usize, local: i16) -> Option<()> {
    let shown = moment.shown;
    let two = count.min(2);
    let text = match letter {
        'd' if count <= 2 => format!("{:0count$}", shown.day()),
        'd' => {
            let name = WEEKDAYS[usize::from(shown.weekday().number_days_from_sunday())];
            abbreviated(name, count == 3)
        }
        'f' | 'F' => {
            return fraction(out, shown.nanosecond() / NANOSECONDS_PER_TICK, letter, count);
        }
        'h' => format!("{:0two$}", (shown.hour() + 11) % 12 + 1),
        'H' => format!("{:0two$}", shown.hour()),
        'm' => format!("{:0two$}", shown.minute()),
        'M' if count <= 2 => format!("{:0count$}", u8::from(shown.month())),
        'M' => abbreviated(MONTHS[usize::from(u8::from(shown.month())) - 1], count == 3),
        's' => format!("{:0two$}", shown.second()),
        't' => {
            let name = if shown.hour() < 12 { "AM" } else { "PM" };
            name[..two].to_owned()
        }
        'y' if count <= 2 => format!("{:0count$}", shown.year() % 100),
        'y' => format!("{:0width$}", shown.year(), width = count.min(MAX_YEAR_DIGITS)),
        _ => offset(moment.zone.offset_minutes(local), count),
    };
    out.push_str(&text);
    Some(())
}

fn abbreviated(name: &str, short: bool) -> String {
    if short { name[..3].to_owned() } else { name.to_owned() }
}

/// `f` prints every digit, `F` drops zeros at the end, and a point that is left alone.
fn fraction(out: &mut String, ticks: u32, letter: char, count: usize) -> Option<()> {
    if count > FRACTION_DIGITS {
        return None;
    }
    let digits = format!("{ticks:0FRACTION_DIGITS$}");
    let digits = &digits[..count];
    if letter == 'f' {
        out.push_str(digits);
        return Some(());
    }
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() && out.ends_with('.') {
        out.pop();
    }
    out.push_str(digits);
    Some(())
}

/// `+2`, `+02` or `+02:00`.
fn offset(minutes: i16, count: usize) -> String {
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    match count {
        1 => format!("{sign}{hours}"),
        2 => format!("{sign}{hours:02}"),
        _ => format!("{sign}{hours:02}:{minutes:02}"),
    }
}
