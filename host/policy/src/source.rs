//! A text that statements come from, and places in it.

use std::fmt;

/// A text with statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What to call it in messages: a file name.
    pub name: String,
    /// What it says.
    pub body: SourceBody,
}

/// What a [`Source`] says, and in which form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceBody {
    /// Statements in Cedar.
    Cedar(String),
    /// A policy in the TOML form: `base`, `[[grant]]`, `[[forbid]]`.
    Toml(String),
    /// A TOML file that holds other things as well, as the operator's settings: of it `[[grant]]` and
    /// `[[forbid]]` count, and the rest is for others to read.
    TablesIn(String),
}

impl Source {
    /// Statements in Cedar.
    #[must_use]
    pub fn cedar(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), body: SourceBody::Cedar(text.into()) }
    }

    /// A policy in the TOML form.
    #[must_use]
    pub fn toml(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), body: SourceBody::Toml(text.into()) }
    }

    /// The `[[grant]]` and `[[forbid]]` of a TOML file that holds other things as well.
    #[must_use]
    pub fn tables_in(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), body: SourceBody::TablesIn(text.into()) }
    }
}

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The source's name.
    pub source: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, counted in characters.
    pub column: usize,
}

impl Place {
    /// The place of a byte offset in a text. An offset beyond the end is the end.
    pub(crate) fn of_offset(source: &str, text: &str, offset: usize) -> Self {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            source: source.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.source, self.line, self.column)
    }
}
