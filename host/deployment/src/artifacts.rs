//! Keeps what hooks hand in: copies it out of the enclosure.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use cap_std::fs::Dir;
use sha2::{Digest as _, Sha256};

use crate::ArtifactRecord;

/// The longest name of an artifact in bytes, so that a number and an ending still fit a file name.
const MAX_NAME_BYTES: usize = 150;

/// Why an artifact is not kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArtifactError {
    #[error("it is not a file")]
    NotAFile,
    #[error("it is larger than the limit `artifact-size` of {0} bytes")]
    TooLarge(u64),
    #[error("it cannot be read: {0}")]
    Read(io::Error),
    #[error("it cannot be kept as `{}`: {source}", .path.display())]
    Write { path: PathBuf, source: io::Error },
}

/// Copies the file at `path` below the enclosure to a new file in `folder`, named after `name`.
pub(crate) fn keep(
    enclosure: &Dir,
    path: &str,
    name: &str,
    folder: &Path,
    max_bytes: u64,
    hook: &str,
) -> Result<ArtifactRecord, ArtifactError> {
    // A hook sees its enclosure as `/`.
    let path = path.trim_start_matches('/');
    if !enclosure.metadata(path).map_err(ArtifactError::Read)?.is_file() {
        return Err(ArtifactError::NotAFile);
    }
    let source = enclosure.open(path).map_err(ArtifactError::Read)?;
    let (kept, mut target) = create(folder, &sanitised(name))?;
    let result = copy(source.into_std(), &mut target, max_bytes, &kept);
    match result {
        Ok((size, sha256)) => Ok(ArtifactRecord {
            name: name.to_owned(),
            path: kept,
            size,
            sha256,
            hook: hook.to_owned(),
        }),
        Err(error) => {
            // What could not be copied whole is not there at all; if even that fails, it is no more
            // than a file that nobody refers to.
            let _ = fs::remove_file(&kept);
            Err(error)
        }
    }
}

/// Creates a file that was not there, with a number in its name if one of the name is.
fn create(folder: &Path, name: &str) -> Result<(PathBuf, File), ArtifactError> {
    let write = |path: &Path| {
        let path = path.to_owned();
        move |source| ArtifactError::Write { path, source }
    };
    fs::create_dir_all(folder).map_err(write(folder))?;
    let mut number = 0_u32;
    loop {
        let numbered = match (number, name.rsplit_once('.')) {
            (0, _) => name.to_owned(),
            (_, Some((stem, extension))) => format!("{stem}_{number}.{extension}"),
            (_, None) => format!("{name}_{number}"),
        };
        let path = folder.join(numbered);
        match File::create_new(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(write(&path)(error)),
        }
    }
}

fn copy(
    source: File,
    target: &mut File,
    max_bytes: u64,
    path: &Path,
) -> Result<(u64, String), ArtifactError> {
    let mut source = source.take(max_bytes.saturating_add(1));
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0_u64;
    loop {
        let read = source.read(&mut buffer).map_err(ArtifactError::Read)?;
        if read == 0 {
            return Ok((size, hex::encode(hasher.finalize())));
        }
        size += read as u64;
        if size > max_bytes {
            return Err(ArtifactError::TooLarge(max_bytes));
        }
        hasher.update(&buffer[..read]);
        target
            .write_all(&buffer[..read])
            .map_err(|source| ArtifactError::Write { path: path.to_owned(), source })?;
    }
}

/// A name as one that every file system can hold and no shell or terminal stumbles over.
fn sanitised(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let safe: String = last
        .chars()
        .map(|c| if c.is_control() || ":*?\"<>|".contains(c) { '_' } else { c })
        .collect();
    let safe = safe.trim().trim_start_matches(['.', '-']);
    let mut end = safe.len().min(MAX_NAME_BYTES);
    while !safe.is_char_boundary(end) {
        end -= 1;
    }
    match &safe[..end] {
        "" => "artifact".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_harmless() {
        for (name, expected) in [
            ("report.txt", "report.txt"),
            ("../../etc/passwd", "passwd"),
            ("C:\\x\\a:b?.txt", "a_b_.txt"),
            ("..", "artifact"),
            ("-rf", "rf"),
            ("\u{1b}[2Jx", "_[2Jx"),
            ("", "artifact"),
        ] {
            assert_eq!(sanitised(name), expected, "{name:?}");
        }
        assert_eq!(sanitised(&"ä".repeat(200)).len(), MAX_NAME_BYTES);
    }

    #[test]
    fn a_file_is_copied_with_its_digest_and_a_second_gets_a_number() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let dir = crate::folders::open_root(inside.path()).unwrap();
        dir.write("r.txt", "hello").unwrap();
        let keep = |max| keep(&dir, "/r.txt", "r.txt", outside.path(), max, "h");
        let record = keep(5).unwrap();
        assert_eq!((record.size, fs::read(&record.path).unwrap()), (5, b"hello".to_vec()));
        assert_eq!(record.sha256, hex::encode(Sha256::digest("hello")));
        assert!(keep(5).unwrap().path.ends_with("r_1.txt"));
        assert!(matches!(keep(4), Err(ArtifactError::TooLarge(4))));
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 2);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_out_of_the_enclosure_is_not_followed() {
        let (inside, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink("/etc/passwd", inside.path().join("r.txt")).unwrap();
        let dir = crate::folders::open_root(inside.path()).unwrap();
        let kept = keep(&dir, "r.txt", "r.txt", outside.path(), 1_000_000, "h");
        assert!(matches!(kept, Err(ArtifactError::Read(_))));
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}
