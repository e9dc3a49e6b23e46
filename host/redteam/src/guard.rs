//! Guards: what refuses an operation of a hook, recognised by the error that the hook sees.

use crate::Wall;

/// What refuses an operation of a hook, recognised by the error that the hook sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Guard {
    /// A part of the error.
    pub(crate) says: &'static str,
    /// Which wall it is.
    pub(crate) wall: Wall,
}

/// Guards that stand behind those which an attack is expected to meet, with WASI's numbers: the walls of
/// the operating system, as a hook sees them.
pub(crate) const BEHIND: &[Guard] = &[
    Guard { says: "Permission denied (os error 2)", wall: Wall::Landlock },
    // A link or a move across its border, as if to another file system; WASI has no number for that.
    Guard { says: "I/O error (os error 29)", wall: Wall::Landlock },
    Guard { says: "Cross-device link (os error 75)", wall: Wall::Landlock },
    Guard { says: "Operation not permitted (os error 63)", wall: Wall::Paths },
    Guard { says: "No such file or directory (os error 44)", wall: Wall::Enclosure },
];
