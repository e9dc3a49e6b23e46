//! The end of a zip: where its directory is. Source: PKWARE's APPNOTE.TXT 6.3.10, 4.3.14 to 4.3.16.

use std::fs::File;
use std::ops::Range;

use crate::Damage;
use crate::fault::Fault;
use crate::zip::bytes::{Fields, read_exact_at};

const END_SIGNATURE: &[u8; 4] = b"PK\x05\x06";
const END_BYTES: u64 = 22;
const MAX_COMMENT_BYTES: u64 = u16::MAX as u64;

const END64_SIGNATURE: u32 = 0x0606_4b50;
const END64_BYTES: u64 = 56;
const LOCATOR_SIGNATURE: u32 = 0x0706_4b50;
const LOCATOR_BYTES: u64 = 20;

/// What the end record says about the directory, checked against where things are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Directory {
    pub(crate) entries: u64,
    /// Where it is in the file. What is before it are the entries.
    pub(crate) range: Range<u64>,
}

/// Finds the directory of a zip of `bytes` bytes. It has to lie directly before the end records, and these at the
/// end of the file, so that no two readers find different ones.
pub(crate) fn find(file: &File, bytes: u64) -> Result<Directory, Fault> {
    let tail_bytes = bytes.min(END_BYTES + MAX_COMMENT_BYTES);
    let mut tail = vec![0; usize::try_from(tail_bytes).unwrap_or_default()];
    let tail_offset = bytes - tail_bytes;
    read_exact_at(file, &mut tail, tail_offset)?;
    let at = locate(&tail)?;
    let end_offset = tail_offset + at as u64;
    let mut end = Fields(&tail[at + END_SIGNATURE.len()..]);
    let (disk, directory_disk) = (end.u16()?, end.u16()?);
    let (entries_here, entries) = (end.u16()?, end.u16()?);
    let (size, offset) = (end.u32()?, end.u32()?);

    let locator = match end_offset.checked_sub(LOCATOR_BYTES) {
        Some(locator_offset) => read_locator(file, locator_offset)?,
        None => None,
    };
    let (entries, size, offset, directory_end) = if let Some(end64_offset) = locator {
        let end64 = read_end64(file, end64_offset, end_offset - LOCATOR_BYTES)?;
        let agrees = (entries == u16::MAX || u64::from(entries) == end64.0)
            && (size == u32::MAX || u64::from(size) == end64.1)
            && (offset == u32::MAX || u64::from(offset) == end64.2);
        if !agrees {
            return Err(Damage::ZipStructure("its two end records disagree").into());
        }
        (end64.0, end64.1, end64.2, end64_offset)
    } else {
        let on_one_disk = disk == 0 && directory_disk == 0 && entries_here == entries;
        if !on_one_disk {
            return Err(Damage::ZipStructure("it is a part of a split archive").into());
        }
        (u64::from(entries), u64::from(size), u64::from(offset), end_offset)
    };
    if offset.checked_add(size) != Some(directory_end) {
        return Err(Damage::ZipStructure("its directory is not where its end record says").into());
    }
    Ok(Directory { entries, range: offset..directory_end })
}

/// The position of the only end record whose comment reaches exactly to the end of the file.
fn locate(tail: &[u8]) -> Result<usize, Damage> {
    let mut found = None;
    let mut has_signature = false;
    for at in (0..tail.len().saturating_sub(END_BYTES as usize - 1)).rev() {
        if !tail[at..].starts_with(END_SIGNATURE) {
            continue;
        }
        has_signature = true;
        let mut comment_length = Fields(&tail[at + END_BYTES as usize - 2..]);
        let comment_length = usize::from(comment_length.u16()?);
        if at + END_BYTES as usize + comment_length == tail.len() && found.replace(at).is_some() {
            return Err(Damage::ZipStructure("it has two end records"));
        }
    }
    found.ok_or(if has_signature { Damage::TrailingBytes } else { Damage::Truncated })
}

fn read_locator(file: &File, offset: u64) -> Result<Option<u64>, Fault> {
    let mut buffer = [0; LOCATOR_BYTES as usize];
    read_exact_at(file, &mut buffer, offset)?;
    let mut locator = Fields(&buffer);
    if locator.u32()? != LOCATOR_SIGNATURE {
        return Ok(None);
    }
    let (disk, end64_offset, disks) = (locator.u32()?, locator.u64()?, locator.u32()?);
    if disk != 0 || disks > 1 {
        return Err(Damage::ZipStructure("it is a part of a split archive").into());
    }
    Ok(Some(end64_offset))
}

/// Entries, size and offset from the zip64 end record, which has to end where its locator begins.
fn read_end64(file: &File, offset: u64, end: u64) -> Result<(u64, u64, u64), Fault> {
    const MISPLACED: Damage =
        Damage::ZipStructure("its zip64 end record is not where its locator says");
    if offset.checked_add(END64_BYTES).is_none_or(|least| least > end) {
        return Err(MISPLACED.into());
    }
    let mut buffer = [0; END64_BYTES as usize];
    read_exact_at(file, &mut buffer, offset)?;
    let mut end64 = Fields(&buffer);
    // The size does not count itself and the signature.
    if end64.u32()? != END64_SIGNATURE || end64.u64()?.checked_add(12) != Some(end - offset) {
        return Err(MISPLACED.into());
    }
    end64.bytes(4)?;
    let (disk, directory_disk) = (end64.u32()?, end64.u32()?);
    let (entries_here, entries) = (end64.u64()?, end64.u64()?);
    if disk != 0 || directory_disk != 0 || entries_here != entries {
        return Err(Damage::ZipStructure("it is a part of a split archive").into());
    }
    Ok((entries, end64.u64()?, end64.u64()?))
}
