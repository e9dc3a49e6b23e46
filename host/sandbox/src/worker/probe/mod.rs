//! What probes do: attacks in native code, behind the walls of a run worker.
//!
//! Each is what an attacker would try who had broken the engine. Exit code 0: it did what it
//! tried; 1: the operating system refused, and the reason says how. The system call filter ends
//! the process instead. Nothing here weakens a wall: the code is reached after all of them are up.

mod disk;
mod files;
mod kernel;
mod memory;
mod network;
mod processes;
mod raw;

use std::io;

use cofferdam_worker_protocol::{Ending, FromWorker, Probe, ProbeTarget};

use crate::worker::channel::Outbox;

/// What it got, or how it was refused.
type Attack = fn(&ProbeTarget) -> io::Result<String>;

/// Every probe, by what it attacks.
const TABLES: [&[(&str, Attack)]; 6] = [
    files::PROBES,
    processes::PROBES,
    network::PROBES,
    kernel::PROBES,
    memory::PROBES,
    disk::PROBES,
];

/// The name of every probe.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    TABLES.into_iter().flatten().map(|(name, _)| *name)
}

/// Carries out one probe.
pub(super) fn carry_out(probe: &Probe, outbox: &Outbox) -> Ending {
    let known = TABLES.into_iter().flatten().find(|(known, _)| *known == probe.name);
    let result = match known {
        Some((_, attack)) => attack(&probe.target),
        None => Err(io::Error::other("there is no such probe")),
    };
    let (text, code) = match result {
        Ok(got) => (got, 0),
        Err(error) => (error.to_string(), 1),
    };
    // A channel that broke shows in the worker's end.
    let _ = outbox.send(&FromWorker::FailReason(text));
    Ending::Exit(code)
}
