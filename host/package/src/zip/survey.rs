//! `Survey`: a zip's directory, every entry judged and located, before any content is decoded.

use std::ops::Range;
use std::time::SystemTime;

use crate::archive::Archive;
use crate::entry::{self, Entry, Shape};
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::limits::RATIO_FREE_BYTES;
use crate::zip::central::{self, FLAGS_ENCRYPTED, METHOD_DEFLATED, METHOD_STORED, Record};
use crate::zip::content::Inflater;
use crate::zip::{end_record, layout};
use crate::{
    Damage, EntryPath, ExtractError, ExtractLimits, Format, Limit, Refusal, links, nupkg_names,
    percent,
};

/// A deflated folder may have this much data, which says "nothing": some Java writers do that.
const EMPTY_DEFLATE_BYTES: u64 = 2;

/// What is in a zip.
#[derive(Debug)]
pub(crate) struct Survey {
    /// Folders and links, in the directory's order.
    pub(crate) others: Vec<Entry>,
    /// Files, in the order of their data.
    pub(crate) files: Vec<Stored>,
    /// The nuspecs in the root of a `.nupkg`.
    pub(crate) nuspecs: Vec<(Record, Range<u64>)>,
    pub(crate) ledger: Ledger,
}

/// A file and where its data is.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) entry: Entry,
    pub(crate) record: Record,
    pub(crate) data: Range<u64>,
}

/// Reads and checks everything in `archive` but the content of files.
pub(crate) fn survey(archive: &Archive, limits: &ExtractLimits) -> Result<Survey, ExtractError> {
    let whole = |fault: Fault| fault.of_package(&archive.file_name);
    let directory = end_record::find(&archive.file, archive.bytes).map_err(whole)?;
    let records = central::read(&archive.file, &directory, limits).map_err(whole)?;
    let at_record = |(at, fault): (usize, Fault)| match records.get(at) {
        Some(record) => fault.at(&record.name),
        None => whole(fault),
    };
    let ranges =
        layout::data_ranges(&archive.file, &records, directory.range.start).map_err(at_record)?;
    check_sizes(&records, archive.bytes, limits).map_err(at_record)?;

    let now = SystemTime::now();
    let mut survey = Survey {
        others: Vec::new(),
        files: Vec::new(),
        nuspecs: Vec::new(),
        ledger: Ledger::new(limits),
    };
    let mut inflater = Inflater::new();
    for (record, data) in records.into_iter().zip(ranges) {
        let name = record.name.clone();
        let judge = || survey.add(archive, record, data, limits, now, &mut inflater);
        judge().map_err(|fault| fault.at(&name))?;
    }
    survey.files.sort_unstable_by_key(|file| file.data.start);
    Ok(survey)
}

