//! `Format`.

use super::call::{Call, Outcome};
use crate::dotnet::calendar::{Moment, Zone};
use crate::dotnet::date_format::{DateType, format_date};
use crate::dotnet::date_parse::parse_date;
use crate::dotnet::number::{parse_decimal, parse_double, parse_int32};
use crate::dotnet::number_format::{Number, format_number};

/// `Format format` (a number if it looks like one, else a date) or `Format type format`.
pub(super) fn format(call: &Call<'_>) -> Outcome {
    let Some(text) = call.argument else { return Ok(None) };
    Ok(match call.options {
        [format] => match parse_decimal(text) {
            Some(number) => as_number(call, Some(Number::Decimal(number)), format),
            None => as_date_time_offset(call, text, format),
        },
        [kind, format] => typed(call, text, &kind.to_ascii_lowercase(), format),
        _ => None,
    })
}

fn typed(call: &Call<'_>, text: &str, kind: &str, format: &str) -> Option<String> {
    match kind {
        "int" | "int32" => as_number(call, parse_int32(text).map(Number::Int), format),
        "double" => {
            as_number(call, parse_double(text, call.conventions).map(Number::Double), format)
        }
        "decimal" => as_number(call, parse_decimal(text).map(Number::Decimal), format),
        "date" | "datetime" => as_date_time(call, text, format),
        "datetimeoffset" => as_date_time_offset(call, text, format),
        _ => None,
    }
}

fn as_number(call: &Call<'_>, number: Option<Number>, format: &str) -> Option<String> {
    format_number(&number?, format, call.conventions)
}

/// A date with an offset becomes local time; one without stays as it is.
fn as_date_time(call: &Call<'_>, text: &str, format: &str) -> Option<String> {
    let mut moment = parse_date(text, call.today())?;
    if moment.zone != Zone::Unspecified {
        moment = moment.in_zone(Zone::Local(call.local_offset), call.local_offset)?;
    }
    format_date(moment, format, DateType::DateTime, call.local_offset, call.conventions)
}

/// A date keeps its offset; one without gets that of local time.
fn as_date_time_offset(call: &Call<'_>, text: &str, format: &str) -> Option<String> {
    let moment = parse_date(text, call.today())?;
    let zone = Zone::Offset(moment.zone.offset_minutes(call.local_offset));
    let moment = Moment { zone, ..moment };
    format_date(moment, format, DateType::DateTimeOffset, call.local_offset, call.conventions)
}
