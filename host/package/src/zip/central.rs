//! The zip directory: one record for each entry, the authority on what there is.

use std::fs::File;

use crate::fault::Fault;
use crate::zip::bytes::{Fields, read_exact_at};
use crate::zip::end_record::Directory;
use crate::zip::extra::Extra;
use crate::{Damage, ExtractLimits, Limit};

const SIGNATURE: u32 = 0x0201_4b50;
/// Bytes of a record before its name.
const FIXED_BYTES: u64 = 46;

/// Bytes of a directory for each entry that it may have: name, extra fields and comment of an ordinary one take
/// less than 300. Bounds the memory that reading the directory takes.
const MAX_BYTES_PER_ENTRY: u64 = 4_096;
/// Bytes that even a directory with few entries may have.
const FREE_BYTES: u64 = 1 << 20;

/// The systems in whose records the upper half of the attributes is a Unix mode: Unix, and macOS.
const UNIX_HOSTS: [u8; 2] = [3, 19];

/// One record of the directory.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) name: Vec<u8>,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) crc32: u32,
    pub(crate) compressed_bytes: u64,
    pub(crate) bytes: u64,
    /// Type and permissions, if the entry comes from a Unix system.
    pub(crate) unix_mode: Option<u32>,
    pub(crate) modified_unix_s: Option<i64>,
    /// Where the entry's own header is.
    pub(crate) header_offset: u64,
}

/// Flag: sizes and checksum follow the data, since the writer could not go back.
pub(crate) const FLAG_DESCRIPTOR: u16 = 1 << 3;
/// Flags: encrypted, strongly encrypted, directory encrypted.
pub(crate) const FLAGS_ENCRYPTED: u16 = 1 | 1 << 6 | 1 << 13;
pub(crate) const METHOD_STORED: u16 = 0;
pub(crate) const METHOD_DEFLATED: u16 = 8;

/// Reads the whole directory.
pub(crate) fn read(
    file: &File,
    directory: &Directory,
    limits: &ExtractLimits,
) -> Result<Vec<Record>, Fault> {
    let Directory { entries, range } = directory;
    if *entries > limits.max_entries {
        return Err(Limit::Entries(limits.max_entries).into());
    }
    let size = range.end - range.start;
    let most = entries.saturating_mul(MAX_BYTES_PER_ENTRY).max(FREE_BYTES);
    if size > most || size < entries.saturating_mul(FIXED_BYTES) {
        return Err(Damage::ZipStructure(
            "its directory's size does not fit its number of entries",
        )
        .into());
    }
    let mut buffer = vec![0; usize::try_from(size).map_err(|_| Damage::Truncated)?];
    read_exact_at(file, &mut buffer, range.start)?;
    let mut fields = Fields(&buffer);
    let mut records = Vec::with_capacity(usize::try_from(*entries).unwrap_or_default());
    while !fields.0.is_empty() {
        records.push(record(&mut fields)?);
    }
    if records.len() as u64 != *entries {
        return Err(Damage::ZipStructure(
            "its directory has not as many entries as its end record says",
        )
        .into());
    }
    Ok(records)
}

fn record(fields: &mut Fields<'_>) -> Result<Record, Fault> {
    if fields.u32()? != SIGNATURE {
        return Err(
            Damage::ZipStructure("a record of its directory does not begin like one").into()
        );
    }
    let [_, host] = fields.u16()?.to_le_bytes();
    let (_needed, flags, method) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (time, date) = (fields.u16()?, fields.u16()?);
    let crc32 = fields.u32()?;
    let (compressed_bytes, bytes) = (fields.u32()?, fields.u32()?);
    let (name_length, extra_length, comment_length) = (fields.u16()?, fields.u16()?, fields.u16()?);
    let (disk, _internal, external) = (fields.u16()?, fields.u16()?, fields.u32()?);
    let header_offset = fields.u32()?;
    let name = fields.bytes(name_length.into())?;
    let extra = fields.bytes(extra_length.into())?;
    fields.bytes(comment_length.into())?;
    let read = || -> Result<Record, Damage> {
        let mut extra = Extra::parse(extra)?;
        if extra.unicode_path.is_some_and(|path| path != name) {
            return Err(Damage::ZipStructure("it has two different names"));
        }
        // The order of the 64-bit numbers is fixed.
        let bytes = extra.widen(bytes)?;
        let compressed_bytes = extra.widen(compressed_bytes)?;
        let header_offset = extra.widen(header_offset)?;
        if disk != 0 && disk != u16::MAX {
            return Err(Damage::ZipStructure("it is a part of a split archive"));
        }
        Ok(Record {
            name: name.to_vec(),
            flags,
            method,
            crc32,
            compressed_bytes,
            bytes,
            unix_mode: UNIX_HOSTS.contains(&host).then_some(external >> 16),
            modified_unix_s: extra.modified_unix_s.or_else(|| dos_time(date, time)),
            header_offset,
        })
    };
    read().map_err(Fault::from)
}

/// MS-DOS date and time as seconds of Unix time. They are local time of an unknown zone; taking them for UTC gives
/// the same result on every machine.
fn dos_time(date: u16, time: u16) -> Option<i64> {
    let (year, month, day) =
        (1980 + i64::from(date >> 9), i64::from(date >> 5 & 15), i64::from(date & 31));
    let (hour, minute, second) =
        (i64::from(time >> 11), i64::from(time >> 5 & 63), i64::from(time & 31) * 2);
    if !(1..=12).contains(&month) || day == 0 || hour > 23 || minute > 59 {
        return None;
    }
    // Days since 1970-01-01, counting years from March so that the leap day comes last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1 - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dos_times_are_utc() {
        assert_eq!(dos_time(0x0021, 0), Some(crate::DEFAULT_TIMESTAMP_UNIX_S));
        // 2024-02-29 23:59:58
        assert_eq!(dos_time(44 << 9 | 2 << 5 | 29, 23 << 11 | 59 << 5 | 29), Some(1_709_251_198));
        assert_eq!(dos_time(0, 0), None);
    }
}
