//! Probes: attacks with native code from inside a worker, as if the engine had been broken.
//!
//! A probe tests the second wall by itself. It is one of a fixed set, compiled in; a worker carries it
//! out *instead of* a hook, after it has put up exactly the walls that it would have put up around
//! that hook. So a probe can do less than the process that asks for it, and what it aims at is
//! what that process has made for it.

use crate::Walls;

/// What came of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProbeReport {
    /// How it ended.
    pub outcome: ProbeOutcome,
    /// The walls that were up.
    pub walls: Walls,
}

/// How a probe ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProbeOutcome {
    /// It did what it tried.
    Succeeded {
        /// What it got.
        got: String,
    },
    /// The operating system refused it with an error: Landlock, or the kernel's ordinary rules.
    Refused {
        /// The error, with its number where it has one.
        why: String,
    },
    /// The operating system ended the worker. Signal 31 is the system call filter's.
    Killed {
        /// The signal.
        signal: i32,
        /// How the worker ended, in words.
        detail: String,
    },
}

/// The name of every probe. None where operating systems have no second wall to be probed.
pub fn probe_names() -> impl Iterator<Item = &'static str> {
    #[cfg(target_os = "linux")]
    return crate::worker::probe_names();
    #[cfg(not(target_os = "linux"))]
    std::iter::empty()
}
