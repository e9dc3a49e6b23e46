//! The right edge of a growing tree: all that is needed to append to it and to know its root.

use super::hash::{Hash, node_hash};

/// The roots of the perfect subtrees that a tree of `size` leaves is made of, largest (leftmost)
/// first: one for each one bit of `size`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// A frontier that was stored; `None` if the number of peaks does not fit the size.
    pub(crate) fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        (peaks.len() == size.count_ones() as usize).then_some(Self { size, peaks })
    }

    /// How many leaves the tree has.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The subtree roots, leftmost first.
    pub(crate) fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Appends a leaf: as many equal-sized pairs merge as the size has trailing ones.
    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(left, node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The Merkle tree hash; of the empty tree the SHA-256 of nothing.
    pub(crate) fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().copied();
        let Some(last) = peaks.next() else { return Hash::of(b"") };
        peaks.fold(last, |right, left| node_hash(left, right))
    }

    /// The leaf ranges (first, end) of the peaks, leftmost first.
    pub(crate) fn ranges(&self) -> Vec<(u64, u64)> {
        let mut ranges = Vec::with_capacity(self.peaks.len());
        let mut first = 0;
        for bit in (0..u64::BITS).rev() {
            let length = 1 << bit;
            if self.size & length != 0 {
                ranges.push((first, first + length));
                first += length;
            }
        }
        ranges
    }
}

/// The Merkle tree hash of some leaves, for proofs.
pub(crate) fn root_of(leaves: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    for leaf in leaves {
        frontier.push(*leaf);
    }
    frontier.root()
}
