//! Inclusion proofs: this record is the one at this place of the tree that was signed.
//!
//! Text form: C2SP `tlog-proof` version 1 (<https://c2sp.org/tlog-proof>), without extra data.

use std::fmt;

use super::checkpoint::SignedCheckpoint;
use super::frontier::root_of;
use super::hash::{Hash, node_hash};
use super::note::{NoteError, decode_strict_base64, encode_base64};
use crate::key::PublicKey;

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// A tree of 2^64 leaves has paths of 64 nodes.
const MAX_PATH_NODES: usize = 64;

/// Why a proof proves nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// The text does not have the form of a proof.
    #[error("this is no {form} proof: {reason}")]
    Malformed {
        /// `inclusion` or `consistency`.
        form: &'static str,
        /// What was wrong.
        reason: String,
    },
    /// The checkpoint in the proof is not signed by a given key.
    #[error("the proof's checkpoint cannot be trusted: {0}")]
    Checkpoint(#[from] NoteError),
    /// The record is not at that place of the signed tree.
    #[error("the record is not number {index} of the {size} records that the checkpoint covers")]
    NotIncluded {
        /// The place that the proof claims.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The newer tree does not begin with the older one.
    #[error(
        "the log of {new_size} records does not begin with the {old_size} records of the older \
         checkpoint: history was rewritten"
    )]
    NotConsistent {
        /// Size of the older tree.
        old_size: u64,
        /// Size of the newer tree.
        new_size: u64,
    },
}

/// A proof that one record is in a signed log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The record's sequence number.
    pub index: u64,
    /// Sibling hashes from the leaf upwards.
    pub path: Vec<Hash>,
    /// The checkpoint that covers the record.
    pub checkpoint: SignedCheckpoint,
}

impl InclusionProof {
    /// Builds the proof for `index` from all leaf hashes below the checkpoint.
    pub(crate) fn build(leaves: &[Hash], index: usize, checkpoint: SignedCheckpoint) -> Self {
        Self { index: index as u64, path: path(leaves, index), checkpoint }
    }

    /// Checks that `record` (a log line without its line end) is what stands at the proof's index,
    /// and that the checkpoint is signed by one of `keys`.
    ///
    /// # Errors
    /// [`ProofError`] says what does not hold.
    pub fn verify(&self, record: &[u8], keys: &[PublicKey]) -> Result<(), ProofError> {
        self.checkpoint.verify(keys)?;
        let (size, root) = (self.checkpoint.checkpoint.size, self.checkpoint.checkpoint.root);
        match root_from_path(super::leaf_hash(record), self.index, size, &self.path) {
            Some(computed) if computed == root => Ok(()),
            _ => Err(ProofError::NotIncluded { index: self.index, size }),
        }
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`ProofError::Malformed`] or [`ProofError::Checkpoint`]; signatures are not checked here.
    pub fn parse(text: &str) -> Result<Self, ProofError> {
        let malformed =
            |reason: &str| ProofError::Malformed { form: "inclusion", reason: reason.to_owned() };
        let rest = text
            .strip_prefix(HEADER)
            .and_then(|rest| rest.strip_prefix('\n'))
            .ok_or_else(|| malformed("it does not begin with c2sp.org/tlog-proof@v1"))?;
        let (rest, note) =
            rest.split_once("\n\n").ok_or_else(|| malformed("it has no checkpoint"))?;
        let mut lines = rest.split('\n');
        let index = lines
            .next()
            .and_then(|line| line.strip_prefix("index "))
            .and_then(parse_decimal)
            .ok_or_else(|| malformed("the second line is not an index"))?;
        let path = parse_path(lines).ok_or_else(|| malformed("a path line is not a hash"))?;
        Ok(Self { index, path, checkpoint: SignedCheckpoint::parse(note)? })
    }
}

impl fmt::Display for InclusionProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{HEADER}\nindex {}", self.index)?;
        for node in &self.path {
            writeln!(formatter, "{}", encode_base64(node.as_bytes()))?;
        }
        write!(formatter, "\n{}", self.checkpoint)
    }
}

/// A decimal number in its one spelling.
pub(super) fn parse_decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

pub(super) fn parse_path<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Vec<Hash>> {
    let mut path = Vec::new();
    for line in lines {
        if path.len() == MAX_PATH_NODES {
            return None;
        }
        path.push(Hash::from_bytes(decode_strict_base64(line)?.try_into().ok()?));
    }
    Some(path)
}

/// The largest power of two below `size`, which is at least 2: where RFC 6962 splits a tree.
pub(super) fn split(size: usize) -> usize {
    1 << (usize::BITS - 1 - (size - 1).leading_zeros())
}

/// PATH(index, leaves) of RFC 6962, section 2.1.1.
fn path(leaves: &[Hash], index: usize) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut nodes, sibling) = if index < left.len() {
        (path(left, index), right)
    } else {
        (path(right, index - left.len()), left)
    };
    nodes.push(root_of(sibling));
    nodes
}

/// RFC 9162, section 2.1.3.2; `None` when the path has the wrong length.
fn root_from_path(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut node_index, mut last_index, mut root) = (index, size - 1, leaf);
    for sibling in path {
        if last_index == 0 {
            return None;
        }
        if node_index & 1 == 1 || node_index == last_index {
            root = node_hash(*sibling, root);
            while node_index & 1 == 0 && node_index != 0 {
                node_index >>= 1;
                last_index >>= 1;
            }
        } else {
            root = node_hash(root, *sibling);
        }
        node_index >>= 1;
        last_index >>= 1;
    }
    (last_index == 0).then_some(root)
}
