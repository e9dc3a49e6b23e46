//! Reading dates the lenient way .NET does: most orders and spellings of English.

use time::{Date, Month, PrimitiveDateTime, Time};

use super::calendar::{MONTHS, Moment, NANOSECONDS_PER_TICK, WEEKDAYS, Zone};

/// Years of one or two digits belong to the hundred years that end with this one.
const TWO_DIGIT_YEAR_MAX: i32 = 2029;
/// Texts longer than this are no dates.
const MAX_BYTES: usize = 128;
/// The widest offset from UTC that .NET takes.
const MAX_OFFSET_MINUTES: i16 = 14 * 60;

/// What a text said, piece by piece.
#[derive(Default)]
struct Pieces {
    /// Values of the numbers that are parts of a date, and how many digits each had.
    numbers: Vec<(i32, usize)>,
    month: Option<u8>,
    weekday: Option<u8>,
    time: Option<TimeOfDay>,
    zone: Option<Zone>,
    /// Whether the piece before was a number of a date: a `-` behind it is no offset.
    ends_with_number: bool,
}

struct TimeOfDay {
    hour: u8,
    minute: u8,
    second: u8,
    nanosecond: u32,
    /// Nanoseconds rounded up to a whole second.
    carry: bool,
}

/// Reads a date, a time (of `today`), or both. What has no offset is [`Zone::Unspecified`].
pub(crate) fn parse_date(text: &str, today: Date) -> Option<Moment> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let pieces = Reader { rest: text, pieces: Pieces::default() }.read()?;
    let date = resolve_date(&pieces, today)?;
    let (time, carry) = match &pieces.time {
        None => (Time::MIDNIGHT, false),
        Some(time) => {
            let nanosecond = if time.carry { 0 } else { time.nanosecond };
            (Time::from_hms_nano(time.hour, time.minute, time.second, nanosecond).ok()?, time.carry)
        }
    };
    let mut shown = PrimitiveDateTime::new(date, time);
    if carry {
        shown = shown.checked_add(time::Duration::SECOND)?;
    }
    Some(Moment { shown, zone: pieces.zone.unwrap_or(Zone::Unspecified) })
}

fn resolve_date(pieces: &Pieces, today: Date) -> Option<Date> {
    let is_year = |(_, digits): (i32, usize)| digits > 2;
    let (year, month, day) = match (pieces.month, pieces.numbers.as_slice()) {
        (None, []) => {
            pieces.time.as_ref()?;
            return Some(today);
        }
        (None, &[year, month, day]) if is_year(year) => (year, month.0, day.0),
        (None, &[month, day, year]) => (year, month.0, day.0),
        (None, &[year, month]) if is_year(year) => (year, month.0, 1),
        (None, &[month, year]) if is_year(year) => (year, month.0, 1),
        (None, &[month, day]) => ((today.year(), 4), month.0, day.0),
        (Some(month), &[year]) if is_year(year) => (year, i32::from(month), 1),
        (Some(month), &[day]) => ((today.year(), 4), i32::from(month), day.0),
        (Some(month), &[year, day]) if is_year(year) => (year, i32::from(month), day.0),
        (Some(month), &[day, year]) => (year, i32::from(month), day.0),
        _ => return None,
    };
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let year = full_year(year)?;
    let date = Date::from_calendar_date(year, month, u8::try_from(day).ok()?).ok()?;
    match pieces.weekday {
        Some(weekday) if weekday != date.weekday().number_days_from_sunday() => None,
        _ => Some(date),
    }
}

fn full_year((value, digits): (i32, usize)) -> Option<i32> {
    if digits <= 2 {
        let century = TWO_DIGIT_YEAR_MAX / 100 * 100;
        let year = century + value;
        return Some(if year > TWO_DIGIT_YEAR_MAX { year - 100 } else { year });
    }
    (digits <= 4 && (1..=9999).contains(&value)).then_some(value)
}

struct Reader<'t> {
    rest: &'t str,
    pieces: Pieces,
}

