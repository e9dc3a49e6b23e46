//! Probes: attacks with native code from inside a worker, as if the engine had been broken.
//!
//! A probe tests the second wall by itself. It is one of a fixed set, compiled in; a worker carries it
//! out *instead of* a hook, after it has put up exactly the walls that it would have put up around
//! that hook. So a probe can do less than the process that asks for it, and what it aims at is
//! what that process has made for it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::Walls;

/// One probe, and what it aims at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Probe {
    /// One of [`PROBES`].
    pub name: String,
    /// What it aims at.
    pub target: ProbeTarget,
}

/// What probes aim at: things outside the enclosure that whoever asks for the probe has made, so
/// that nothing else is harmed by one that succeeds.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ProbeTarget {
    /// An absolute folder that holds the file `canary.txt` and `other-deployment/secret.txt`.
    pub folder: PathBuf,
    /// A port of the loopback interface on which somebody listens with TCP.
    pub tcp_port: u16,
    /// The same with UDP.
    pub udp_port: u16,
    /// The abstract name of a local socket on which somebody listens.
    pub local_socket: String,
    /// The process that asks for the probe.
    pub supervisor: u32,
    /// Where something lies in the memory of the supervisor.
    pub memory: ProbeMemory,
    /// The number of a descriptor that the supervisor lets its children inherit.
    pub descriptor: i32,
}

/// A piece of a process's memory.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct ProbeMemory {
    /// Its address.
    pub address: u64,
    /// Its length in bytes; at most 256 are read.
    pub length: u32,
}

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

/// The name of every probe. Empty where operating systems have no second wall to be probed.
#[cfg(target_os = "linux")]
pub const PROBES: &[&str] = crate::worker::PROBE_NAMES;

/// The name of every probe. Empty where operating systems have no second wall to be probed.
#[cfg(not(target_os = "linux"))]
pub const PROBES: &[&str] = &[];
