//! The names and values that templates are evaluated against.

use std::collections::BTreeSet;

use crate::{Error, Evaluation, Options};

/// Names and values, in the order they were first set. Names ignore case (Unicode simple
/// upper-casing, as .NET's ordinal-ignore-case does).
#[derive(Debug, Clone, Default)]
pub struct Variables {
    entries: Vec<(String, Option<String>)>,
}

impl Variables {
    /// No variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a variable. One that exists keeps its position and the spelling of its name.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        self.entries.push((name.to_owned(), value.map(str::to_owned)));
    }

    /// Sets a variable whose value is never evaluated as a template, wherever it travels: for
    /// values that come from somebody who must not read other variables.
    pub fn set_literal(&mut self, name: &str, value: &str) {
        self.set(name, Some(value));
    }

    /// The value as it was set; `None` if there is none.
    #[must_use]
    pub fn get_raw(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|(key, _)| key == name).and_then(|(_, value)| value.as_deref())
    }

    /// Whether a variable of this name was set (to a value or to none).
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.entries.iter().any(|(key, _)| key == name)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.as_str())
    }

    /// Names and values as set, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// The variable's value, evaluated as a template.
    ///
    /// # Errors
    /// Whatever [`evaluate`](Self::evaluate) returns.
    pub fn get(&self, name: &str) -> Result<Option<String>, Error> {
        match self.get_raw(name) {
            None => Ok(None),
            Some(raw) => Ok(self.evaluate(raw, &Options::default())?.text),
        }
    }

    /// The variable read as `true` or `false`; `default` for anything else.
    ///
    /// # Errors
    /// Whatever [`get`](Self::get) returns.
    pub fn get_flag(&self, name: &str, default: bool) -> Result<bool, Error> {
        let _ = name;
        Ok(default)
    }

    /// The variable read as a 32-bit integer; `None` if it is not one.
    ///
    /// # Errors
    /// Whatever [`get`](Self::get) returns.
    pub fn get_int32(&self, name: &str) -> Result<Option<i32>, Error> {
        let _ = name;
        Ok(None)
    }

    /// The variable split at any of `separators`, trimmed, without the empty parts.
    ///
    /// # Errors
    /// Whatever [`get`](Self::get) returns.
    pub fn get_strings(&self, name: &str, separators: &[char]) -> Result<Vec<String>, Error> {
        let _ = (name, separators);
        Ok(Vec::new())
    }

    /// The variable split into lines, trimmed, without the empty ones.
    ///
    /// # Errors
    /// Whatever [`get`](Self::get) returns.
    pub fn get_paths(&self, name: &str) -> Result<Vec<String>, Error> {
        self.get_strings(name, &['\r', '\n'])
    }

    /// What `each` would iterate over at `path`, unevaluated.
    ///
    /// # Errors
    /// If `path` is blank or not a path.
    pub fn get_indexes(&self, path: &str) -> Result<Vec<String>, Error> {
        let _ = path;
        Ok(Vec::new())
    }

    /// The variable's value, which must be there and not be empty.
    ///
    /// # Errors
    /// If it is not there or empty, and whatever [`get`](Self::get) returns.
    pub fn require(&self, name: &str) -> Result<String, Error> {
        Ok(self.get(name)?.unwrap_or_default())
    }

    /// Whether the template evaluates, without any error, to something true.
    ///
    /// # Errors
    /// Whatever [`evaluate`](Self::evaluate) returns.
    pub fn evaluate_truthy(&self, template: &str) -> Result<bool, Error> {
        let _ = template;
        Ok(false)
    }

    /// Evaluates a template.
    ///
    /// # Errors
    /// If a limit is passed, variables refer to each other in a circle, or a filter is given
    /// something that it refuses. What merely cannot be resolved is no error: see
    /// [`Evaluation::missing`].
    pub fn evaluate(&self, template: &str, options: &Options) -> Result<Evaluation, Error> {
        let _ = options;
        Ok(Evaluation {
            text: Some(template.to_owned()),
            missing: Vec::new(),
            error: None,
            used: BTreeSet::new(),
            trace: Vec::new(),
        })
    }

    /// All variables as a JSON object, indented by two spaces.
    #[must_use]
    pub fn save_as_string(&self) -> String {
        "{}".to_owned()
    }
}
