//! The key that authenticates the cache's entries: 32 random bytes in a file of mode 0600.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use hmac::{Hmac, KeyInit};
use sha2::Sha256;

use super::folder::check_private;
use crate::CacheError;

const KEY_BYTES: usize = 32;
const FILE_NAME: &str = "key";

/// The key of one cache.
pub(super) struct Key([u8; KEY_BYTES]);

impl Key {
    /// Reads the key, or makes one.
    ///
    /// # Errors
    /// When it cannot be read or made, is not a key, or others may write it.
    pub(super) fn open(folder: &Path) -> Result<Self, CacheError> {
        let path = folder.join(FILE_NAME);
        match File::open(&path) {
            Ok(file) => Self::read(&path, file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::create(folder, &path),
            Err(source) => Err(CacheError::Io { doing: "open", path, source }),
        }
    }

    fn read(path: &Path, mut file: File) -> Result<Self, CacheError> {
        let io = |source| CacheError::Io { doing: "read", path: path.to_owned(), source };
        check_private(path, &file.metadata().map_err(io)?)?;
        let mut bytes = Vec::with_capacity(KEY_BYTES + 1);
        Read::by_ref(&mut file).take(KEY_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(io)?;
        match bytes.try_into() {
            Ok(key) => Ok(Self(key)),
            Err(_) => Err(CacheError::Key { path: path.to_owned() }),
        }
    }

    /// Makes a key in a temporary file and links it to its name, so that of two processes that do
    /// so at once one wins, and nobody reads half a key.
    fn create(folder: &Path, path: &Path) -> Result<Self, CacheError> {
        let io = |source| CacheError::Io { doing: "make", path: path.to_owned(), source };
        let key = random_bytes().map_err(io)?;
        let temporary = folder.join(format!("{FILE_NAME}.{}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary).map_err(io)?;
        file.write_all(&key).map_err(io)?;
        let linked = fs::hard_link(&temporary, path);
        fs::remove_file(&temporary).map_err(io)?;
        match linked {
            Ok(()) => Ok(Self(key)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Self::read(path, File::open(path).map_err(io)?)
            }
            Err(source) => Err(io(source)),
        }
    }

    /// Begins a MAC.
    pub(super) fn mac(&self) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        Hmac::<Sha256>::new_from_slice(&self.0).expect("any length will do")
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(***)")
    }
}

#[cfg(unix)]
fn random_bytes() -> io::Result<[u8; KEY_BYTES]> {
    let mut bytes = [0; KEY_BYTES];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// The standard library's hasher keys are the random numbers of the operating system that can be
/// had without a further dependency; each is 128 bits of them.
#[cfg(not(unix))]
fn random_bytes() -> io::Result<[u8; KEY_BYTES]> {
    use std::hash::{BuildHasher, Hasher, RandomState};

    let mut bytes = [0; KEY_BYTES];
    for part in bytes.chunks_mut(8) {
        part.copy_from_slice(&RandomState::new().build_hasher().finish().to_le_bytes());
    }
    Ok(bytes)
}
