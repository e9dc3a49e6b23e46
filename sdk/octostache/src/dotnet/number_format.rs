//! .NET's standard numeric format strings: `N2`, `C`, `P1`, `E`, `X8`...

use super::culture::Conventions;
use super::number::{Digits, shortest_in};
use super::number_custom_format::custom;

/// Digits behind the point of `C` where the format does not say.
const DEFAULT_CURRENCY_DECIMALS: i32 = 2;
/// The same for `E`.
const DEFAULT_EXPONENT_DECIMALS: i32 = 6;
/// Digits that a double is given for a custom format.
const DOUBLE_CUSTOM_DIGITS: i32 = 15;

/// A number to be formatted.
#[derive(Debug, Clone)]
pub(crate) enum Number {
    Int(i32),
    Double(f64),
    Decimal(Digits),
}

impl Number {
    /// The digits, rounded to `decimals` behind the point.
    fn rounded(&self, decimals: i32) -> Digits {
        match self {
            Self::Double(value) => {
                Digits::from_plain(&format!("{value:.*}", usize::try_from(decimals).unwrap_or(0)))
            }
            _ => {
                let mut digits = self.digits();
                digits.round_decimals(decimals);
                digits
            }
        }
    }

    /// The digits, rounded to `count` significant ones.
    fn significant(&self, count: i32) -> Digits {
        match self {
            Self::Double(value) => scientific_digits(*value, count),
            _ => {
                let mut digits = self.digits();
                digits.round_at(count);
                digits
            }
        }
    }

    /// All digits.
    fn digits(&self) -> Digits {
        match self {
            Self::Int(value) => Digits::from_plain(&value.to_string()),
            Self::Double(value) => scientific_digits(*value, DOUBLE_CUSTOM_DIGITS),
            Self::Decimal(digits) => digits.clone(),
        }
    }
}

fn scientific_digits(value: f64, count: i32) -> Digits {
    let decimals = usize::try_from(count - 1).unwrap_or(0);
    let text = format!("{value:.decimals$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits = Digits::from_plain(mantissa);
    if !digits.is_zero() {
        digits.point = exponent.parse::<i32>().unwrap_or(0) + 1;
    }
    digits
}

/// Formats a number; `None` if .NET refuses the format.
pub(crate) fn format_number(
    number: &Number,
    format: &str,
    conventions: &Conventions,
) -> Option<String> {
    if let Number::Double(value) = number
        && !value.is_finite()
    {
        return Some(shortest_in(*value, conventions));
    }
    match standard_specifier(format) {
        Some((letter, precision)) => standard(number, letter, precision, conventions),
        None => Some(custom(&number.digits(), matches!(number, Number::Double(_)), format)),
    }
}

/// A letter and at most two digits; the empty format is `G`.
fn standard_specifier(format: &str) -> Option<(char, Option<i32>)> {
    let mut characters = format.chars();
    let Some(letter) = characters.next() else { return Some(('G', None)) };
    let digits = characters.as_str();
    if !letter.is_ascii_alphabetic()
        || digits.len() > 2
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    Some((letter, digits.parse().ok()))
}

fn standard(
    number: &Number,
    letter: char,
    precision: Option<i32>,
    conventions: &Conventions,
) -> Option<String> {
    let decimals = precision.unwrap_or(match letter {
        'c' | 'C' => DEFAULT_CURRENCY_DECIMALS,
        _ => conventions.decimals,
    });
    Some(match (letter.to_ascii_uppercase(), number) {
        ('C', _) => {
            let digits = number.rounded(decimals);
            let amount = grouped(&digits, decimals, true);
            let (before, behind) = if number.is_negative(&digits) {
                conventions.negative_currency
            } else {
                ("¤", "")
            };
            let before = before.replace('¤', conventions.currency_symbol);
            format!("{before}{amount}{behind}")
        }
        ('D', Number::Int(value)) => {
            let sign = if *value < 0 { "-" } else { "" };
            let width = usize::try_from(precision.unwrap_or(0)).unwrap_or(0);
            format!("{sign}{:0width$}", value.unsigned_abs())
        }
        ('E', _) => {
            let decimals = precision.unwrap_or(DEFAULT_EXPONENT_DECIMALS);
            let digits = number.significant(decimals + 1);
            format!("{}{}", number.sign(&digits), exponential(&digits, decimals, letter, 3))
        }
        ('F', _) => {
            let digits = number.rounded(decimals);
            format!("{}{}", number.sign(&digits), grouped(&digits, decimals, false))
        }
        ('N', _) => {
            let digits = number.rounded(decimals);
            format!("{}{}", number.sign(&digits), grouped(&digits, decimals, true))
        }
        ('P', _) => {
            let digits = match number {
                Number::Double(value) => {
                    let mut digits = Number::Double(*value).rounded(decimals + 2);
                    digits.point += 2;
                    digits
                }
                _ => {
                    let mut digits = number.digits();
                    digits.point += 2;
                    digits.round_decimals(decimals);
                    digits
                }
            };
            let (sign, amount) = (number.sign(&digits), grouped(&digits, decimals, true));
            format!("{sign}{amount}{}%", conventions.percent_space)
        }
        ('G', _) => general(number, letter, precision.filter(|digits| *digits > 0), conventions),
        ('R', Number::Double(value)) => shortest_in(*value, conventions),
        ('X', Number::Int(value)) => {
            let width = usize::try_from(precision.unwrap_or(0)).unwrap_or(0);
            if letter == 'X' { format!("{value:0width$X}") } else { format!("{value:0width$x}") }
        }
        _ => return None,
    })
}

impl Number {
    /// Whether a sign is printed with these digits: a double keeps its sign when it rounds to
    /// zero, the others do not.
    fn is_negative(&self, digits: &Digits) -> bool {
        digits.negative && (matches!(self, Self::Double(_)) || !digits.is_zero())
    }

    fn sign(&self, digits: &Digits) -> &'static str {
        if self.is_negative(digits) { "-" } else { "" }
    }
}

