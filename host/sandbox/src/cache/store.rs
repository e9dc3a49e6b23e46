//! The entries of the cache: facts and compiled code, under one MAC.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::folder;
use super::key::Key;
use crate::{CacheError, Digest, ModuleFacts};

/// What every MAC begins with, so that a MAC made for anything else is none.
const MAC_DOMAIN: &[u8] = b"cofferdam compiled code 1\0";

const MAC_BYTES: usize = 32;

/// The largest facts file; ten thousand imports fit.
const MAX_FACTS_BYTES: u64 = 4 * 1024 * 1024;

/// The largest compiled code: three times the largest module that the defaults allow, with room.
const MAX_CODE_BYTES: u64 = 1024 * 1024 * 1024;

/// How much is read at a time when the MAC is checked.
const READ_BYTES: usize = 256 * 1024;

/// Compiled code on disk.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
    key: Key,
    /// What the code depends on besides the module.
    engine: [u8; 32],
}

/// One module's facts, and its compiled code as an open file at its beginning.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) facts: ModuleFacts,
    pub(crate) code: File,
    /// Where the code is, for operating systems that pass no descriptors.
    pub(crate) code_path: PathBuf,
}

impl Cache {
    /// Opens the cache, for code of one engine.
    ///
    /// # Errors
    /// When the folder or its key cannot be used, or are open to others.
    pub(crate) fn open(path: &Path, engine: [u8; 32]) -> Result<Self, CacheError> {
        folder::open(path)?;
        Ok(Self { folder: path.to_owned(), key: Key::open(path)?, engine })
    }

    /// The entry for a module, when there is one that verifies. One that does not is as good as
    /// none: it is removed, and the module is compiled again.
    ///
    /// # Errors
    /// When the folder became open to others, or reading fails.
    pub(crate) fn load(&self, digest: Digest) -> Result<Option<Entry>, CacheError> {
        folder::open(&self.folder)?;
        let (facts_path, code_path) = self.paths(digest);
        let opened = match (File::open(&facts_path), File::open(&code_path)) {
            (Ok(facts), Ok(code)) => Some((facts, code)),
            _ => None,
        };
        let Some((facts, code)) = opened else { return Ok(None) };
        let io = |source| CacheError::Io { doing: "read", path: code_path.clone(), source };
        let verified = self.verify(digest, facts, code).map_err(io)?;
        let entry =
            verified.map(|(facts, code)| Entry { facts, code, code_path: code_path.clone() });
        if entry.is_none() {
            // Either may be gone already.
            let _ = fs::remove_file(&facts_path);
            let _ = fs::remove_file(&code_path);
        }
        Ok(entry)
    }

    /// Keeps compiled code, and returns the entry.
    ///
    /// # Errors
    /// When writing fails.
    pub(crate) fn store(&self, facts: ModuleFacts, code: &[u8]) -> Result<Entry, CacheError> {
        let (facts_path, code_path) = self.paths(facts.digest);
        let io = |source| CacheError::Io { doing: "write", path: code_path.clone(), source };
        let facts_bytes = encode_facts(&facts).map_err(io)?;
        let mut mac = self.mac(facts.digest, &facts_bytes, code.len() as u64);
        mac.update(code);
        let mut facts_file = facts_bytes;
        facts_file.extend_from_slice(&mac.finalize().into_bytes());
        // The code first: facts without code are found by nobody.
        let code_file = replace(&code_path, code).map_err(io)?;
        replace(&facts_path, &facts_file).map_err(io)?;
        Ok(Entry { facts, code: code_file, code_path })
    }

    fn verify(
        &self,
        digest: Digest,
        facts: File,
        mut code: File,
    ) -> io::Result<Option<(ModuleFacts, File)>> {
        let mut facts_bytes = Vec::new();
        facts.take(MAX_FACTS_BYTES).read_to_end(&mut facts_bytes)?;
        let length = code.metadata()?.len();
        let Some(split) = facts_bytes.len().checked_sub(MAC_BYTES) else { return Ok(None) };
        if length > MAX_CODE_BYTES {
            return Ok(None);
        }
        let (facts_bytes, expected) = facts_bytes.split_at(split);
        let mut mac = self.mac(digest, facts_bytes, length);
        let mut block = vec![0; READ_BYTES];
        loop {
            match code.read(&mut block)? {
                0 => break,
                read => mac.update(&block[..read]),
            }
        }
        if mac.verify_slice(expected).is_err() {
            return Ok(None);
        }
        code.rewind()?;
        match decode_facts(facts_bytes) {
            Some(facts) if facts.digest == digest => Ok(Some((facts, code))),
            _ => Ok(None),
        }
    }

