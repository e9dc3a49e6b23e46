//! `Archive`: a package file, opened once, its format known.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::SystemTime;

use crate::contents::Contents;
use crate::format::MAGIC_BYTES;
use crate::observer::Observer;
use crate::sink::Sink;
use crate::{ExtractError, ExtractLimits, Format, Identity, IdentityError, OpenError};

/// An open package file whose first bytes agree with its extension.
///
/// It may be read any number of times (first [`scan`](crate::scan), then [`extract`](crate::extract)) and
/// always reads the file that was opened, also if its path is given to another file in between.
#[derive(Debug)]
pub struct Archive {
    pub(crate) file: File,
    pub(crate) file_name: String,
    pub(crate) format: Format,
    pub(crate) bytes: u64,
    modified: Option<SystemTime>,
}

impl Archive {
    /// Opens the package at `path`. The format comes from the extension and is checked against the content.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let file_name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let read = |source| OpenError::Read { path: path.to_owned(), source };
        // A named pipe would block when opened, so look before.
        let kind = std::fs::metadata(path).map_err(read)?.file_type();
        if kind.is_dir() {
            return Err(OpenError::Folder { path: path.to_owned() });
        }
        let format = Format::from_file_name(&file_name)
            .ok_or_else(|| OpenError::UnsupportedExtension { file_name: file_name.clone() })?;
        if !kind.is_file() {
            return Err(OpenError::NotAFile { path: path.to_owned() });
        }
        let file = File::open(path).map_err(read)?;
        let metadata = file.metadata().map_err(read)?;
        let mut start = Vec::with_capacity(MAGIC_BYTES);
        (&file).take(MAGIC_BYTES as u64).read_to_end(&mut start).map_err(read)?;
        if start.is_empty() {
            return Err(OpenError::Empty { file_name });
        }
        if !format.matches(&start) {
            let found = Format::recognise(&start);
            return Err(OpenError::WrongExtension { file_name, announced: format, found });
        }
        Ok(Self {
            file,
            file_name,
            format,
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
        })
    }

    /// The file's name without folders.
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// The archive format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Bytes of the package file.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Who the package says it is: by the nuspec of a `.nupkg`, else by the file name. Reads little, writes nothing.
    ///
    /// # Errors
    /// See [`IdentityError`]; for a `.nupkg` that is hostile or damaged, [`IdentityError::Nuspec`] says so.
    pub fn identity(&self, limits: &ExtractLimits) -> Result<Identity, IdentityError> {
        match self.format {
            Format::Nupkg => crate::zip::identity(self, limits),
            _ => Identity::from_file_name(&self.file_name),
        }
    }

    /// Reads all entries into `sink`, with every check.
    pub(crate) fn read(
        &self,
        limits: &ExtractLimits,
        sink: &mut (impl Sink + Send),
        observer: &mut Observer<'_>,
    ) -> Result<Contents, ExtractError> {
        if self.format.is_zip() {
            crate::zip::read(self, limits, sink, observer)
        } else {
            crate::tar::read(self, limits, sink, observer)
        }
    }

    /// Refuses a file that somebody wrote to since it was opened: what was checked may not be what was read.
    pub(crate) fn check_unchanged(&self) -> Result<(), ExtractError> {
        let now = self.file.metadata().map_err(ExtractError::Read)?;
        if now.len() != self.bytes || now.modified().ok() != self.modified {
            return Err(ExtractError::PackageChanged);
        }
        Ok(())
    }
}
