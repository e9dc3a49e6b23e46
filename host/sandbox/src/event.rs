//! What callers see of a run while it runs.

use cofferdam_capability::Capability;
use serde::{Deserialize, Serialize};

use crate::{HttpExchange, LogLevel, Walls};

/// One of the two streams of a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutputStream {
    /// Standard output; service messages are recognised here only.
    Stdout,
    /// Standard error.
    Stderr,
}

/// One thing that happened while a hook ran, in the order in which the hook did it.
///
/// Texts come from the hook and are not trusted: they may hold secrets, escape sequences and
/// anything else. They are valid UTF-8 (invalid bytes were replaced) and bounded by the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookEvent {
    /// The worker is behind its walls and is about to run the hook.
    Started {
        /// The walls that are really up.
        walls: Walls,
    },
    /// A printed line, without its end of line. Service messages are taken out of it; a line that
    /// held nothing else is not reported.
    Line {
        /// Where it was printed.
        stream: OutputStream,
        /// What the last `stdout-*` service message said; always `Info` for standard error.
        level: LogLevel,
        /// The text.
        text: String,
        /// Whether the rest was cut off at the limit `line-bytes`.
        truncated: bool,
    },
    /// A message that a component logged through `cofferdam:hook/log`.
    Log {
        /// Its level.
        level: LogLevel,
        /// The text; may have several lines.
        message: String,
    },
    /// An output variable was set.
    Output {
        /// Its name, not blank.
        name: String,
        /// Its value.
        value: String,
        /// Whether the value is secret.
        sensitive: bool,
    },
    /// A file is to be kept.
    Artifact {
        /// The path as the hook named it, below the enclosure. Not checked against the file
        /// system: open it beneath the enclosure, without following links.
        path: String,
        /// The name to keep it under, not blank.
        name: String,
    },
    /// The hook told how far it is.
    Progress {
        /// From 0 to 100.
        percent: u8,
        /// What it is doing.
        message: String,
    },
    /// The hook asked for a value to be masked from now on.
    Mask {
        /// The secret.
        value: String,
    },
    /// The hook said why it is going to fail.
    FailReason {
        /// Its words.
        message: String,
    },
    /// A granted capability was used for the first time, or, for HTTP, each time.
    Used {
        /// Which.
        capability: Capability,
    },
    /// An HTTP request was made for the hook, and came to an end.
    HttpRequested {
        /// What came of it.
        exchange: HttpExchange,
    },
    /// The hook asked for something that it does not get. It was told so and went on.
    Refused {
        /// What it asked for.
        what: String,
        /// Why not, and what to do.
        why: String,
        /// The capability that it would have needed, when there is one for it.
        capability: Option<Capability>,
    },
    /// A service message that Cofferdam does not know.
    UnknownServiceMessage {
        /// Its name.
        name: String,
        /// Its attributes, decoded, in their order.
        attributes: Vec<(String, String)>,
    },
}
