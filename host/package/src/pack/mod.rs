//! `pack`: a folder made into a package, the same bytes for the same input.

mod error;
mod nupkg;
mod tar;
mod walk;
mod zip;

use std::fs::File;
use std::io::{self, Read as _, Seek as _};

use cap_std::fs::Dir;
use sha2::{Digest as _, Sha256};

use crate::package_reader::CHUNK_BYTES;
use crate::{Format, Identity, Sha256Digest};
use walk::walk;

pub use error::PackError;

/// gzip's own default: half of the time of the best level, within two per cent of its size.
const GZIP_LEVEL: u32 = 6;

/// Packages are written once and read often; higher levels take several times longer for a few per cent.
const ZSTD_LEVEL: i32 = 9;

/// 1980-01-01 00:00:00 UTC, the earliest time that a zip can hold, in seconds of Unix time.
pub const DEFAULT_TIMESTAMP_UNIX_S: i64 = 315_532_800;

/// What to make of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackOptions {
    /// Id and version: the file's name, and the nuspec of a `.nupkg`.
    pub identity: Identity,
    /// The archive format. All but `tar.bz2` can be written.
    pub format: Format,
    /// The modification time of every entry, in seconds of Unix time. [`PackOptions::new`] takes
    /// [`DEFAULT_TIMESTAMP_UNIX_S`]; zip formats hold nothing earlier than that.
    pub timestamp_unix_s: i64,
}

impl PackOptions {
    /// Options with the default timestamp.
    pub fn new(identity: Identity, format: Format) -> Self {
        Self { identity, format, timestamp_unix_s: DEFAULT_TIMESTAMP_UNIX_S }
    }

    /// The name that the package file should have: `Acme.Web.1.0.0.tar.gz`.
    pub fn file_name(&self) -> String {
        format!("{}.{}{}", self.identity.id, self.identity.version, self.format.extension())
    }
}

/// What [`pack`] wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Bytes of the package.
    pub bytes: u64,
    /// Digest of the package.
    pub sha256: Sha256Digest,
    /// Files, folders and links in it.
    pub entries: u64,
}

/// Packs everything in `folder` into `output`, an empty file outside the folder that is open for reading and writing.
///
/// The bytes depend on names, contents, executable bits and `options` alone: entries are sorted, and times, owners
/// and modes are normalised.
///
/// # Errors
/// See [`PackError`]. Links that leave the folder, and whatever is no file, folder or link, are refused.
pub fn pack(folder: &Dir, output: &mut File, options: &PackOptions) -> Result<Packed, PackError> {
    let items = walk(folder, options.format)?;
    let time = options.timestamp_unix_s;
    match options.format {
        Format::Tar => tar::write(folder, &items, time, &mut *output)?,
        Format::TarGz => {
            let level = flate2::Compression::new(GZIP_LEVEL);
            let mut encoder = flate2::write::GzEncoder::new(&mut *output, level);
            tar::write(folder, &items, time, &mut encoder)?;
            encoder.finish().map_err(PackError::Write)?;
        }
        Format::TarZst => {
            let mut encoder = zstd::stream::write::Encoder::new(&mut *output, ZSTD_LEVEL)
                .map_err(PackError::Write)?;
            encoder.include_checksum(true).map_err(PackError::Write)?;
            tar::write(folder, &items, time, &mut encoder)?;
            encoder.finish().map_err(PackError::Write)?;
        }
        Format::Zip => zip::write(folder, &items, time, &mut *output)?,
        Format::Nupkg => nupkg::write(folder, &items, options, &mut *output)?,
        Format::TarBz2 => return Err(PackError::Format(options.format)),
    }
    let (bytes, sha256) = digest(output).map_err(PackError::Write)?;
    Ok(Packed { bytes, sha256, entries: items.len() as u64 })
}

/// Length and digest of what was written: read back, since zip writers go back to fill in sizes.
fn digest(output: &mut File) -> io::Result<(u64, Sha256Digest)> {
    output.rewind()?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; CHUNK_BYTES];
    let mut bytes = 0;
    loop {
        match output.read(&mut buffer)? {
            0 => return Ok((bytes, Sha256Digest::from_bytes(hasher.finalize().into()))),
            count => {
                hasher.update(&buffer[..count]);
                bytes += count as u64;
            }
        }
    }
}
