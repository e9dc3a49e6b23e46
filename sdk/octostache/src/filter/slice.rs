//! Case, and parts of texts: `ToLower`, `ToUpper`, `Trim`, `Substring`, `Truncate`.

use super::call::{Call, Outcome};
use crate::Error;
use crate::dotnet::number::parse_int32;
use crate::dotnet::text::{offset_of_unit, simple_lower, simple_upper, units};

/// What `Truncate` puts where it has cut.
const ELLIPSIS: &str = "...";

pub(super) fn to_lower(call: &Call<'_>) -> Outcome {
    Ok(call.plain().map(|text| text.chars().map(simple_lower).collect()))
}

pub(super) fn to_upper(call: &Call<'_>) -> Outcome {
    Ok(call.plain().map(|text| text.chars().map(simple_upper).collect()))
}

/// Both ends, or the one that the first option names.
pub(super) fn trim(call: &Call<'_>) -> Outcome {
    let Some(text) = call.argument else { return Ok(None) };
    let trimmed = match call.options.first() {
        None => text.trim(),
        Some(end) if end.eq_ignore_ascii_case("start") => text.trim_start(),
        Some(end) if end.eq_ignore_ascii_case("end") => text.trim_end(),
        Some(_) => return Ok(None),
    };
    Ok(Some(trimmed.to_owned()))
}

/// `Substring length` or `Substring start length`, in UTF-16 units; what is too long is cut.
pub(super) fn substring(call: &Call<'_>) -> Outcome {
    let Some(text) = call.argument else { return Ok(None) };
    let numbers: Option<Vec<i32>> = call.options.iter().map(|option| parse_int32(option)).collect();
    let (start, length) = match numbers.as_deref() {
        Some([length]) => (0, *length),
        Some([start, length]) => (*start, *length),
        _ => return Ok(None),
    };
    let (Ok(from), Ok(count)) = (usize::try_from(start), usize::try_from(length)) else {
        return Ok(None);
    };
    if from > units(text) {
        return Ok(None);
    }
    if start.checked_add(length).is_none() {
        return Err(Error::SubstringOverflow { start, length });
    }
    let rest = &text[offset_of_unit(text, from)..];
    Ok(Some(rest[..offset_of_unit(rest, count)].to_owned()))
}

/// `Truncate length [suffix]`, in UTF-16 units.
pub(super) fn truncate(call: &Call<'_>) -> Outcome {
    let (Some(text), Some(length)) = (call.argument, call.options.first()) else {
        return Ok(None);
    };
    let Some(length) = parse_int32(length).and_then(|length| usize::try_from(length).ok()) else {
        return Ok(None);
    };
    if units(text) <= length {
        return Ok(Some(text.to_owned()));
    }
    let suffix = call.options.get(1).map_or(ELLIPSIS, String::as_str);
    Ok(Some(format!("{}{suffix}", &text[..offset_of_unit(text, length)])))
}
