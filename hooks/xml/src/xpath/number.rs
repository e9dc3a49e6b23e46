//! Numbers as text.

/// A number as XPath writes it: no exponent, no fraction for whole numbers.
pub(super) fn to_text(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else if value == 0.0 {
        "0".to_owned()
    } else {
        format!("{value}")
    }
}

/// Reads a number: digits with at most one point, a minus sign, white space around; XPath 2.0's
/// exponent too. Everything else is NaN.
pub(super) fn from_text(text: &str) -> f64 {
    let text = text.trim_matches(crate::chars::is_space);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-'));
    if plain { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
}

/// Rounds half up, towards positive infinity: `round(-1.5)` is -1.
pub(super) fn round(value: f64) -> f64 {
    if value.is_finite() { (value + 0.5).floor() } else { value }
}
