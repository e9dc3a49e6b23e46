//! Numbers: which words are one, and what a variable's value becomes where a number stands.

use super::string;

/// Whether a word is a number for Newtonsoft's reader: decimal, hexadecimal `0x1F`, octal `017`, also `.5` and `1.`.
pub(crate) fn is_literal(word: &str) -> bool {
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    let all =
        |digits: &str, radix: u32| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    if let Some(hexadecimal) = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) {
        return all(hexadecimal, 16);
    }
    match unsigned.strip_prefix('0') {
        Some(octal) if all(octal, 10) => all(octal, 8),
        _ => is_decimal(unsigned),
    }
}

/// Digits with at most one point, and an exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.is_none_or(|text| {
        let text = text.strip_prefix(['-', '+']).unwrap_or(text);
        !text.is_empty() && digits(text)
    });
    digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent
}

/// Whether strict JSON has this number.
fn is_strict(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = unsigned.split(['.', 'e', 'E']).next().unwrap_or_default();
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    let open_point = unsigned.contains('.')
        && unsigned
            .split('.')
            .nth(1)
            .is_none_or(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()));
    is_decimal(unsigned) && !whole.is_empty() && !leading_zero && !open_point
}

/// What strict JSON writes for a number that only Newtonsoft's reader takes: the same number in decimal, and a text for
/// what is not finite.
pub(crate) fn strict(word: &str) -> String {
    let unsigned = word.strip_prefix(['-', '+']).unwrap_or(word);
    let sign = if word.starts_with('-') { "-" } else { "" };
    let hexadecimal = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X"));
    let octal = unsigned.strip_prefix('0').filter(|digits| is_octal(digits));
    let integer = match (hexadecimal, octal) {
        (Some(digits), _) => u128::from_str_radix(digits, 16).ok(),
        (None, Some(digits)) => u128::from_str_radix(digits, 8).ok(),
        (None, None) => None,
    };
    match integer {
        Some(integer) => format!("{sign}{integer}"),
        None => from_value(word).unwrap_or_else(|| string::encode(word)),
    }
}

fn is_octal(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'))
}

/// The JSON number for a value, if .NET would take it for an integer or a floating-point number (invariant culture).
///
/// A value that is a JSON number already stays as it is written, so that no digit is lost; the original goes through
/// 64 bits.
pub(crate) fn from_value(value: &str) -> Option<String> {
    let text = value.trim_matches(|c| matches!(c, ' ' | '\t'..='\r' | '\0'));
    if is_strict(text) {
        return Some(text.to_owned());
    }
    if let Ok(integer) = text.parse::<i64>() {
        return Some(integer.to_string());
    }
    // Thousands separators may stand anywhere in the digits before the point, but not first.
    let whole = text.find(['.', 'e', 'E']).unwrap_or(text.len());
    let (whole, rest) = text.split_at(whole);
    let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    if unsigned.starts_with(',') || rest.contains(',') {
        return None;
    }
    let plain = whole.replace(',', "") + rest;
    let digits = plain.strip_prefix(['-', '+']).unwrap_or(&plain);
    if !is_decimal(digits) {
        return None;
    }
    let number: f64 = plain.parse().ok()?;
    let number = number.is_finite().then(|| format!("{number:?}"))?;
    Some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_newtonsoft_become_numbers_of_json() {
        for (word, written) in [
            ("1e3", "1e3"),
            ("1.50", "1.50"),
            ("0", "0"),
            ("0x1F", "31"),
            ("-0x10", "-16"),
            ("017", "15"),
            (".5", "0.5"),
            ("1.", "1.0"),
            ("+1", "1"),
            ("NaN", "\"NaN\""),
            ("-Infinity", "\"-Infinity\""),
        ] {
            assert_eq!(strict(word), written, "{word}");
        }
    }

    #[test]
    fn values_become_the_number_that_dotnet_reads() {
        for (value, number) in [
            ("8023", Some("8023")),
            (" 7 ", Some("7")),
            ("+5", Some("5")),
            ("007", Some("7")),
            ("50.0", Some("50.0")),
            ("456e-5", Some("456e-5")),
            ("1,000", Some("1000.0")),
            ("1,0,0.5", Some("100.5")),
            (".5", Some("0.5")),
            ("1.", Some("1.0")),
            ("123456789012345678901234567890", Some("123456789012345678901234567890")),
            ("", None),
            ("-", None),
            (",1", None),
            ("1.0,0", None),
            ("0x10", None),
            ("NaN", None),
            ("1e", None),
            ("true", None),
        ] {
            assert_eq!(from_value(value).as_deref(), number, "{value:?}");
        }
    }
}
