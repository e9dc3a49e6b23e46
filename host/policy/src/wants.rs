//! What a hook says that it wants, and why.

use std::fmt;
use std::path::PathBuf;

use cofferdam_capability::{Access, Endpoint, Origin};
use serde::{Deserialize, Serialize};

/// Everything that a hook wants beyond computing in its enclosure.
///
/// Wanting is asking, never getting: each want becomes a question to the policy.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Wants(Vec<Want>);

impl Wants {
    /// Wants in the order in which the manifest states them.
    #[must_use]
    pub fn new(wants: Vec<Want>) -> Self {
        Self(wants)
    }

    /// The wants in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, Want> {
        self.0.iter()
    }

    /// Whether nothing is wanted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Wants {
    type Item = &'a Want;
    type IntoIter = std::slice::Iter<'a, Want>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// One thing that a hook wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Want {
    /// What it is.
    pub what: Wanted,
    /// What the hook needs it for, in the words of its author.
    pub why: Option<String>,
    /// Whether the hook cannot do without: refusing this refuses the hook.
    pub required: bool,
}

impl fmt::Display for Wanted {
    /// Writes what is wanted as a verb, as "read the variable `Db.Host`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable { name } => write!(f, "read the variable `{name}`"),
            Self::Folder { host, access: Access::ReadOnly, .. } => {
                write!(f, "read the folder `{}`", host.display())
            }
            Self::Folder { host, access: Access::ReadWrite, .. } => {
                write!(f, "read and write the folder `{}`", host.display())
            }
            Self::Http { origin, methods } => {
                write!(f, "send {} requests to {origin}", methods.join(", "))
            }
            Self::Tcp(endpoint) => write!(f, "connect to {endpoint}"),
            Self::Action { name } => write!(f, "request the host action `{name}`"),
            Self::Environment { name } => write!(f, "read the environment variable `{name}`"),
            Self::RealClock => f.write_str("read the machine's clock"),
            Self::RealRandom => f.write_str("read the machine's random numbers"),
        }
    }
}

/// What can be wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum Wanted {
    /// To read a variable.
    Variable {
        /// Its name; names compare ignoring case.
        name: String,
    },
    /// To use a folder outside the enclosure.
    Folder {
        /// The folder on the target, absolute.
        host: PathBuf,
        /// Where the hook would like to see it, absolute; the same path when absent.
        guest: Option<String>,
        /// How it is to be used.
        access: Access,
    },
    /// To make HTTP requests.
    Http {
        /// The origin.
        origin: Origin,
        /// The methods, in upper case; at least one.
        methods: Vec<String>,
    },
    /// To open TCP connections.
    Tcp(Endpoint),
    /// To request a host action.
    Action {
        /// The action's name.
        name: String,
    },
    /// To read an environment variable of the supervisor.
    Environment {
        /// Its exact name.
        name: String,
    },
    /// To read the machine's clock.
    RealClock,
    /// To read the machine's random numbers.
    RealRandom,
}
