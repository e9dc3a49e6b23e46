//! Writes a zip: everything normalised but names, contents and the executable bit.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use ::zip::write::SimpleFileOptions;
use ::zip::{CompressionMethod, DateTime, ZipWriter};
use cap_std::fs::Dir;

use super::walk::{Item, ItemKind};
use super::{DEFAULT_TIMESTAMP_UNIX_S, PackError};

/// From this size on an entry needs 64-bit sizes. A little early, as deflate can make content longer.
const LARGE_FILE_BYTES: u64 = 0xf000_0000;

/// The latest time that a zip can hold, 2107-12-31 23:59:58 UTC.
const LAST_TIMESTAMP_UNIX_S: i64 = 4_354_819_198;

/// A zip that is being written.
pub(super) struct Writer<'a> {
    zip: ZipWriter<BufWriter<&'a mut File>>,
    options: SimpleFileOptions,
}

/// Writes all `items` of `folder` to `output`.
pub(super) fn write(
    folder: &Dir,
    items: &[Item],
    timestamp_unix_s: i64,
    output: &mut File,
) -> Result<(), PackError> {
    let mut writer = Writer::new(timestamp_unix_s, output)?;
    for item in items {
        writer.item(folder, item, item.path.as_str())?;
    }
    writer.finish()
}

impl<'a> Writer<'a> {
    pub(super) fn new(timestamp_unix_s: i64, output: &'a mut File) -> Result<Self, PackError> {
        let time = date_time(timestamp_unix_s).ok_or_else(|| {
            PackError::Write(io::Error::other("the timestamp is none that a zip can hold"))
        })?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(time);
        Ok(Self { zip: ZipWriter::new(BufWriter::new(output)), options })
    }

    /// Adds `item` under `name`.
    pub(super) fn item(&mut self, folder: &Dir, item: &Item, name: &str) -> Result<(), PackError> {
        let options = self.options.unix_permissions(item.mode());
        match &item.kind {
            ItemKind::Folder => {
                let options = options.compression_method(CompressionMethod::Stored);
                self.zip.add_directory(name, options).map_err(zip_error)
            }
            ItemKind::Link { target } => {
                let options = options.compression_method(CompressionMethod::Stored);
                self.zip.add_symlink(name, target, options).map_err(zip_error)
            }
            ItemKind::File { bytes, .. } => {
                let path = item.path.as_str();
                let mut file = folder.open(path).map_err(|error| PackError::read(path, error))?;
                let options = options.large_file(*bytes >= LARGE_FILE_BYTES);
                self.zip.start_file(name, options).map_err(zip_error)?;
                io::copy(&mut file, &mut self.zip).map_err(PackError::Write)?;
                Ok(())
            }
        }
    }

    /// Adds a file with the given content.
    pub(super) fn content(&mut self, name: &str, content: &[u8]) -> Result<(), PackError> {
        self.zip.start_file(name, self.options.unix_permissions(0o644)).map_err(zip_error)?;
        self.zip.write_all(content).map_err(PackError::Write)
    }

    pub(super) fn finish(self) -> Result<(), PackError> {
        let mut output = self.zip.finish().map_err(zip_error)?;
        output.flush().map_err(PackError::Write)
    }
}

fn zip_error(error: ::zip::result::ZipError) -> PackError {
    PackError::Write(error.into())
}

/// Seconds of Unix time as the date and time of UTC, within what a zip can hold.
fn date_time(unix_s: i64) -> Option<DateTime> {
    let unix_s = unix_s.clamp(DEFAULT_TIMESTAMP_UNIX_S, LAST_TIMESTAMP_UNIX_S);
    let (mut days, second) = (unix_s.div_euclid(86_400), unix_s.rem_euclid(86_400));
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let mut year = 1970;
    let length = |year| if is_leap(year) { 366 } else { 365 };
    while days >= length(year) {
        days -= length(year);
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    let (year, day) = (u16::try_from(year).ok()?, u8::try_from(days + 1).ok()?);
    let part = |value: i64| u8::try_from(value).ok();
    let (hour, minute) = (part(second / 3_600)?, part(second / 60 % 60)?);
    DateTime::from_date_and_time(year, month, day, hour, minute, part(second % 60)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc_and_within_what_a_zip_can_hold() {
        let text = |unix_s| date_time(unix_s).unwrap().to_string();
        assert_eq!(text(0), "1980-01-01 00:00:00");
        assert_eq!(text(1_709_251_198), "2024-02-29 23:59:58");
        assert_eq!(text(i64::MAX), "2107-12-31 23:59:58");
    }
}
