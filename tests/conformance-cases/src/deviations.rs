//! Where ours differs from the original on purpose: lists with reasons, which must stay true.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::{Difference, LoadError, load};

/// The lists, `deviations-NAME.toml` beside the vectors.
const LISTS: [&str; 3] = ["octostache", "structured", "xdt"];

/// The listed deviations.
#[derive(Debug, Clone, Default)]
pub struct Deviations {
    reasons: BTreeMap<String, String>,
}

/// One file: `[[deviation]]` tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    #[serde(default)]
    deviation: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    cases: Vec<String>,
    reason: String,
}

/// What became of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// As the original.
    Passed,
    /// Not as the original, on purpose.
    Deviating {
        /// Why.
        reason: String,
    },
    /// Not as the original, or listed as a deviation without being one.
    Failed(Difference),
}

impl Deviations {
    /// Reads the lists of a directory of vectors. Missing ones are empty.
    ///
    /// # Errors
    /// When a list cannot be read, or has other keys than `cases` and `reason`.
    pub fn load(vectors: &Path) -> Result<Self, LoadError> {
        let mut reasons = BTreeMap::new();
        for name in LISTS {
            let path = vectors.join(format!("deviations-{name}.toml"));
            let Some(bytes) = load::bytes(&path)? else { continue };
            let list: List = toml::from_str(&String::from_utf8_lossy(&bytes))
                .map_err(|error| LoadError::Content { path, what: error.to_string() })?;
            for entry in list.deviation {
                reasons.extend(entry.cases.into_iter().map(|case| (case, entry.reason.clone())));
            }
        }
        Ok(Self { reasons })
    }

    /// Adds what another list has.
    pub fn extend(&mut self, other: Self) {
        self.reasons.extend(other.reasons);
    }

    /// The listed cases with their reasons.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.reasons.iter().map(|(case, reason)| (&**case, &**reason))
    }

    /// The verdict on a case: a listed one has to differ, every other one must not.
    #[must_use]
    pub fn judge(&self, id: &str, result: Result<(), Difference>) -> Verdict {
        match (self.reasons.get(id), result) {
            (None, Ok(())) => Verdict::Passed,
            (Some(reason), Err(_)) => Verdict::Deviating { reason: reason.clone() },
            (None, Err(difference)) => Verdict::Failed(difference),
            (Some(reason), Ok(())) => Verdict::Failed(Difference::new(
                format!("a deviation, because it is listed as one: {reason}"),
                "the result of the original: take the case off the list",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listed_case_has_to_differ() {
        let mut deviations = Deviations::default();
        deviations.reasons.insert("listed".into(), "because".into());
        let differs = || Err(Difference::new("a", "b"));
        let deviates = Verdict::Deviating { reason: "because".into() };
        assert_eq!(deviations.judge("listed", differs()), deviates);
        assert!(matches!(deviations.judge("listed", Ok(())), Verdict::Failed(_)));
        assert!(matches!(deviations.judge("other", differs()), Verdict::Failed(_)));
        assert_eq!(deviations.judge("other", Ok(())), Verdict::Passed);
    }
}
