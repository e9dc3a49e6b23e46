//! `NameKey`: a variable's name in the form in which names compare.

/// A variable's name in the form in which names compare: upper case, character by character, as
/// .NET's ordinal-ignore-case comparison does it.
///
/// A character whose upper case is more than one character stays as it is (`ß` does not equal `SS`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey(Box<str>);

impl NameKey {
    /// The key of `name`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.chars().map(upper_case).collect())
    }

    /// The folded text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn upper_case(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_ignoring_case_character_by_character() {
        assert_eq!(NameKey::new("Octopus.Größe"), NameKey::new("OCTOPUS.GRÖßE"));
        assert_ne!(NameKey::new("straße"), NameKey::new("strasse"));
    }
}
