//! What can be found wrong with a log.

use std::fmt;

/// One thing that shows that a log is not what was written and signed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "finding", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
#[non_exhaustive]
pub enum Finding {
    /// The content of these records is not what the records after them were chained to.
    Changed {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// These records are missing between others.
    Removed {
        /// The first of them.
        first: u64,
        /// The last of them.
        last: u64,
    },
    /// A line that claims a number which another record has by right.
    Inserted {
        /// The number that it claims.
        sequence: u64,
        /// The file.
        segment: String,
        /// The line in it, counted from 1.
        line: u64,
    },
    /// A record stands after one with a higher number.
    Reordered {
        /// The record.
        sequence: u64,
        /// The record that it should stand before.
        after: u64,
    },
    /// The log ends before what a checkpoint covers.
    Truncated {
        /// How many records there are.
        records: u64,
        /// How many the checkpoint covers.
        signed: u64,
        /// Whether it is a checkpoint that was kept elsewhere.
        is_kept: bool,
    },
    /// The chain is whole, but these records are not those that were signed: somebody wrote the
    /// chain again from the first of them on.
    Rewritten {
        /// The first record that may differ.
        first: u64,
        /// The last record that may differ.
        last: u64,
        /// The size of the checkpoint that says so.
        checkpoint: u64,
        /// Whether it is a checkpoint that was kept elsewhere.
        is_kept: bool,
    },
    /// A line that is no record.
    Unreadable {
        /// The number that it should have.
        expected: u64,
        /// The file.
        segment: String,
        /// The line in it, counted from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The last bytes of the log are no whole record: a crash that was not healed yet, or a cut.
    Torn {
        /// The file.
        segment: String,
        /// How many bytes.
        bytes: u64,
    },
    /// A segment file does not begin with the record that its name says.
    Misplaced {
        /// The file.
        segment: String,
        /// The number of the record that stands at its start.
        expected: u64,
    },
    /// There are no checkpoints, so nothing is signed.
    NoCheckpoints,
    /// A checkpoint cannot be read, is not by a known key, or was altered.
    BadCheckpoint {
        /// The line of `checkpoints.jsonl`, counted from 1; 0 for one that was kept elsewhere.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// A piece that healing cut off is not as its record says, or there is no such record.
    BadHealing {
        /// The file.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Fewer witnesses than asked for have signed the newest kept checkpoint.
    Uncosigned {
        /// How many signed.
        found: usize,
        /// How many were asked for.
        wanted: usize,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records = |first: &u64, last: &u64| match first == last {
            true => format!("record {first}"),
            false => format!("records {first} to {last}"),
        };
        let verb = |first: &u64, last: &u64| if first == last { "was" } else { "were" };
        let which = |is_kept: &bool| if *is_kept { "kept" } else { "signed" };
        match self {
            Self::Changed { first, last } => {
                write!(f, "{} {} changed", records(first, last), verb(first, last))
            }
            Self::Removed { first, last } => {
                write!(f, "{} {} removed", records(first, last), verb(first, last))
            }
            Self::Inserted { sequence, segment, line } => write!(
                f,
                "line {line} of {segment} was inserted; it claims to be record {sequence}"
            ),
            Self::Reordered { sequence, after } => {
                write!(f, "record {sequence} was moved behind record {after}")
            }
            Self::Truncated { records, signed, is_kept } => write!(
                f,
                "the log ends after {records} records, but a {} checkpoint covers {signed}",
                which(is_kept)
            ),
            Self::Rewritten { first, last, checkpoint, is_kept } => write!(
                f,
                "{} differ from what the {} checkpoint of {checkpoint} records covers; the chain \
                 was written again from there",
                records(first, last),
                which(is_kept)
            ),
            Self::Unreadable { expected, segment, line, reason } => write!(
                f,
                "line {line} of {segment}, where record {expected} should be, is no record: {reason}"
            ),
            Self::Torn { segment, bytes } => {
                write!(
                    f,
                    "the last {bytes} bytes of {segment} are no whole record: a crash that whoever \
                     appends next will heal, or a cut"
                )
            }
            Self::Misplaced { segment, expected } => {
                write!(f, "{segment} begins where record {expected} should be")
            }
            Self::NoCheckpoints => write!(f, "there are no checkpoints, so nothing is signed"),
            Self::BadCheckpoint { line: 0, reason } => write!(f, "kept checkpoint: {reason}"),
            Self::BadCheckpoint { line, reason } => {
                write!(f, "line {line} of checkpoints.jsonl: {reason}")
            }
            Self::BadHealing { file, reason } => write!(f, "{file}: {reason}"),
            Self::Uncosigned { found, wanted } => {
                write!(f, "{found} of the {wanted} wanted witnesses signed the kept checkpoint")
            }
        }
    }
}
