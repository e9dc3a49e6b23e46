//! `Fault`: an error on its way up, before it is known which entry it happened at.

use std::io;

use crate::{Damage, EntryName, ExtractError, Limit, Refusal};

/// What went wrong; [`Fault::at`] adds where.
#[derive(Debug)]
pub(crate) enum Fault {
    Refused(Refusal),
    Limit(Limit),
    Damage(Damage),
    Read(io::Error),
    Write(io::Error),
    PackageChanged,
    Cancelled,
}

impl Fault {
    /// The public error, naming `entry`.
    pub(crate) fn at(self, entry: &[u8]) -> ExtractError {
        let name = EntryName::of(entry);
        match self {
            Self::Refused(why) => ExtractError::Refused { entry: name, why },
            Self::Limit(limit) => ExtractError::Limit { entry: name, limit },
            Self::Damage(what) => ExtractError::Damaged { entry: Some(name), what },
            Self::Write(source) => ExtractError::Write { entry: name, source },
            Self::Read(source) => ExtractError::Read(source),
            Self::PackageChanged => ExtractError::PackageChanged,
            Self::Cancelled => ExtractError::Cancelled,
        }
    }

    /// The public error for a fault before the first entry, or of the archive as a whole.
    pub(crate) fn of_package(self, file_name: &str) -> ExtractError {
        match self {
            Self::Damage(what) => ExtractError::Damaged { entry: None, what },
            other => other.at(file_name.as_bytes()),
        }
    }
}

impl From<Refusal> for Fault {
    fn from(why: Refusal) -> Self {
        Self::Refused(why)
    }
}

impl From<Limit> for Fault {
    fn from(limit: Limit) -> Self {
        Self::Limit(limit)
    }
}

impl From<Damage> for Fault {
    fn from(what: Damage) -> Self {
        Self::Damage(what)
    }
}
