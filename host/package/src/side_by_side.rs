//! `side_by_side`: the SHA-256 digests of several byte strings, two of them computed at a time.
//!
//! Each instruction of a digest waits for the one before it, so that a processor with instructions for SHA-256 is idle for
//! half of the time. Given a block of one string and a block of another in turn, it works on both: 1.4 times as many bytes
//! in the same time.

use std::slice;

use sha2::block_api::compress256;

use crate::Sha256Digest;

/// Bytes that are digested at once.
const BLOCK_BYTES: usize = 64;
/// The last block ends with the number of bits.
const LENGTH_BYTES: usize = 8;

/// What a digest begins with: FIPS 180-4, section 5.3.3.
const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// The digest of each of `contents`, in their order.
pub(crate) fn side_by_side(contents: &[&[u8]]) -> Vec<Sha256Digest> {
    let mut digests = vec![Sha256Digest::from_bytes([0; 32]); contents.len()];
    let mut waiting = digests.iter_mut().zip(contents).map(|(to, content)| Lane::new(content, to));
    let (mut left, mut right) = (waiting.next(), waiting.next());
    while let (Some(one), Some(other)) = (&mut left, &mut right) {
        one.digest_with(other);
        // At least one of them has come to its end.
        for lane in [&mut left, &mut right] {
            if let Some(done) = lane.take_if(|lane| lane.blocks.is_empty()) {
                done.finish();
                *lane = waiting.next();
            }
        }
    }
    for alone in [left, right].into_iter().flatten() {
        alone.finish();
    }
    digests
}

/// A digest on its way.
struct Lane<'a> {
    state: [u32; 8],
    /// The whole blocks that are left.
    blocks: &'a [[u8; BLOCK_BYTES]],
    /// What is left after the last whole block.
    rest: &'a [u8],
    bytes: usize,
    digest: &'a mut Sha256Digest,
}

impl<'a> Lane<'a> {
    fn new(content: &'a [u8], digest: &'a mut Sha256Digest) -> Self {
        let (blocks, rest) = content.as_chunks();
        Self { state: INITIAL, blocks, rest, bytes: content.len(), digest }
    }

    /// Digests as many blocks of both as the shorter one has.
    fn digest_with(&mut self, other: &mut Self) {
        for (one, two) in self.blocks.iter().zip(other.blocks) {
            compress256(&mut self.state, slice::from_ref(one));
            compress256(&mut other.state, slice::from_ref(two));
        }
        let count = self.blocks.len().min(other.blocks.len());
        self.blocks = &self.blocks[count..];
        other.blocks = &other.blocks[count..];
    }

    /// Digests what is left, and the padding of FIPS 180-4, section 5.1.1.
    fn finish(mut self) {
        compress256(&mut self.state, self.blocks);
        let mut last = [0; 2 * BLOCK_BYTES];
        last[..self.rest.len()].copy_from_slice(self.rest);
        last[self.rest.len()] = 0x80;
        let fits = self.rest.len() < BLOCK_BYTES - LENGTH_BYTES;
        let end = if fits { BLOCK_BYTES } else { 2 * BLOCK_BYTES };
        let bits = self.bytes as u64 * 8;
        last[end - LENGTH_BYTES..end].copy_from_slice(&bits.to_be_bytes());
        compress256(&mut self.state, last[..end].as_chunks().0);
        let mut digest = [0; 32];
        for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(self.state) {
            *bytes = word.to_be_bytes();
        }
        *self.digest = Sha256Digest::from_bytes(digest);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(contents: &[&[u8]]) {
        let expected: Vec<_> = contents.iter().map(|content| Sha256Digest::of(content)).collect();
        assert_eq!(side_by_side(contents), expected);
    }

    #[test]
    fn every_length_around_the_ends_of_blocks() {
        let bytes: Vec<u8> = (0..=255).collect();
        let contents: Vec<&[u8]> = (0..=200).map(|length| &bytes[..length]).collect();
        check(&contents);
        contents.iter().for_each(|content| check(&[content]));
        check(&[]);
    }

    proptest! {
        #[test]
        fn any_contents_beside_each_other(
            contents in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..1_000), 0..20)
        ) {
            let contents: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
            check(&contents);
        }
    }
}
