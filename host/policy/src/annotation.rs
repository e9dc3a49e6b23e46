//! The annotations that mean something: `@id`, `@reason`, `@enclosure`, `@guest`,
//! `@addresses` and `@limit_...`.

use cofferdam_capability::{
    Access, AddressRange, InvalidAddressRange, InvalidLimit, LIMITS, LimitName,
};

use strsim::levenshtein;

use crate::folder_path::{InvalidGuestPath, check_guest_path};

/// What precedes a limit's key in an annotation.
const LIMIT_PREFIX: &str = "limit_";

/// What one annotation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Annotation {
    /// The statement's identifier.
    Id(String),
    /// Why the statement is there.
    Reason(String),
    /// How a hook may use its enclosure.
    Enclosure(Access),
    /// Where a hook sees a folder.
    Guest(String),
    /// Addresses that are not public and to which a granted origin may lead.
    Addresses(Vec<AddressRange>),
    /// How much of something a hook may use.
    Limit(LimitName, u64),
    /// Nothing to us.
    Unknown,
}

/// An annotation that means something but cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidAnnotation {
    #[error("the annotation `@{annotation}` names no limit; {}", suggestion(.annotation))]
    UnknownLimit { annotation: String },
    #[error("`@{name}` sets no limit, because `limit_` is missing; write `@{LIMIT_PREFIX}{name}`")]
    NotPrefixed { name: String },
    #[error(transparent)]
    Limit(InvalidLimit),
    #[error("`@enclosure(\"{0}\")` means nothing; write \"read-only\" or \"read-write\"")]
    Enclosure(String),
    #[error("`@guest` needs the absolute path under which a hook sees the folder: {0}")]
    Guest(InvalidGuestPath),
    #[error("`@addresses` lists, with commas between them, where an origin may lead: {0}")]
    Addresses(InvalidAddressRange),
    #[error("`@id` is empty; give the statement a name")]
    EmptyId,
}

/// The annotation of a limit: `limit_wall_time`.
pub(crate) fn limit_annotation(limit: LimitName) -> String {
    format!("{LIMIT_PREFIX}{}", limit.key().replace('-', "_"))
}

/// Reads one annotation.
pub(crate) fn read_annotation(key: &str, value: &str) -> Result<Annotation, InvalidAnnotation> {
    match key {
        "id" if value.trim().is_empty() => Err(InvalidAnnotation::EmptyId),
        "id" => Ok(Annotation::Id(value.to_owned())),
        "reason" => Ok(Annotation::Reason(value.to_owned())),
        "enclosure" => match value {
            "read-only" => Ok(Annotation::Enclosure(Access::ReadOnly)),
            "read-write" => Ok(Annotation::Enclosure(Access::ReadWrite)),
            _ => Err(InvalidAnnotation::Enclosure(value.to_owned())),
        },
        "guest" => match check_guest_path(value) {
            Ok(()) => Ok(Annotation::Guest(value.to_owned())),
            Err(invalid) => Err(InvalidAnnotation::Guest(invalid)),
        },
        "addresses" => value
            .split(',')
            .map(|range| range.trim().parse())
            .collect::<Result<_, _>>()
            .map(Annotation::Addresses)
            .map_err(InvalidAnnotation::Addresses),
        _ => match key.strip_prefix(LIMIT_PREFIX) {
            Some(name) => {
                let limit = LimitName::from_key(&name.replace('_', "-")).ok_or_else(|| {
                    InvalidAnnotation::UnknownLimit { annotation: key.to_owned() }
                })?;
                let value = limit.parse_value(value).map_err(InvalidAnnotation::Limit)?;
                Ok(Annotation::Limit(limit, value))
            }
            // Whoever writes `@memory` relies on a limit that would not be there.
            None if LimitName::from_key(&key.replace('_', "-")).is_some() => {
                Err(InvalidAnnotation::NotPrefixed { name: key.to_owned() })
            }
            None => Ok(Annotation::Unknown),
        },
    }
}

/// "did you mean ..." for an annotation that was probably meant to be another one.
pub(crate) fn suggestion(annotation: &str) -> String {
    let known = ["id", "reason", "enclosure", "guest", "addresses"].map(str::to_owned);
    let limits = LIMITS.iter().map(|facts| limit_annotation(facts.name));
    let nearest =
        known.into_iter().chain(limits).map(|name| (levenshtein(annotation, &name), name)).min();
    match nearest {
        Some((distance, name)) if distance <= 3 => format!("did you mean `@{name}`?"),
        _ => {
            "known are `@id`, `@reason`, `@enclosure`, `@guest`, `@addresses` and `@limit_` with a \
              limit's name"
                .to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_an_annotation() {
        for facts in LIMITS {
            let value = facts.name.format_value(facts.default);
            assert_eq!(
                read_annotation(&limit_annotation(facts.name), &value),
                Ok(Annotation::Limit(facts.name, facts.default))
            );
        }
    }

    #[test]
    fn what_was_probably_meant_is_suggested() {
        let error = read_annotation("limit_memmory", "1GiB").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the annotation `@limit_memmory` names no limit; did you mean `@limit_memory`?"
        );
        assert_eq!(suggestion("reasons"), "did you mean `@reason`?");
    }
}
