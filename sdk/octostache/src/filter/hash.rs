//! `Md5`, `Sha1`, `Sha256`, `Sha384`, `Sha512`.

use sha2::Digest;

use super::base64::{Encoding, decode_base64};
use super::call::{Call, Outcome};
use crate::dotnet::number::parse_int32;

/// How the argument becomes bytes.
#[derive(Clone, Copy)]
enum Input {
    Text(Encoding),
    Base64,
}

pub(super) fn md5(call: &Call<'_>) -> Outcome {
    Ok(digest::<md5::Md5>(call))
}

pub(super) fn sha1(call: &Call<'_>) -> Outcome {
    Ok(digest::<sha1::Sha1>(call))
}

pub(super) fn sha256(call: &Call<'_>) -> Outcome {
    Ok(digest::<sha2::Sha256>(call))
}

pub(super) fn sha384(call: &Call<'_>) -> Outcome {
    Ok(digest::<sha2::Sha384>(call))
}

pub(super) fn sha512(call: &Call<'_>) -> Outcome {
    Ok(digest::<sha2::Sha512>(call))
}

fn digest<D: Digest>(call: &Call<'_>) -> Option<String> {
    let text = call.argument?;
    let (input, size) = read_options(call.options)?;
    let bytes = match input {
        Input::Text(encoding) => encoding.encode(text),
        Input::Base64 => decode_base64(text)?,
    };
    let digest = D::digest(&bytes);
    let size = size.unwrap_or(digest.len()).min(digest.len());
    Some(hex::encode(&digest[..size]))
}

/// An encoding and the number of bytes to print, either or both, in any order.
fn read_options(options: &[String]) -> Option<(Input, Option<usize>)> {
    let input = |name: &str| {
        if name.eq_ignore_ascii_case("base64") {
            return Some(Input::Base64);
        }
        Encoding::named(name).map(Input::Text)
    };
    let size =
        |text: &str| parse_int32(text).and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
    match options {
        [] => Some((Input::Text(Encoding::Utf8), None)),
        [one] => match input(one) {
            Some(input) => Some((input, None)),
            None => Some((Input::Text(Encoding::Utf8), Some(size(one)?))),
        },
        [first, second] => match input(first) {
            Some(input) => Some((input, Some(size(second)?))),
            None => Some((input(second)?, Some(size(first)?))),
        },
        _ => None,
    }
}