impl Reader<'_> {
    fn read(mut self) -> Option<Pieces> {
        while let Some(c) = self.rest.chars().next() {
            let in_date = std::mem::take(&mut self.pieces.ends_with_number);
            let behind_time = self.pieces.time.is_some() && !(in_date && c == '-');
            match c {
                '0'..='9' => self.number()?,
                '+' | '-' if behind_time && self.pieces.zone.is_none() => self.offset()?,
                '-' | '/' | '.' if in_date || self.pieces.time.is_none() => {
                    self.skip(1);
                    // Separators stand between things.
                    if !self.rest.trim_start().starts_with(|c: char| c.is_ascii_alphanumeric()) {
                        return None;
                    }
                }
                ',' => self.skip(1),
                c if c.is_whitespace() => self.skip(c.len_utf8()),
                c if c.is_ascii_alphabetic() => self.word()?,
                _ => return None,
            }
        }
        Some(self.pieces)
    }

    fn skip(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    fn digits(&mut self) -> Option<(i32, usize)> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let value = self.rest[..length].parse().ok()?;
        self.skip(length);
        Some((value, length))
    }

    fn number(&mut self) -> Option<()> {
        let number = self.digits()?;
        if self.rest.starts_with(':') {
            return self.time(number);
        }
        let behind = self.rest.trim_start();
        if self.pieces.time.is_none() && starts_with_day_half(behind) {
            self.pieces.time = Some(TimeOfDay {
                hour: u8::try_from(number.0).ok()?,
                minute: 0,
                second: 0,
                nanosecond: 0,
                carry: false,
            });
            return Some(());
        }
        if self.pieces.numbers.len() == 3 {
            return None;
        }
        self.pieces.numbers.push(number);
        self.pieces.ends_with_number = true;
        Some(())
    }

    /// What is behind the hour of a time.
    fn time(&mut self, hour: (i32, usize)) -> Option<()> {
        if self.pieces.time.is_some() || hour.1 > 2 {
            return None;
        }
        self.skip(1);
        let minute = self.short_number()?;
        let mut time = TimeOfDay {
            hour: u8::try_from(hour.0).ok()?,
            minute,
            second: 0,
            nanosecond: 0,
            carry: false,
        };
        if self.rest.starts_with(':') {
            self.skip(1);
            time.second = self.short_number()?;
            if self.rest.starts_with('.') {
                self.skip(1);
                self.fraction(&mut time)?;
            }
        }
        self.pieces.time = Some(time);
        Some(())
    }

    fn short_number(&mut self) -> Option<u8> {
        let (value, digits) = self.digits()?;
        if digits > 2 { None } else { u8::try_from(value).ok() }
    }

    /// The fraction of a second, rounded to ticks.
    fn fraction(&mut self, time: &mut TimeOfDay) -> Option<()> {
        let length = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return None;
        }
        let digits = &self.rest.as_bytes()[..length];
        let mut ticks: u32 = 0;
        for place in 0..7 {
            let digit = digits.get(place).map_or(0, |byte| byte - b'0');
            ticks = ticks * 10 + u32::from(digit);
        }
        if digits.get(7).is_some_and(|byte| *byte >= b'5') {
            ticks += 1;
        }
        time.carry = ticks == 10_000_000;
        time.nanosecond = ticks * NANOSECONDS_PER_TICK;
        self.skip(length);
        Some(())
    }

    /// `+02:00`, `+0200`, `+2`
    fn offset(&mut self) -> Option<()> {
        let negative = self.rest.starts_with('-');
        self.skip(1);
        let (value, digits) = self.digits()?;
        let value = i16::try_from(value).ok()?;
        let minutes = if digits > 2 {
            value / 100 * 60 + value % 100
        } else if self.rest.starts_with(':') {
            self.skip(1);
            value * 60 + i16::from(self.short_number()?)
        } else {
            value.checked_mul(60)?
        };
        if minutes > MAX_OFFSET_MINUTES {
            return None;
        }
        self.pieces.zone = Some(Zone::Offset(if negative { -minutes } else { minutes }));
        Some(())
    }

    fn word(&mut self) -> Option<()> {
        let length = self.rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = self.rest[..length].to_ascii_lowercase();
        self.skip(length);
        match word.as_str() {
            // Between date and time.
            "t" if !self.pieces.numbers.is_empty() && self.pieces.time.is_none() => {
                if !starts_with_two_digit_times(self.rest) {
                    return None;
                }
            }
            "z" | "gmt" if self.pieces.zone.is_none() && self.pieces.time.is_some() => {
                self.pieces.zone = Some(Zone::Utc);
            }
            "am" | "a" | "pm" | "p" => {
                let time = self.pieces.time.as_mut()?;
                if !(1..=12).contains(&time.hour) && time.hour != 0 {
                    return None;
                }
                time.hour = time.hour % 12 + if word.starts_with('p') { 12 } else { 0 };
            }
            _ => {
                if let Some(month) = position_of(&word, &MONTHS) {
                    if self.pieces.month.replace(month + 1).is_some() {
                        return None;
                    }
                } else {
                    let weekday = position_of(&word, &WEEKDAYS)?;
                    if self.pieces.weekday.replace(weekday).is_some() {
                        return None;
                    }
                }
            }
        }
        Some(())
    }
}

/// Behind a `T` every number of the time has two digits.
fn starts_with_two_digit_times(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(text.len());
    text[..end].trim_start().split(':').take(3).all(|part| part.is_empty() || part.len() == 2)
}

fn starts_with_day_half(text: &str) -> bool {
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    word.eq_ignore_ascii_case("am") || word.eq_ignore_ascii_case("pm")
}

/// The number of a month or weekday, by its full name or its first three letters.
fn position_of(word: &str, names: &[&str]) -> Option<u8> {
    let at = names
        .iter()
        .position(|name| name.eq_ignore_ascii_case(word) || name[..3].eq_ignore_ascii_case(word))?;
    u8::try_from(at).ok()
}
