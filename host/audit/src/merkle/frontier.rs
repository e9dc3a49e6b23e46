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

#[cfg(test)]
mod tests {
    use super::super::leaf_hash;
    use super::*;

    /// The leaves and the roots of the first eight trees that the reference implementation of
    /// RFC 6962 is tested with.
    #[test]
    fn the_tree_is_that_of_rfc_6962() {
        const LEAVES: [&str; 8] = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        const ROOTS: [&str; 8] = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut frontier = Frontier::default();
        for (leaf, root) in LEAVES.iter().zip(ROOTS) {
            frontier.push(leaf_hash(&hex::decode(leaf).unwrap()));
            assert_eq!(frontier.root().to_string(), root);
        }
        assert_eq!(frontier.ranges(), [(0, 8)]);
    }
}
