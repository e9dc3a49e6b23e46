//! `Value`: a variable's text together with whether it may be shown.

use std::fmt;

/// Whether a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Sensitivity {
    /// It may be shown.
    #[default]
    Plain,
    /// It must not leave the host, nor reach a hook that was not granted it by name.
    Sensitive,
}

impl Sensitivity {
    /// The stricter of the two.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }
}

/// A variable's text (or its absence) together with whether it may be shown.
///
/// There is no `Display`; `Debug` prints `***` for a sensitive value.
#[derive(Clone, PartialEq, Eq)]
pub struct Value {
    text: Option<String>,
    sensitivity: Sensitivity,
}

impl Value {
    /// A value that may be shown.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), sensitivity: Sensitivity::Plain }
    }

    /// A value that must not be shown.
    pub fn sensitive(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), sensitivity: Sensitivity::Sensitive }
    }

    /// A variable that is set to nothing, which is not the same as one that is not set.
    #[must_use]
    pub fn null() -> Self {
        Self { text: None, sensitivity: Sensitivity::Plain }
    }

    /// A value of its parts.
    #[must_use]
    pub fn new(text: Option<String>, sensitivity: Sensitivity) -> Self {
        Self { text, sensitivity }
    }

    /// The text, sensitive or not; `None` for [`Value::null`]. The caller answers for where it goes.
    #[must_use]
    pub fn expose(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The text, or nothing for a null: what most readers of a variable want.
    #[must_use]
    pub fn expose_or_empty(&self) -> &str {
        self.expose().unwrap_or_default()
    }

    /// Whether it may be shown.
    #[must_use]
    pub fn sensitivity(&self) -> Sensitivity {
        self.sensitivity
    }

    /// Shorthand for `sensitivity() == Sensitivity::Sensitive`.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.sensitivity == Sensitivity::Sensitive
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.text, self.sensitivity) {
            (None, _) => f.write_str("null"),
            (Some(_), Sensitivity::Sensitive) => f.write_str("***"),
            (Some(text), Sensitivity::Plain) => text.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_plain_values_only() {
        let values = (Value::plain("a"), Value::sensitive("hunter2"), Value::null());
        assert_eq!(format!("{values:?}"), r#"("a", ***, null)"#);
    }
}
