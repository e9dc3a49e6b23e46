//! `PlanKey`: the secret that the digest of the variables in a plan is keyed with.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use cofferdam_variables::VariableSet;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

const KEY_BYTES: usize = 32;

/// The secret that the digest of the variables in a plan is keyed with.
///
/// A plan is a file that people send around. A plain digest of variables would let anybody who has
/// the plan try passwords against it; with a key that stays on the machine, it says nothing to
/// others. So a plan is made where it will be run.
#[derive(Clone)]
pub struct PlanKey([u8; KEY_BYTES]);

/// A key file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the key for plans `{}` cannot be {doing}: {source}", .path.display())]
pub struct PlanKeyError {
    /// The file.
    pub path: PathBuf,
    /// What was attempted.
    pub doing: &'static str,
    /// What the operating system says.
    pub source: io::Error,
}

impl PlanKey {
    /// A new key, for plans that are not kept.
    ///
    /// # Errors
    /// When the operating system has no random numbers.
    pub fn generate() -> io::Result<Self> {
        let mut key = [0; KEY_BYTES];
        getrandom::fill(&mut key).map_err(io::Error::from)?;
        Ok(Self(key))
    }

    /// The key in a file, which is made, for this user alone, if it is not there.
    ///
    /// # Errors
    /// See [`PlanKeyError`].
    pub fn load_or_create(path: &Path) -> Result<Self, PlanKeyError> {
        let error = |doing| move |source| PlanKeyError { path: path.to_owned(), doing, source };
        match File::open(path) {
            Ok(file) => Self::read(file).map_err(error("read")),
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => {
                let key = Self::generate().map_err(error("made"))?;
                match key.write(path) {
                    // Another process made it in the meantime.
                    Err(exists) if exists.kind() == io::ErrorKind::AlreadyExists => {
                        File::open(path).and_then(Self::read).map_err(error("read"))
                    }
                    result => result.map_err(error("written")).map(|()| key),
                }
            }
            Err(other) => Err(error("opened")(other)),
        }
    }

    fn read(mut file: File) -> io::Result<Self> {
        let mut key = [0; KEY_BYTES];
        file.read_exact(&mut key)?;
        Ok(Self(key))
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        options.open(path)?.write_all(&self.0)
    }

    /// The keyed digest of all variables: names, values, marks and order.
    pub(super) fn digest(&self, variables: &VariableSet) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("any length");
        let mut field = |bytes: &[u8]| {
            mac.update(&(bytes.len() as u64).to_be_bytes());
            mac.update(bytes);
        };
        for definition in variables.definitions() {
            field(definition.name.as_bytes());
            let value = definition.value;
            field(&[
                u8::from(value.expose().is_some()),
                u8::from(value.is_sensitive()),
                u8::from(definition.literal),
            ]);
            field(value.expose_or_empty().as_bytes());
        }
        hex::encode(mac.finalize().into_bytes())
    }
}

impl fmt::Debug for PlanKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlanKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use cofferdam_variables::Value;

    use super::*;

    #[test]
    fn the_key_is_made_once_and_for_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.key");
        let (one, two) =
            (PlanKey::load_or_create(&path).unwrap(), PlanKey::load_or_create(&path).unwrap());
        assert_eq!(one.0, two.0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn every_difference_counts_and_another_key_gives_another_digest() {
        let key = PlanKey([1; KEY_BYTES]);
        let digest = |name, value: &Value| {
            let mut set = VariableSet::new();
            set.set(name, value.clone());
            key.digest(&set)
        };
        let digests = [
            digest("A", &Value::plain("1")),
            digest("A1", &Value::plain("")),
            digest("A", &Value::sensitive("1")),
            digest("A", &Value::null()),
            digest("A", &Value::plain("")),
            PlanKey([2; KEY_BYTES]).digest(&VariableSet::new()),
            key.digest(&VariableSet::new()),
        ];
        for (index, one) in digests.iter().enumerate() {
            assert!(!digests[..index].contains(one), "{index}");
        }
    }
}
