//! The filters about versions: `VersionMajor` and so on.

use super::call::{Call, Outcome};
use crate::Error;

/// A version as Octopus reads it: `major.minor.patch.revision-prerelease+metadata`, of which
/// everything may be missing.
struct Version<'t> {
    /// Major, minor, patch, revision.
    numbers: [i32; 4],
    pre_release: &'t str,
    metadata: &'t str,
}

pub(super) fn major(call: &Call<'_>) -> Outcome {
    part(call, |version| version.numbers[0].to_string())
}

pub(super) fn minor(call: &Call<'_>) -> Outcome {
    part(call, |version| version.numbers[1].to_string())
}

pub(super) fn patch(call: &Call<'_>) -> Outcome {
    part(call, |version| version.numbers[2].to_string())
}

pub(super) fn revision(call: &Call<'_>) -> Outcome {
    part(call, |version| version.numbers[3].to_string())
}

pub(super) fn pre_release(call: &Call<'_>) -> Outcome {
    part(call, |version| version.pre_release.to_owned())
}

/// The letters and digits that the pre-release starts with.
pub(super) fn pre_release_prefix(call: &Call<'_>) -> Outcome {
    part(call, |version| {
        let end = version.pre_release.find(is_separator).unwrap_or(version.pre_release.len());
        version.pre_release[..end].to_owned()
    })
}

/// What is behind the first separator in the pre-release.
pub(super) fn pre_release_counter(call: &Call<'_>) -> Outcome {
    part(call, |version| {
        let rest = version.pre_release.split_once(is_separator).map(|(_, rest)| rest);
        rest.unwrap_or_default().to_owned()
    })
}

pub(super) fn metadata(call: &Call<'_>) -> Outcome {
    part(call, |version| version.metadata.to_owned())
}

/// Options are ignored.
fn part(call: &Call<'_>, of: impl Fn(&Version<'_>) -> String) -> Outcome {
    call.argument.map(|text| Ok(of(&read(text)?))).transpose()
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | '-' | '_' | '\\')
}

fn read(text: &str) -> Result<Version<'_>, Error> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::EmptyVersion);
    }
    let invalid = || Error::InvalidVersion { text: text.to_owned() };
    let mut numbers = [0; 4];
    let mut rest = text;
    for (place, number) in numbers.iter_mut().enumerate() {
        let behind_mark = match place {
            // A `v` is a part of the pre-release (as in `vnext`) where no number follows it.
            0 => Some(rest.strip_prefix(['v', 'V']).unwrap_or(rest)),
            _ => rest.strip_prefix('.'),
        };
        let Some(candidate) = behind_mark.map(str::trim_start) else { break };
        let length = candidate.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            break;
        }
        *number = candidate[..length]
            .parse()
            .map_err(|_| Error::VersionOverflow { text: text.to_owned() })?;
        rest = candidate[length..].trim_start();
    }
    let rest = rest.strip_prefix(is_separator).unwrap_or(rest);
    let (pre_release, metadata) = match rest.split_once('+') {
        Some((pre_release, metadata)) => (pre_release, metadata),
        None => (rest, ""),
    };
    let is_word = |c: char| c.is_ascii_alphanumeric() || is_separator(c);
    if !pre_release.chars().all(is_word) || !metadata.chars().all(|c| is_word(c) || c == '+') {
        return Err(invalid());
    }
    Ok(Version { numbers, pre_release, metadata })
}
