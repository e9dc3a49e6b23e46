//! What is wrong with a policy, where, and what to do about it.

use std::fmt;
use std::path::PathBuf;

use miette::Diagnostic;

use crate::load::CedarSource;
use crate::source::Place;

/// A policy that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// The file could not be read.
    #[error("cannot read the policy `{}`", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The file is neither Cedar nor TOML by its name.
    #[error(
        "the policy `{}` is neither Cedar nor TOML; name it `.cedar` or `.toml`", path.display()
    )]
    UnknownForm {
        /// The file.
        path: PathBuf,
    },
    /// The text has mistakes.
    #[error("{}", Problems(.0))]
    Problems(
        /// Each of them; at least one.
        Vec<Problem>,
    ),
}

struct Problems<'a>(&'a [Problem]);

impl fmt::Display for Problems<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

/// One mistake in a policy, or one doubtful thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where it is, as near as is known.
    pub place: Option<Place>,
    /// The statement it is in, when it is in one.
    pub statement: Option<String>,
    /// What is wrong: a sentence without capital or full stop.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Problem {
    pub(crate) fn new(place: Option<Place>, message: impl Into<String>) -> Self {
        Self { place, statement: None, message: message.into(), hint: None }
    }

    pub(crate) fn in_statement(mut self, id: &str) -> Self {
        self.statement = Some(id.to_owned());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// What Cedar complains about in a source.
    pub(crate) fn of_cedar(source: &CedarSource, diagnostic: &dyn Diagnostic) -> Self {
        let offset =
            diagnostic.labels().and_then(|mut labels| labels.next()).map(|label| label.offset());
        let label = diagnostic
            .labels()
            .and_then(|mut labels| labels.next())
            .and_then(|label| label.label().map(str::to_owned));
        let mut message = diagnostic.to_string();
        if let Some(label) = label.filter(|label| !message.contains(label)) {
            message = format!("{message} ({label})");
        }
        Self {
            place: offset.map(|offset| source.place_of(offset)),
            statement: None,
            message,
            hint: diagnostic.help().map(|help| help.to_string()),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)?;
        if let Some(hint) = &self.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}
