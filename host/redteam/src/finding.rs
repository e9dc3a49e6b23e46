//! What came of one attack.

use serde::{Deserialize, Serialize};

/// Whether an attack was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was stopped as the collection says, and nothing outside was harmed.
    Held,
    /// It was stopped, and nothing outside was harmed, but otherwise than with the default settings:
    /// a limit that is tighter, a policy that grants less.
    HeldOtherwise,
    /// It got what it wanted, because this machine's policy grants it to every hook.
    Granted,
    /// It got something of what it wanted.
    NotHeld,
    /// It could not be carried out, so that nothing is known.
    NotTried,
}

impl Verdict {
    /// Whether something stopped it.
    #[must_use]
    pub fn is_held(self) -> bool {
        matches!(self, Self::Held | Self::HeldOtherwise)
    }

    /// How it is written.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::HeldOtherwise => "held-otherwise",
            Self::Granted => "granted",
            Self::NotHeld => "not-held",
            Self::NotTried => "not-tried",
        }
    }
}

/// What came of one attack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Finding {
    /// Its name: `GROUP/NAME`.
    pub attack: String,
    /// What the attacker wants.
    pub wants: String,
    /// How it has to end.
    pub expected: String,
    /// Whether it was held.
    pub verdict: Verdict,
    /// What stopped it, as far as is known.
    pub stopped_by: Vec<String>,
    /// What shows it: the error's words, or what was got; one line.
    pub evidence: String,
    /// The exit code of the program that was attacked, where one ran and ended with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
}
