//! `RawZip`: writes zip archives that no honest tool would.

use std::io::Write as _;

/// One entry; header and directory can be made to disagree.
#[derive(Clone)]
pub(crate) struct RawEntry {
    pub(crate) name: Vec<u8>,
    /// The name in the entry's own header, if it is another.
    pub(crate) local_name: Option<Vec<u8>>,
    pub(crate) data: Vec<u8>,
    pub(crate) method: u16,
    pub(crate) local_method: Option<u16>,
    pub(crate) flags: u16,
    pub(crate) crc32: u32,
    pub(crate) local_crc32: Option<u32>,
    pub(crate) compressed_bytes: u32,
    pub(crate) bytes: u32,
    pub(crate) local_bytes: Option<u32>,
    pub(crate) mode: u32,
    pub(crate) extra: Vec<u8>,
    /// What follows the data.
    pub(crate) after: Vec<u8>,
    /// The header's offset, if the directory lies about it.
    pub(crate) offset: Option<u32>,
}

impl RawEntry {
    pub(crate) fn stored(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        let length = u32::try_from(content.len()).unwrap();
        Self {
            name: name.as_ref().to_vec(),
            local_name: None,
            data: content.to_vec(),
            method: 0,
            local_method: None,
            flags: 0,
            crc32: crc32fast::hash(content),
            local_crc32: None,
            compressed_bytes: length,
            bytes: length,
            local_bytes: None,
            mode: 0o100_644,
            extra: Vec::new(),
            after: Vec::new(),
            offset: None,
        }
    }

    pub(crate) fn deflated(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(content).unwrap();
        let data = encoder.finish().unwrap();
        let compressed_bytes = u32::try_from(data.len()).unwrap();
        Self { data, compressed_bytes, method: 8, ..Self::stored(name, content) }
    }

    pub(crate) fn typed(name: impl AsRef<[u8]>, content: &[u8], mode: u32) -> Self {
        Self { mode, ..Self::stored(name, content) }
    }
}

/// The whole archive.
pub(crate) fn zip(entries: &[RawEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut directory = Vec::new();
    for entry in entries {
        let offset = entry.offset.unwrap_or(bytes.len() as u32);
        let local_name = entry.local_name.as_ref().unwrap_or(&entry.name);
        bytes.extend_from_slice(b"PK\x03\x04");
        u16s(&mut bytes, &[20, entry.flags, entry.local_method.unwrap_or(entry.method), 0, 0x5821]);
        u32s(
            &mut bytes,
            &[
                entry.local_crc32.unwrap_or(entry.crc32),
                entry.compressed_bytes,
                entry.local_bytes.unwrap_or(entry.bytes),
            ],
        );
        u16s(&mut bytes, &[local_name.len() as u16, entry.extra.len() as u16]);
        for part in [local_name, &entry.extra, &entry.data, &entry.after] {
            bytes.extend_from_slice(part);
        }
        directory.extend_from_slice(b"PK\x01\x02");
        u16s(&mut directory, &[3 << 8 | 20, 20, entry.flags, entry.method, 0, 0x5821]);
        u32s(&mut directory, &[entry.crc32, entry.compressed_bytes, entry.bytes]);
        u16s(&mut directory, &[entry.name.len() as u16, entry.extra.len() as u16, 0, 0, 0]);
        u32s(&mut directory, &[entry.mode << 16, offset]);
        directory.extend_from_slice(&entry.name);
        directory.extend_from_slice(&entry.extra);
    }
    let directory_offset = bytes.len() as u32;
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(&end_record(
        entries.len() as u16,
        directory.len() as u32,
        directory_offset,
        b"",
    ));
    bytes
}

pub(crate) fn end_record(entries: u16, size: u32, offset: u32, comment: &[u8]) -> Vec<u8> {
    let mut bytes = b"PK\x05\x06".to_vec();
    u16s(&mut bytes, &[0, 0, entries, entries]);
    u32s(&mut bytes, &[size, offset]);
    u16s(&mut bytes, &[comment.len() as u16]);
    bytes.extend_from_slice(comment);
    bytes
}

fn u16s(bytes: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
}

fn u32s(bytes: &mut Vec<u8>, values: &[u32]) {
    values.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
}
