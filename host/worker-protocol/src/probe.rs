//! What a worker is told of an attack that it is to carry out on itself.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One probe, and what it aims at.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Probe {
    /// One of those that the sandbox lists.
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
    /// The enclosure's path below that folder.
    pub enclosure: PathBuf,
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
