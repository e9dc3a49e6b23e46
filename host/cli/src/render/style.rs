//! Colour, or none: decided once from the terminal and the environment.

use std::fmt;
use std::io::IsTerminal;

/// Whether text for people is coloured.
///
/// `NO_COLOR` (set and not empty) switches colour off, `CLICOLOR_FORCE` (set and not `0`) on;
/// otherwise a terminal gets colour, and everything else does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    coloured: bool,
}

/// What a piece of text stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Good,
    Bad,
    Warning,
    Strong,
    Quiet,
    Accent,
}

impl Style {
    pub(crate) fn plain() -> Self {
        Self { coloured: false }
    }

    pub(crate) fn for_stream(stream: &impl IsTerminal) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        if set("NO_COLOR").is_some() {
            return Self::plain();
        }
        let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        Self { coloured: forced || stream.is_terminal() }
    }

    pub(crate) fn paint<T: fmt::Display>(self, role: Role, text: T) -> Painted<T> {
        Painted { style: self, role, text }
    }
}

/// Text that is coloured where it is shown.
pub(crate) struct Painted<T> {
    style: Style,
    role: Role,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.style.coloured {
            return self.text.fmt(f);
        }
        let code = match self.role {
            Role::Good => "32",
            Role::Bad => "1;31",
            Role::Warning => "33",
            Role::Strong => "1",
            Role::Quiet => "2",
            Role::Accent => "36",
        };
        write!(f, "\u{1b}[{code}m")?;
        self.text.fmt(f)?;
        f.write_str("\u{1b}[0m")
    }
}
