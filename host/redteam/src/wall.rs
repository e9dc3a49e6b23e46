//! What stopped an attack, by name.

use std::fmt;

use cofferdam_capability::LimitName;

/// What stopped an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wall {
    /// Paths and links are looked at before they are followed.
    Paths,
    /// `/` is the enclosure: what is named is not there.
    Enclosure,
    /// There is no import for it.
    NoImport,
    /// The import is there, and nothing behind it.
    NotGranted,
    /// The hook has its own descriptors and no other.
    Descriptors,
    /// The validator of WebAssembly, with the accepted features.
    Validation,
    /// A trap of the engine.
    Trap,
    /// A limit.
    Limit(LimitName),
    /// Secrets are masked in what is shown.
    Masking,
    /// Control characters are made visible.
    Escaping,
    /// Service messages are parsed once, by the supervisor.
    Messages,
    /// The host works on open folders and follows no link that leads out.
    HostPaths,
    /// The audit log names it.
    Record,
    /// A fixed clock and seeded random numbers.
    Determinism,
    /// Nothing but the program's own care: it reads what is hostile and goes on.
    Robustness,
    /// The root directory of the worker's own, which is the enclosure.
    OwnRoot,
    /// Landlock.
    Landlock,
    /// The system call filter.
    SystemCalls,
    /// The seal, the second filter of system calls.
    Seal,
    /// The kernel's ordinary rules: user, capabilities, resource limits.
    Kernel,
    /// Policy.
    Policy,
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Paths => "paths",
            Self::Enclosure => "enclosure",
            Self::NoImport => "no import",
            Self::NotGranted => "not granted",
            Self::Descriptors => "descriptors",
            Self::Validation => "validation",
            Self::Trap => "trap",
            Self::Limit(limit) => return write!(f, "limit {limit}"),
            Self::Masking => "masking",
            Self::Escaping => "escaping",
            Self::Messages => "messages",
            Self::HostPaths => "host paths",
            Self::Record => "record",
            Self::Determinism => "determinism",
            Self::Robustness => "robustness",
            Self::OwnRoot => "own root",
            Self::Landlock => "Landlock",
            Self::SystemCalls => "system call filter",
            Self::Seal => "seal",
            Self::Kernel => "kernel",
            Self::Policy => "policy",
        };
        f.pad(name)
    }
}