/// The absolute value with a fixed number of decimals, with or without thousands separators.
fn grouped(digits: &Digits, decimals: i32, thousands: bool) -> String {
    let mut out = String::new();
    let top = if digits.is_zero() { 0 } else { digits.point.max(1) - 1 };
    for place in (-decimals..=top).rev() {
        if place == -1 {
            out.push('.');
        }
        out.push(char::from(b'0' + digits.digit_at(place)));
        if thousands && place > 0 && place % 3 == 0 {
            out.push(',');
        }
    }
    out
}

/// The absolute value as `d.dddE+ddd`.
fn exponential(digits: &Digits, decimals: i32, letter: char, exponent_digits: usize) -> String {
    let exponent = if digits.is_zero() { 0 } else { digits.point - 1 };
    let mut mantissa = digits.clone();
    mantissa.point -= exponent;
    let amount = grouped(&mantissa, decimals, false);
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{amount}{letter}{exponent_sign}{:0exponent_digits$}", exponent.abs())
}

/// `G`: plain or exponential, whichever is shorter.
fn general(
    number: &Number,
    letter: char,
    precision: Option<i32>,
    conventions: &Conventions,
) -> String {
    let Some(precision) = precision else {
        return match number {
            Number::Int(value) => value.to_string(),
            Number::Double(value) => shortest_in(*value, conventions),
            Number::Decimal(digits) => {
                format!("{}{}", number.sign(digits), grouped(digits, digits.decimals(), false))
            }
        };
    };
    let mut digits = number.significant(precision);
    while digits.digits.last() == Some(&0) && digits.digits.len() > 1 {
        digits.digits.pop();
    }
    let sign = number.sign(&digits);
    if digits.is_zero() {
        return format!("{sign}0");
    }
    if digits.point > precision || digits.point < -3 {
        let decimals = i32::try_from(digits.digits.len()).unwrap_or(1) - 1;
        let letter = if letter == 'g' { 'e' } else { 'E' };
        return format!("{sign}{}", exponential(&digits, decimals, letter, 2));
    }
    format!("{sign}{}", grouped(&digits, digits.decimals(), false))
}
