//! What the user or the naming convention asks for: `Release`, or `a.config => b.config`.

use crate::paths::{file_name, unified};

/// Which transform files go with which configuration files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// As it was written.
    pub text: String,
    /// The transform file, without the wildcard it may start with.
    pub transform: String,
    /// What is transformed, for the form with an arrow.
    pub target: Option<Target>,
}

/// The right side of `a => b`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The file, without the wildcard it may start with.
    pub pattern: String,
    /// Whether the name started with `*.`.
    pub is_wildcard: bool,
    /// Whether the name of the transform file started with `*.`.
    pub transform_is_wildcard: bool,
}

impl Definition {
    /// Reads one item of the list. `None` when one side of the arrow is missing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let own = text.to_owned();
        if !text.contains("=>") {
            return Some(Self { text: own, transform: unified(text), target: None });
        }
        let mut parts = text.split("=>").filter(|part| !part.is_empty());
        let (transform, transform_is_wildcard) = without_wildcard(parts.next()?.trim());
        let (pattern, is_wildcard) = without_wildcard(parts.next()?.trim());
        let target = Target { pattern, is_wildcard, transform_is_wildcard };
        Some(Self { text: own, transform, target: Some(target) })
    }

    /// Whether the transform file was given with a wildcard.
    #[must_use]
    pub fn is_wildcard(&self) -> bool {
        self.target.as_ref().is_some_and(|target| target.transform_is_wildcard)
    }
}

/// `*.a.config` becomes `a.config`, `*.config` becomes `.config`.
fn without_wildcard(pattern: &str) -> (String, bool) {
    let mut pattern = unified(pattern);
    if !file_name(&pattern).starts_with("*.") {
        return (pattern, false);
    }
    if let Some(star) = pattern.find('*') {
        let more = pattern.rfind('.').is_some_and(|dot| dot > star + 1);
        pattern.replace_range(star..star + if more { 2 } else { 1 }, "");
    }
    (pattern, true)
}