    /// A MAC over everything but the code, which the caller adds.
    fn mac(&self, digest: Digest, facts: &[u8], code_length: u64) -> Hmac<Sha256> {
        let mut mac = self.key.mac();
        mac.update(MAC_DOMAIN);
        mac.update(&self.engine);
        mac.update(digest.as_bytes());
        mac.update(&(facts.len() as u64).to_le_bytes());
        mac.update(facts);
        mac.update(&code_length.to_le_bytes());
        mac
    }

    fn paths(&self, digest: Digest) -> (PathBuf, PathBuf) {
        // Two engines share a folder; eight bytes of the hash tell them apart, the MAC for sure.
        let name = format!("{digest}-{}", hex::encode(&self.engine[..8]));
        (self.folder.join(format!("{name}.facts")), self.folder.join(format!("{name}.code")))
    }
}

/// Writes a new file under a name of its own and renames it, so that a file is whole or missing.
/// Returns it open for reading.
fn replace(path: &Path, content: &[u8]) -> io::Result<File> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    let temporary = path.with_extension(format!("{}-{number}", std::process::id()));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    let written = file.write_all(content).and_then(|()| fs::rename(&temporary, path));
    if let Err(error) = written {
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    // A descriptor that can only read is what workers get.
    file = File::open(path)?;
    Ok(file)
}

fn encode_facts(facts: &ModuleFacts) -> io::Result<Vec<u8>> {
    postcard::to_allocvec(facts).map_err(io::Error::other)
}

fn decode_facts(bytes: &[u8]) -> Option<ModuleFacts> {
    postcard::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::ModuleKind;

    const CODE: &[u8] = b"pretend that this is native code";

    fn facts() -> ModuleFacts {
        ModuleFacts {
            digest: Digest::of(b"a module"),
            size: 8,
            kind: ModuleKind::Preview1Module,
            imports: Vec::new(),
            uses: BTreeSet::new(),
            manifest: None,
        }
    }

    fn cache(root: &tempfile::TempDir) -> Cache {
        Cache::open(&root.path().join("cache"), [7; 32]).unwrap()
    }

    #[test]
    fn what_was_stored_is_loaded_by_the_same_engine_only() {
        let root = tempfile::tempdir().unwrap();
        cache(&root).store(facts(), CODE).unwrap();
        let mut entry = cache(&root).load(facts().digest).unwrap().unwrap();
        let mut code = Vec::new();
        entry.code.read_to_end(&mut code).unwrap();
        assert_eq!((entry.facts, code.as_slice()), (facts(), CODE));
        assert!(cache(&root).load(Digest::of(b"another")).unwrap().is_none());
        let other = Cache::open(&root.path().join("cache"), [8; 32]).unwrap();
        assert!(other.load(facts().digest).unwrap().is_none());
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let root = tempfile::tempdir().unwrap();
        let (facts_path, code_path) = cache(&root).paths(facts().digest);
        for path in [&facts_path, &code_path] {
            cache(&root).store(facts(), CODE).unwrap();
            let length = fs::read(path).unwrap().len();
            for position in 0..length {
                cache(&root).store(facts(), CODE).unwrap();
                let mut bytes = fs::read(path).unwrap();
                bytes[position] ^= 1;
                fs::write(path, &bytes).unwrap();
                let loaded = cache(&root).load(facts().digest).unwrap();
                assert!(loaded.is_none(), "byte {position} of {}", path.display());
                assert!(!code_path.exists(), "the tampered entry stays");
            }
        }
    }

    #[test]
    fn an_entry_under_another_name_is_not_loaded() {
        let root = tempfile::tempdir().unwrap();
        let cache = cache(&root);
        cache.store(facts(), CODE).unwrap();
        let other = Digest::of(b"another");
        let (from, to) = (cache.paths(facts().digest), cache.paths(other));
        fs::copy(from.0, to.0).unwrap();
        fs::copy(from.1, to.1).unwrap();
        assert!(cache.load(other).unwrap().is_none());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_others_may_write_is_refused() {
        use std::os::unix::fs::PermissionsExt;

        let root = tempfile::tempdir().unwrap();
        let cache = cache(&root);
        cache.store(facts(), CODE).unwrap();
        let folder = root.path().join("cache");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o770)).unwrap();
        let error = cache.load(facts().digest).unwrap_err();
        assert!(error.to_string().contains("can be written by others (mode 0770)"), "{error}");
        assert!(Cache::open(&folder, [7; 32]).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_write_or_that_is_none_is_refused() {
        use std::os::unix::fs::PermissionsExt;

        let root = tempfile::tempdir().unwrap();
        drop(cache(&root));
        let folder = root.path().join("cache");
        let key = folder.join("key");
        assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&key, fs::Permissions::from_mode(0o666)).unwrap();
        assert!(matches!(Cache::open(&folder, [7; 32]), Err(CacheError::Exposed { .. })));
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(&key, "short").unwrap();
        assert!(matches!(Cache::open(&folder, [7; 32]), Err(CacheError::Key { .. })));
    }
}
