//! Reading numbers, and printing a double the shortest way.

use super::culture::Conventions;

/// How many significant digits a .NET decimal holds safely.
const DECIMAL_DIGITS: usize = 28;
/// The largest .NET decimal.
const DECIMAL_MAX: &str = "79228162514264337593543950335";
/// Doubles with more integer digits than this (and than they have digits) print an exponent.
const SHORTEST_INTEGER_DIGITS: i32 = 15;

/// A decimal number: `0.d1d2d3... * 10^point`, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Digits {
    pub(crate) negative: bool,
    /// Values 0 to 9.
    pub(crate) digits: Vec<u8>,
    /// How many digits stand in front of the decimal point; negative for zeros behind it.
    pub(crate) point: i32,
}

impl Digits {
    /// From plain notation: `[-]digits[.digits]`.
    pub(crate) fn from_plain(text: &str) -> Self {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (integer, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let integer = integer.trim_start_matches('0');
        let mut digits: Vec<u8> =
            integer.bytes().chain(fraction.bytes()).map(|byte| byte - b'0').collect();
        let mut point = i32::try_from(integer.len()).unwrap_or(i32::MAX);
        if integer.is_empty() {
            let zeros = digits.iter().take_while(|digit| **digit == 0).count();
            if zeros < digits.len() {
                digits.drain(..zeros);
                point = -i32::try_from(zeros).unwrap_or(i32::MAX);
            }
        }
        Self { negative, digits, point }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.digits.iter().all(|digit| *digit == 0)
    }

    /// Rounds half away from zero to `decimals` digits behind the point.
    pub(crate) fn round_decimals(&mut self, decimals: i32) {
        self.round_at(self.point.saturating_add(decimals));
    }

    /// Keeps `count` digits, rounding half away from zero.
    pub(crate) fn round_at(&mut self, count: i32) {
        let Ok(count) = usize::try_from(count) else {
            self.digits.clear();
            return;
        };
        if count >= self.digits.len() {
            return;
        }
        let up = self.digits[count] >= 5;
        self.digits.truncate(count);
        if !up {
            return;
        }
        for digit in self.digits.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                return;
            }
            *digit = 0;
        }
        self.digits.insert(0, 1);
        self.point += 1;
    }

    /// The digit at a place relative to the point: 0 is the ones, -1 the tenths.
    pub(crate) fn digit_at(&self, place: i32) -> u8 {
        usize::try_from(self.point - 1 - place)
            .ok()
            .and_then(|index| self.digits.get(index))
            .copied()
            .unwrap_or(0)
    }

    /// How many digits stand behind the decimal point.
    pub(crate) fn decimals(&self) -> i32 {
        (i32::try_from(self.digits.len()).unwrap_or(i32::MAX) - self.point).max(0)
    }
}

/// What a number looks like, sign and separators resolved.
struct Scanned {
    negative: bool,
    /// `digits[.digits]`
    plain: String,
    exponent: i32,
}

/// What a style of number may have.
#[derive(Clone, Copy, Default)]
struct Style {
    trailing_sign: bool,
    point: bool,
    thousands: bool,
    exponent: bool,
}

/// The white space .NET allows around a number.
fn trim(text: &str) -> &str {
    text.trim_matches(|c| matches!(c, ' ' | '\t'..='\r'))
}

fn scan(text: &str, style: Style) -> Option<Scanned> {
    let mut rest = trim(text);
    let mut negative = None;
    if let Some(sign) = rest.chars().next().filter(|c| matches!(c, '+' | '-')) {
        negative = Some(sign == '-');
        rest = trim(&rest[1..]);
    }
    let mut plain = String::new();
    let mut digits = 0usize;
    let mut seen_point = false;
    let mut end = rest.len();
    for (offset, c) in rest.char_indices() {
        match c {
            '0'..='9' => {
                plain.push(c);
                digits += 1;
            }
            '.' if style.point && !seen_point => {
                seen_point = true;
                plain.push('.');
            }
            ',' if style.thousands && digits > 0 && !seen_point => {}
            _ => {
                end = offset;
                break;
            }
        }
    }
    if digits == 0 {
        return None;
    }
    rest = &rest[end..];
    let mut exponent = 0;
    if style.exponent && rest.starts_with(['e', 'E']) {
        let number = &rest[1..];
        let signs = usize::from(number.starts_with(['+', '-']));
        let length = number[signs..].bytes().take_while(u8::is_ascii_digit).count();
        if length > 0 {
            // An exponent beyond any double: 9999 is as good as more.
            exponent = number[..signs + length].parse().unwrap_or(9999).clamp(-9999, 9999);
            if number.starts_with('-') && exponent > 0 {
                exponent = -9999;
            }
            rest = &number[signs + length..];
        }
    }
    if style.trailing_sign && negative.is_none() {
        let tail = trim(rest);
        if tail == "-" || tail == "+" {
            negative = Some(tail == "-");
            rest = "";
        }
    }
    if !rest.trim_matches('\0').is_empty() {
        return None;
    }
    let plain = if plain.starts_with('.') { format!("0{plain}") } else { plain };
    Some(Scanned { negative: negative.unwrap_or(false), plain, exponent })
}

