//! `Indent`.

use super::call::{Call, Outcome};
use crate::{Error, Limit};

/// What is put in front of lines.
struct Prefixes {
    first: String,
    following: String,
}

/// Spaces where no option says otherwise.
const DEFAULT_SPACES: u8 = 4;

/// Puts something in front of every line; nothing in front of an empty text.
pub(super) fn indent(call: &Call<'_>) -> Outcome {
    let Some(text) = call.argument else { return Ok(None) };
    if text.is_empty() {
        return Ok(Some(String::new()));
    }
    let Some(prefixes) = prefixes(call.options) else { return Ok(None) };
    let breaks = text.bytes().filter(|byte| *byte == b'\n').count();
    let length =
        text.len() + prefixes.first.len() + breaks.saturating_mul(prefixes.following.len());
    if length > call.max_bytes {
        return Err(Error::Limit { limit: Limit::OutputBytes, allowed: call.max_bytes as u64 });
    }
    let following = format!("\n{}", prefixes.following);
    Ok(Some(prefixes.first + &text.replace('\n', &following)))
}

fn prefixes(options: &[String]) -> Option<Prefixes> {
    match options {
        [] => Some(Prefixes { first: spaces(DEFAULT_SPACES), following: spaces(DEFAULT_SPACES) }),
        [both] => Some(
            read_widths(both)
                .unwrap_or_else(|| Prefixes { first: both.clone(), following: both.clone() }),
        ),
        [first, following] => Some(Prefixes { first: first.clone(), following: following.clone() }),
        _ => None,
    }
}

/// `4`, `/4` or `4/2`: numbers of spaces in front of the first and of the following lines. A
/// number beyond 255 is no number.
fn read_widths(text: &str) -> Option<Prefixes> {
    let width = |digits: &str| {
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
        if plain { digits.parse::<u8>().ok() } else { None }
    };
    let (first, following) = match text.split_once('/') {
        None => {
            let both = width(text)?;
            (both, both)
        }
        Some(("", following)) => (0, width(following)?),
        Some((first, following)) => (width(first)?, width(following)?),
    };
    Some(Prefixes { first: spaces(first), following: spaces(following) })
}

fn spaces(count: u8) -> String {
    " ".repeat(usize::from(count))
}