impl Survey {
    fn add(
        &mut self,
        archive: &Archive,
        record: Record,
        data: Range<u64>,
        limits: &ExtractLimits,
        now: SystemTime,
        inflater: &mut Inflater,
    ) -> Result<(), Fault> {
        self.ledger.count()?;
        let is_nupkg = archive.format == Format::Nupkg;
        let spelled = if is_nupkg {
            // A `.nupkg` follows the Open Packaging Conventions, where entry names are encoded like addresses.
            EntryPath::spelled(&percent::decode(&record.name), limits)?
        } else {
            EntryPath::spelled(&record.name, limits)?
        };
        if record.flags & FLAGS_ENCRYPTED != 0 {
            return Err(Refusal::Encrypted.into());
        }
        if !matches!(record.method, METHOD_STORED | METHOD_DEFLATED) {
            return Err(Refusal::CompressionMethod(record.method).into());
        }
        let kind = kind(&record, spelled.ends_with_slash)?;
        let Some(path) = spelled.path else {
            return match kind {
                Kind::Directory => Ok(()),
                Kind::File | Kind::Symlink => Err(Refusal::EmptyName.into()),
            };
        };
        if is_nupkg && nupkg_names::is_metadata(path.as_str()) {
            if nupkg_names::is_nuspec(path.as_str()) && matches!(kind, Kind::File) {
                self.nuspecs.push((record, data));
            }
            return Ok(());
        }
        let is_new = self.ledger.claim(&path, matches!(kind, Kind::Directory))?;
        let modified = record.modified_unix_s.and_then(|time| entry::modified(time, now));
        let permissions = record.unix_mode.filter(|mode| mode & 0o777 != 0);
        let (mode, shape) = match kind {
            Kind::Directory if !is_new => return Ok(()),
            Kind::Directory => {
                (entry::directory_mode(permissions.unwrap_or(0o755)), Shape::Directory)
            }
            Kind::Symlink => {
                let target = link_target(archive, &record, data, limits, inflater)?;
                self.others.push(Entry {
                    path,
                    mode: entry::LINK_MODE,
                    modified,
                    shape: Shape::Symlink { target },
                });
                return Ok(());
            }
            Kind::File if record.bytes > limits.max_file_bytes => {
                return Err(Limit::FileBytes(limits.max_file_bytes).into());
            }
            Kind::File => {
                let shape = Shape::File { declared_bytes: record.bytes };
                let mode = entry::file_mode(permissions.unwrap_or(0o644));
                self.files.push(Stored {
                    entry: Entry { path, mode, modified, shape },
                    record,
                    data,
                });
                return Ok(());
            }
        };
        self.others.push(Entry { path, mode, modified, shape });
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    File,
    Directory,
    Symlink,
}

/// File types of Unix modes.
mod unix_type {
    pub(super) const MASK: u32 = 0o170_000;
    pub(super) const FIFO: u32 = 0o010_000;
    pub(super) const CHARACTER_DEVICE: u32 = 0o020_000;
    pub(super) const DIRECTORY: u32 = 0o040_000;
    pub(super) const BLOCK_DEVICE: u32 = 0o060_000;
    pub(super) const FILE: u32 = 0o100_000;
    pub(super) const SYMLINK: u32 = 0o120_000;
}

/// What an entry is, by its name's last slash and its Unix mode, which must agree.
fn kind(record: &Record, ends_with_slash: bool) -> Result<Kind, Refusal> {
    let is_empty = record.bytes == 0
        && (record.compressed_bytes == 0
            || record.method == METHOD_DEFLATED && record.compressed_bytes == EMPTY_DEFLATE_BYTES);
    match (record.unix_mode.unwrap_or(0) & unix_type::MASK, ends_with_slash) {
        (0 | unix_type::DIRECTORY, true) if is_empty => Ok(Kind::Directory),
        (0 | unix_type::FILE, false) => Ok(Kind::File),
        (unix_type::SYMLINK, false) => Ok(Kind::Symlink),
        (unix_type::FIFO, _) => Err(Refusal::Fifo),
        (unix_type::CHARACTER_DEVICE | unix_type::BLOCK_DEVICE, _) => Err(Refusal::Device),
        (0 | unix_type::DIRECTORY | unix_type::FILE | unix_type::SYMLINK, _) => {
            Err(Refusal::Contradiction)
        }
        (other, _) => Err(Refusal::UnknownType(other)),
    }
}

/// A link's content is its target.
fn link_target(
    archive: &Archive,
    record: &Record,
    data: Range<u64>,
    limits: &ExtractLimits,
    inflater: &mut Inflater,
) -> Result<String, Fault> {
    if record.bytes > limits.max_path_bytes as u64 {
        return Err(Limit::PathBytes(limits.max_path_bytes).into());
    }
    let mut target = Vec::new();
    inflater.read(&archive.file, record, data, &mut |bytes| {
        target.extend_from_slice(bytes);
        Ok(())
    })?;
    links::target(&target, limits)
}

/// Declared sizes are binding for the decoder, so what is too much is known beforehand. The error
/// comes with the position of the record at which it becomes too much.
fn check_sizes(
    records: &[Record],
    package_bytes: u64,
    limits: &ExtractLimits,
) -> Result<(), (usize, Fault)> {
    let by_ratio = package_bytes.saturating_mul(limits.max_ratio).max(RATIO_FREE_BYTES);
    let mut total = 0_u64;
    for (at, record) in records.iter().enumerate() {
        total = total.saturating_add(record.bytes);
        if total > limits.max_total_bytes {
            return Err((at, Limit::TotalBytes(limits.max_total_bytes).into()));
        }
        if total > by_ratio {
            return Err((at, Limit::Ratio(limits.max_ratio).into()));
        }
        // An encrypted entry is longer by the cipher's header; it is refused as what it is.
        let is_plain = record.method == METHOD_STORED && record.flags & FLAGS_ENCRYPTED == 0;
        if is_plain && record.bytes != record.compressed_bytes {
            let what = Damage::ZipStructure("a stored entry has two different sizes");
            return Err((at, what.into()));
        }
    }
    Ok(())
}
