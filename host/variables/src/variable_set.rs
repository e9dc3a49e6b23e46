//! `VariableSet`: the variables of one deployment.

use std::collections::HashMap;

use crate::{NameKey, Value};

/// The variables of one deployment, in the order in which they were first set.
///
/// Names compare ignoring case; the first spelling of a name is kept. Reading by
/// [`get`](Self::get) gives the text as it was set; the functions that evaluate are in
/// [`evaluate`](Self::evaluate)'s neighbourhood.
#[derive(Debug, Clone, Default)]
pub struct VariableSet {
    entries: Vec<Entry>,
    by_key: HashMap<NameKey, usize>,
    templates: cofferdam_octostache::Variables,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    value: Value,
    literal: bool,
}

/// A variable as it was set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition<'a> {
    /// The name, in its first spelling.
    pub name: &'a str,
    /// The value; a template unless `literal`.
    pub value: &'a Value,
    /// Whether the value is never evaluated as a template (a hook's output).
    pub literal: bool,
}

impl VariableSet {
    /// No variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a variable whose value is a template.
    pub fn set(&mut self, name: &str, value: Value) {
        self.templates.set(name, value.expose());
        self.put(name, value, false);
    }

    /// Sets a variable whose value is taken as it is: what a hook put out, and paths and messages
    /// that Cofferdam found itself.
    pub fn set_output(&mut self, name: &str, value: Value) {
        match value.expose() {
            Some(text) => self.templates.set_literal(name, text),
            None => self.templates.set(name, None),
        }
        self.put(name, value, true);
    }

    fn put(&mut self, name: &str, value: Value, literal: bool) {
        let key = NameKey::new(name);
        match self.by_key.get(&key).and_then(|index| self.entries.get_mut(*index)) {
            Some(entry) => {
                entry.value = value;
                entry.literal = literal;
            }
            None => {
                self.by_key.insert(key, self.entries.len());
                self.entries.push(Entry { name: name.to_owned(), value, literal });
            }
        }
    }

    /// The value as it was set, not evaluated.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.definition(name).map(|definition| definition.value)
    }

    /// The variable as it was set.
    #[must_use]
    pub fn definition(&self, name: &str) -> Option<Definition<'_>> {
        let index = *self.by_key.get(&NameKey::new(name))?;
        self.entries.get(index).map(Entry::definition)
    }

    /// All variables as they were set, in order.
    pub fn definitions(&self) -> impl Iterator<Item = Definition<'_>> {
        self.entries.iter().map(Entry::definition)
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// Names and values as they were set, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.entries.iter().map(|entry| (entry.name.as_str(), &entry.value))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn templates(&self) -> &cofferdam_octostache::Variables {
        &self.templates
    }
}

impl Entry {
    fn definition(&self) -> Definition<'_> {
        Definition { name: &self.name, value: &self.value, literal: self.literal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_place_and_spelling_and_takes_the_last_value() {
        let mut set = VariableSet::new();
        set.set("Color", Value::plain("red"));
        set.set("Size", Value::plain("1"));
        set.set("COLOR", Value::sensitive("blue"));
        let all: Vec<_> = set.iter().map(|(name, value)| (name, value.expose())).collect();
        assert_eq!(all, [("Color", Some("blue")), ("Size", Some("1"))]);
        assert!(set.get("color").unwrap().is_sensitive());
        assert!(!set.definition("color").unwrap().literal);
    }
}