/// `Decimal.TryParse` in its usual style: signs on either side, thousands, no exponent.
pub(crate) fn parse_decimal(text: &str) -> Option<Digits> {
    let style = Style { trailing_sign: true, point: true, thousands: true, exponent: false };
    let scanned = scan(text, style)?;
    let mut number = Digits::from_plain(&scanned.plain);
    let integer_digits = usize::try_from(number.point).unwrap_or(0);
    if integer_digits > DECIMAL_MAX.len()
        || (integer_digits == DECIMAL_MAX.len()
            && number.digits[..integer_digits]
                .iter()
                .map(|digit| digit + b'0')
                .gt(DECIMAL_MAX.bytes()))
    {
        return None;
    }
    number
        .round_decimals(i32::try_from(DECIMAL_DIGITS.saturating_sub(integer_digits)).unwrap_or(0));
    number.negative = scanned.negative;
    Some(number)
}

/// `Double.TryParse` in its usual style: leading sign, thousands, exponent.
pub(crate) fn parse_double(text: &str, conventions: &Conventions) -> Option<f64> {
    let style = Style { trailing_sign: false, point: true, thousands: true, exponent: true };
    parse_double_in(text, style).or_else(|| named_double(trim(text), conventions))
}

/// `Double.TryParse` with the invariant culture and without thousands.
pub(crate) fn parse_plain_double(text: &str) -> Option<f64> {
    parse_double_in(text, Style { point: true, exponent: true, ..Style::default() })
}

fn parse_double_in(text: &str, style: Style) -> Option<f64> {
    let scanned = scan(text, style)?;
    let sign = if scanned.negative { "-" } else { "" };
    format!("{sign}{}e{}", scanned.plain, scanned.exponent).parse().ok()
}

fn named_double(text: &str, conventions: &Conventions) -> Option<f64> {
    let is = |name: &str| text.to_lowercase() == name.to_lowercase();
    if is(conventions.positive_infinity) {
        Some(f64::INFINITY)
    } else if is(conventions.negative_infinity) {
        Some(f64::NEG_INFINITY)
    } else if is("NaN") {
        Some(f64::NAN)
    } else {
        None
    }
}

/// `Int32.TryParse`: a sign in front and white space around.
pub(crate) fn parse_int32(text: &str) -> Option<i32> {
    let scanned = scan(text, Style::default())?;
    let sign = if scanned.negative { "-" } else { "" };
    format!("{sign}{}", scanned.plain).parse().ok()
}

/// The shortest text that reads back as the same double, in the invariant culture.
pub(crate) fn shortest(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digit_count =
        i32::try_from(mantissa.len() - usize::from(mantissa.contains('.'))).unwrap_or(17);
    let integer_digits = exponent + 1;
    if integer_digits > SHORTEST_INTEGER_DIGITS.max(digit_count) || integer_digits < -3 {
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}E{exponent_sign}{:02}", exponent.abs());
    }
    format!("{value}")
}

/// The shortest text that reads back as the same double, in a culture.
pub(crate) fn shortest_in(value: f64, conventions: &Conventions) -> String {
    if value.is_infinite() {
        let positive = value > 0.0;
        return if positive {
            conventions.positive_infinity
        } else {
            conventions.negative_infinity
        }
        .to_owned();
    }
    shortest(value)
}
