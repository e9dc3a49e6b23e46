//! The variables that the hook was granted.

/// A variable that a hook needs and does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the variable `{name}` is not there: it is not defined, or this hook was not granted it")]
pub struct MissingVariable {
    /// Its name.
    pub name: String,
}

/// A variable as it was defined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The name, exactly as defined.
    pub name: String,
    /// The raw definition, which may be a template; `None` for null.
    pub value: Option<String>,
    /// Whether the value is secret: do not print it.
    pub sensitive: bool,
    /// Whether the definition is no template, however it looks.
    pub literal: bool,
}

/// A variable with its evaluated value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The name, exactly as defined.
    pub name: String,
    /// The value; `None` for null.
    pub value: Option<String>,
    /// Whether the value is secret: do not print it.
    pub sensitive: bool,
}

/// The evaluated value of a variable. The name compares ignoring case.
///
/// `None` when there is no such variable, when it was not granted, or when it is null.
#[must_use]
pub fn get(name: &str) -> Option<String> {
    crate::channel::variable(name)
}

/// The evaluated value of a variable that must be there.
///
/// # Errors
/// When [`get`] returns `None`; the error's text says so.
pub fn require(name: &str) -> Result<String, MissingVariable> {
    get(name).ok_or_else(|| MissingVariable { name: name.to_owned() })
}

/// Whether a variable says yes: `true` in any case, as Octopus writes it. `default` when it is
/// missing or blank.
#[must_use]
pub fn flag(name: &str, default: bool) -> bool {
    match get(name) {
        Some(text) if !text.trim().is_empty() => text.trim().eq_ignore_ascii_case("true"),
        _ => default,
    }
}

/// Every variable with its evaluated value, in the order of definition.
#[must_use]
pub fn all() -> Vec<Variable> {
    crate::channel::variables()
}

/// Every variable as it was defined, in the order of definition.
#[must_use]
pub fn definitions() -> Vec<Definition> {
    crate::channel::definitions()
}
