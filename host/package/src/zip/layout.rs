//! Where each zip entry's data is, proved to be between its own header and the next without gap or overlap.

use std::fs::File;
use std::ops::Range;

use crate::Damage;
use crate::fault::Fault;
use crate::zip::bytes::Fields;
use crate::zip::central::{FLAG_DESCRIPTOR, FLAGS_ENCRYPTED, Record};
use crate::zip::extra::Extra;
use crate::zip::window::Window;

const SIGNATURE: u32 = 0x0403_4b50;
/// Bytes of an entry's own header before its name.
const FIXED_BYTES: usize = 30;
/// How much is read at once: a header with its name, and the next ones if there is hardly anything between them.
/// Copying more, most of it content, costs more than the calls that it saves.
const WINDOW_BYTES: usize = 512;
const DESCRIPTOR_SIGNATURE: u32 = 0x0807_4b50;
/// A descriptor with signature and 64-bit sizes.
const MAX_DESCRIPTOR_BYTES: usize = 24;

/// Where the data of each of `records` is, in their order. An error comes with the position of its record.
///
/// A reader that goes from header to header then sees exactly what a reader of the directory sees.
pub(crate) fn data_ranges(
    file: &File,
    records: &[Record],
    directory_offset: u64,
) -> Result<Vec<Range<u64>>, (usize, Fault)> {
    let mut by_offset: Vec<usize> = (0..records.len()).collect();
    by_offset.sort_unstable_by_key(|&at| records[at].header_offset);
    let mut ranges = vec![0..0; records.len()];
    let mut expected = 0;
    let window = Window::new(WINDOW_BYTES);
    let mut headers = Headers { file, window, end: directory_offset };
    for (position, &at) in by_offset.iter().enumerate() {
        let record = &records[at];
        let next =
            by_offset.get(position + 1).map_or(directory_offset, |&at| records[at].header_offset);
        let mut check = || -> Result<Range<u64>, Fault> {
            if record.header_offset != expected {
                return Err(Damage::ZipLayout.into());
            }
            let (data_offset, has_descriptor) = check_local_header(&mut headers, record)?;
            let data_end =
                data_offset.checked_add(record.compressed_bytes).ok_or(Damage::ZipLayout)?;
            let gap = next.checked_sub(data_end).ok_or(Damage::ZipLayout)?;
            if has_descriptor {
                check_descriptor(&mut headers, record, data_end, gap)?;
            } else if gap != 0 {
                return Err(Damage::ZipLayout.into());
            }
            expected = next;
            Ok(data_offset..data_end)
        };
        ranges[at] = check().map_err(|fault| (at, fault))?;
    }
    if expected != directory_offset {
        return Err((0, Damage::ZipLayout.into()));
    }
    Ok(ranges)
}

/// What is between the contents of a package.
struct Headers<'a> {
    file: &'a File,
    window: Window,
    /// Where the directory begins.
    end: u64,
}

impl Headers<'_> {
    fn read(&mut self, offset: u64, count: usize) -> Result<Vec<u8>, Fault> {
        let end = offset.saturating_add(count as u64);
        let mut bytes = Vec::with_capacity(count);
        while bytes.len() < count {
            let rest = offset + bytes.len() as u64..end;
            bytes.extend_from_slice(self.window.look(self.file, rest, self.end)?);
        }
        Ok(bytes)
    }
}

/// Compares an entry's own header with the directory; gives the data's offset and whether a descriptor follows it.
fn check_local_header(headers: &mut Headers<'_>, record: &Record) -> Result<(u64, bool), Fault> {
    let disagree = |what| Fault::from(Damage::ZipHeadersDisagree(what));
    let start = headers.read(record.header_offset, FIXED_BYTES)?;
    let mut fields = Fields(&start);
    if fields.u32()? != SIGNATURE {
        return Err(Damage::ZipStructure("an entry does not begin like one").into());
    }
    let (_needed, flags, method) = (fields.u16()?, fields.u16()?, fields.u16()?);
    fields.bytes(4)?;
    let (crc32, compressed_bytes, bytes) = (fields.u32()?, fields.u32()?, fields.u32()?);
    let (name_length, extra_length) = (usize::from(fields.u16()?), usize::from(fields.u16()?));

    let rest =
        headers.read(record.header_offset + FIXED_BYTES as u64, name_length + extra_length)?;
    let (name, extra) = rest.split_at(name_length);
    if name != record.name {
        return Err(disagree("name"));
    }
    if method != record.method {
        return Err(disagree("compression method"));
    }
    if (flags ^ record.flags) & FLAGS_ENCRYPTED != 0 {
        return Err(disagree("encryption"));
    }
    let mut extra = Extra::parse(extra)?;
    if extra.unicode_path.is_some_and(|path| path != name) {
        return Err(Damage::ZipStructure("it has two different names").into());
    }
    let has_descriptor = flags & FLAG_DESCRIPTOR != 0;
    let (bytes, compressed_bytes) = (extra.widen(bytes)?, extra.widen(compressed_bytes)?);
    // With a descriptor these may be left at zero.
    let agrees = |local: u64, central: u64| local == central || has_descriptor && local == 0;
    if !agrees(bytes, record.bytes) || !agrees(compressed_bytes, record.compressed_bytes) {
        return Err(disagree("size"));
    }
    if !agrees(crc32.into(), record.crc32.into()) {
        return Err(disagree("checksum"));
    }
    Ok((record.header_offset + (FIXED_BYTES + rest.len()) as u64, has_descriptor))
}

/// A descriptor fills the gap up to the next header, in one of its four forms, and says what the directory says.
fn check_descriptor(
    headers: &mut Headers<'_>,
    record: &Record,
    offset: u64,
    gap: u64,
) -> Result<(), Fault> {
    let Some(gap) = usize::try_from(gap).ok().filter(|gap| *gap <= MAX_DESCRIPTOR_BYTES) else {
        return Err(Damage::ZipLayout.into());
    };
    let descriptor = headers.read(offset, gap)?;
    let mut fields = Fields(&descriptor);
    if matches!(gap, 16 | 24) && fields.u32()? != DESCRIPTOR_SIGNATURE {
        return Err(Damage::ZipLayout.into());
    }
    let crc32 = fields.u32().map_err(|_| Damage::ZipLayout)?;
    let (compressed_bytes, bytes) = match gap {
        12 | 16 => (u64::from(fields.u32()?), u64::from(fields.u32()?)),
        20 | 24 => (fields.u64()?, fields.u64()?),
        _ => return Err(Damage::ZipLayout.into()),
    };
    if crc32 != record.crc32 {
        return Err(Damage::ZipHeadersDisagree("checksum").into());
    }
    if compressed_bytes != record.compressed_bytes || bytes != record.bytes {
        return Err(Damage::ZipHeadersDisagree("size").into());
    }
    Ok(())
}
