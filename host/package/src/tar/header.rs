//! The 512-byte header block of a tar entry: which bytes mean what (POSIX ustar, GNU and the older V7 form).

use std::ops::Range;

use crate::Damage;

/// Everything in a tar comes in blocks of this size.
pub(crate) const BLOCK_BYTES: usize = 512;

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const SIZE: Range<usize> = 124..136;
const MTIME: Range<usize> = 136..148;
const CHECKSUM: Range<usize> = 148..156;
const TYPE: usize = 156;
const LINK_NAME: Range<usize> = 157..257;
const MAGIC: Range<usize> = 257..263;
const PREFIX: Range<usize> = 345..500;
/// In archives by Jörg Schilling's star, times follow a shorter prefix.
const STAR_PREFIX: Range<usize> = 345..476;
const STAR_MAGIC: Range<usize> = 508..512;

/// A header block's fields, undigested.
#[derive(Debug)]
pub(crate) struct Header {
    pub(crate) name: Vec<u8>,
    pub(crate) link_name: Vec<u8>,
    pub(crate) size: u64,
    pub(crate) mode: u32,
    pub(crate) modified_unix_s: i64,
    pub(crate) kind: u8,
}

impl Header {
    /// Reads a block that is not all zeros.
    pub(crate) fn parse(block: &[u8; BLOCK_BYTES]) -> Result<Self, Damage> {
        if number(&block[CHECKSUM]) != Some(checksum(block)) {
            return Err(Damage::TarHeader("its checksum is wrong"));
        }
        let size = number(&block[SIZE]).ok_or(Damage::TarHeader("its size is no number"))?;
        let mode = number(&block[MODE]).ok_or(Damage::TarHeader("its mode is no number"))?;
        // A time that cannot be told is not worth refusing a package for: writers put negative ones in here.
        let modified = number(&block[MTIME]).and_then(|time| i64::try_from(time).ok());
        let mut name = until_nul(&block[NAME]).to_vec();
        if &block[MAGIC] == b"ustar\0" {
            let is_star = &block[STAR_MAGIC] == b"tar\0";
            let prefix = until_nul(&block[if is_star { STAR_PREFIX } else { PREFIX }]);
            if !prefix.is_empty() {
                name = [prefix, &name].join(&b'/');
            }
        }
        Ok(Self {
            name,
            link_name: until_nul(&block[LINK_NAME]).to_vec(),
            size,
            mode: (mode & 0o7777) as u32,
            modified_unix_s: modified.unwrap_or(0),
            kind: block[TYPE],
        })
    }
}

/// The sum of all bytes, those of the checksum itself taken for spaces.
fn checksum(block: &[u8; BLOCK_BYTES]) -> u64 {
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    sum(block) - sum(&block[CHECKSUM]) + CHECKSUM.len() as u64 * u64::from(b' ')
}

fn until_nul(field: &[u8]) -> &[u8] {
    field.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// A number: octal digits between spaces and NULs, or, with the highest bit set, binary ("base 256").
/// `None` if it is neither, negative, or larger than 64 bits; no digits at all mean 0.
fn number(field: &[u8]) -> Option<u64> {
    match field {
        [0x80, binary @ ..] => {
            let (high, low) = binary.split_at_checked(binary.len().checked_sub(8)?)?;
            let low: [u8; 8] = low.try_into().ok()?;
            high.iter().all(|&byte| byte == 0).then(|| u64::from_be_bytes(low))
        }
        _ => {
            let field = field.trim_ascii_start();
            let end = field.iter().position(|byte| matches!(byte, 0 | b' ')).unwrap_or(field.len());
            let (digits, rest) = field.split_at(end);
            if rest.iter().any(|byte| !matches!(byte, 0 | b' ')) {
                return None;
            }
            digits.iter().try_fold(0_u64, |sum, &digit| {
                matches!(digit, b'0'..=b'7').then_some(())?;
                sum.checked_mul(8)?.checked_add(u64::from(digit - b'0'))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_octal_or_base_256_and_nothing_else() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"77777777777 "), Some(0o77_777_777_777));
        assert_eq!(number(b"\0\0\0\0\0\0\0\0"), Some(0));
        assert_eq!(number(b"\x80\0\0\0\0\0\0\x02\0\0\0\0"), Some(0x2_0000_0000));
        // Larger than 64 bits, negative, a digit that is none, digits after the end.
        assert_eq!(number(b"\x80\0\0\x01\0\0\0\0\0\0\0\0"), None);
        assert_eq!(number(b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), None);
        assert_eq!(number(b"0000648\0"), None);
        assert_eq!(number(b"644\x00644\0"), None);
        assert_eq!(number(b"-1\0\0\0\0\0\0"), None);
    }
}
