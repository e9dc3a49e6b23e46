//! Writes a tar: everything normalised but names, contents and the executable bit.

use std::io::{self, Read, Write};

use ::tar::{Builder, EntryType, Header};
use cap_std::fs::Dir;

use super::PackError;
use super::walk::{Item, ItemKind};

/// Writes all `items` of `folder` to `output`.
pub(super) fn write(
    folder: &Dir,
    items: &[Item],
    timestamp_unix_s: i64,
    output: impl Write,
) -> Result<(), PackError> {
    let mut tar = Builder::new(output);
    for item in items {
        let path = item.path.as_str();
        // The GNU form: names of any length, and what every reader understands.
        let mut header = Header::new_gnu();
        header.set_mode(item.mode());
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(u64::try_from(timestamp_unix_s).unwrap_or(0));
        header.set_size(0);
        let written = match &item.kind {
            ItemKind::Folder => {
                header.set_entry_type(EntryType::Directory);
                tar.append_data(&mut header, format!("{path}/"), io::empty())
            }
            ItemKind::Link { target } => {
                header.set_entry_type(EntryType::Symlink);
                tar.append_link(&mut header, path, target)
            }
            ItemKind::File { bytes, .. } => {
                header.set_entry_type(EntryType::Regular);
                header.set_size(*bytes);
                let file = folder.open(path).map_err(|error| PackError::read(path, error))?;
                let mut content = Exactly { file, left: *bytes, failure: None };
                let written = tar.append_data(&mut header, path, &mut content);
                if let Some(failure) = content.failure {
                    return Err(PackError::read(path, failure));
                }
                written
            }
        };
        written.map_err(PackError::Write)?;
    }
    tar.into_inner().and_then(|mut output| output.flush()).map_err(PackError::Write)
}

/// A file's content, as many bytes as the header says even if the file grows meanwhile; if it shrinks, that fails.
struct Exactly<R> {
    file: R,
    left: u64,
    failure: Option<io::Error>,
}

impl<R: Read> Read for Exactly<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let outcome = match self.file.read(&mut buffer[..most]) {
            Ok(0) => Err(io::Error::other("the file became shorter while it was packed")),
            other => other,
        };
        match outcome {
            Ok(count) => {
                self.left -= count as u64;
                Ok(count)
            }
            Err(error) => {
                let kind = error.kind();
                self.failure = (kind != io::ErrorKind::Interrupted).then_some(error);
                Err(kind.into())
            }
        }
    }
}
