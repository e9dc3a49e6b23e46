//! Consistency proofs: the log grew since an older checkpoint, and nothing before it changed.
//!
//! Text form, after the manner of `tlog-proof`: the line `cofferdam.dev/tlog-consistency@v1`, the
//! line `old N`, one Base64 hash a line, an empty line, the newer checkpoint verbatim.

use std::fmt;

use super::checkpoint::{Checkpoint, SignedCheckpoint};
use super::frontier::root_of;
use super::hash::{Hash, node_hash};
use super::inclusion::{ProofError, parse_decimal, parse_path, split};
use super::note::encode_base64;
use crate::key::PublicKey;

const HEADER: &str = "cofferdam.dev/tlog-consistency@v1";

/// A proof that a signed log begins with an older state of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// Size of the older state.
    pub old_size: u64,
    /// The nodes of RFC 6962, section 2.1.2.
    pub path: Vec<Hash>,
    /// The newer state.
    pub checkpoint: SignedCheckpoint,
}

impl ConsistencyProof {
    /// Builds the proof from all leaf hashes below the newer checkpoint.
    pub(crate) fn build(leaves: &[Hash], old_size: usize, checkpoint: SignedCheckpoint) -> Self {
        let path = if old_size == 0 { Vec::new() } else { subproof(leaves, old_size, true) };
        Self { old_size: old_size as u64, path, checkpoint }
    }

    /// Checks the newer checkpoint's signature and that its log begins with that of `old`.
    ///
    /// # Errors
    /// [`ProofError`] says what does not hold.
    pub fn verify(&self, old: &Checkpoint, keys: &[PublicKey]) -> Result<(), ProofError> {
        self.checkpoint.verify(keys)?;
        let new = &self.checkpoint.checkpoint;
        let holds = old.size == self.old_size
            && old.origin == new.origin
            && is_consistent(old.size, new.size, old.root, new.root, &self.path);
        if holds {
            return Ok(());
        }
        Err(ProofError::NotConsistent { old_size: old.size, new_size: new.size })
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`ProofError::Malformed`] or [`ProofError::Checkpoint`]; signatures are not checked here.
    pub fn parse(text: &str) -> Result<Self, ProofError> {
        let malformed =
            |reason: &str| ProofError::Malformed { form: "consistency", reason: reason.to_owned() };
        let rest = text
            .strip_prefix(HEADER)
            .and_then(|rest| rest.strip_prefix('\n'))
            .ok_or_else(|| malformed("it does not begin with its header line"))?;
        let (rest, note) =
            rest.split_once("\n\n").ok_or_else(|| malformed("it has no checkpoint"))?;
        let mut lines = rest.split('\n');
        let old_size = lines
            .next()
            .and_then(|line| line.strip_prefix("old "))
            .and_then(parse_decimal)
            .ok_or_else(|| malformed("the second line is not the old size"))?;
        let path = parse_path(lines).ok_or_else(|| malformed("a path line is not a hash"))?;
        Ok(Self { old_size, path, checkpoint: SignedCheckpoint::parse(note)? })
    }
}

impl fmt::Display for ConsistencyProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{HEADER}\nold {}", self.old_size)?;
        for node in &self.path {
            writeln!(formatter, "{}", encode_base64(node.as_bytes()))?;
        }
        write!(formatter, "\n{}", self.checkpoint)
    }
}

/// SUBPROOF(old, leaves, whole) of RFC 6962, section 2.1.2.
fn subproof(leaves: &[Hash], old: usize, whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![root_of(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut nodes, sibling) = if old <= left.len() {
        (subproof(left, old, whole), right)
    } else {
        (subproof(right, old - left.len(), false), left)
    };
    nodes.push(root_of(sibling));
    nodes
}

/// RFC 9162, section 2.1.4.2.
fn is_consistent(old_size: u64, new_size: u64, old: Hash, new: Hash, path: &[Hash]) -> bool {
    if old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return path.is_empty() && old == new;
    }
    if old_size == 0 {
        return path.is_empty() && old == Hash::of(b"");
    }
    let mut nodes = path.iter().copied();
    // An old tree that is itself one subtree of the new one starts the path, unsaid.
    let start = if old_size.is_power_of_two() { Some(old) } else { nodes.next() };
    let Some(start) = start else { return false };
    let shift = (old_size - 1).trailing_ones();
    let (mut node_index, mut last_index) = ((old_size - 1) >> shift, (new_size - 1) >> shift);
    let (mut old_root, mut new_root) = (start, start);
    for node in nodes {
        if last_index == 0 {
            return false;
        }
        if node_index & 1 == 1 || node_index == last_index {
            old_root = node_hash(node, old_root);
            new_root = node_hash(node, new_root);
            while node_index & 1 == 0 && node_index != 0 {
                node_index >>= 1;
                last_index >>= 1;
            }
        } else {
            new_root = node_hash(new_root, node);
        }
        node_index >>= 1;
        last_index >>= 1;
    }
    last_index == 0 && old_root == old && new_root == new
}
