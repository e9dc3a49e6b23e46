//! `Archive`: a package file, opened once, its format known.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use crate::format::MAGIC_BYTES;
use crate::{Format, OpenError};

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
}

impl Archive {
    /// Opens the package at `path`. The format comes from the extension and is checked against the content.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let file_name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let format = Format::from_file_name(&file_name)
            .ok_or_else(|| OpenError::UnsupportedExtension { file_name: file_name.clone() })?;
        let read = |source| OpenError::Read { path: path.to_owned(), source };
        // A named pipe would block when opened, so look before.
        if !std::fs::metadata(path).map_err(read)?.is_file() {
            return Err(OpenError::NotAFile { path: path.to_owned() });
        }
        let mut file = File::open(path).map_err(read)?;
        let bytes = file.metadata().map_err(read)?.len();
        let mut start = Vec::with_capacity(MAGIC_BYTES);
        (&file).take(MAGIC_BYTES as u64).read_to_end(&mut start).map_err(read)?;
        file.seek(SeekFrom::Start(0)).map_err(read)?;
        if !format.matches(&start) {
            let found = Format::recognise(&start);
            return Err(OpenError::WrongExtension { file_name, announced: format, found });
        }
        Ok(Self { file, file_name, format, bytes })
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
}
