//! Whose signatures count, for what, and when.

use std::path::Path;

use time::OffsetDateTime;

use super::allowed_signers::{self, AllowedSignersError};
use crate::key::PublicKey;

/// A key that is trusted, within limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    /// The key.
    pub key: PublicKey,
    /// Whose it is: the principals of an allowed-signers file, or any name.
    pub signer: String,
    /// The namespaces that it may sign for, as OpenSSH patterns; `None` for all.
    pub namespaces: Option<String>,
    /// Not valid before this time.
    pub valid_after: Option<OffsetDateTime>,
    /// Not valid after this time.
    pub valid_before: Option<OffsetDateTime>,
}

impl TrustedKey {
    /// A key without limits.
    #[must_use]
    pub fn new(signer: &str, key: PublicKey) -> Self {
        let signer = signer.to_owned();
        Self { key, signer, namespaces: None, valid_after: None, valid_before: None }
    }
}

/// All keys that are trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    keys: Vec<TrustedKey>,
    ignored_lines: Vec<String>,
}

impl Trust {
    /// Trust in these keys.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = TrustedKey>) -> Self {
        Self { keys: keys.into_iter().collect(), ignored_lines: Vec::new() }
    }

    /// Reads an OpenSSH allowed-signers file: `principals [options] keytype key [comment]`, with the
    /// options `namespaces="..."`, `valid-after="..."` and `valid-before="..."`.
    ///
    /// Times without a `Z` are local time in OpenSSH and UTC here; write the `Z`. Certificate
    /// authorities and keys of unsupported kinds are left out and named by
    /// [`Trust::ignored_lines`].
    ///
    /// # Errors
    /// [`AllowedSignersError`] names the line.
    pub fn parse_allowed_signers(text: &str) -> Result<Self, AllowedSignersError> {
        let (keys, ignored_lines) = allowed_signers::parse(text)?;
        Ok(Self { keys, ignored_lines })
    }

    /// As [`Trust::parse_allowed_signers`], from a file.
    ///
    /// # Errors
    /// [`AllowedSignersError`].
    pub fn read_allowed_signers(path: &Path) -> Result<Self, AllowedSignersError> {
        let text = std::fs::read_to_string(path).map_err(|source| AllowedSignersError::Io {
            path: path.display().to_string(),
            source,
        })?;
        Self::parse_allowed_signers(&text)
    }

    /// The trusted keys.
    #[must_use]
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }

    /// The lines that were left out, each with the reason.
    #[must_use]
    pub fn ignored_lines(&self) -> &[String] {
        &self.ignored_lines
    }

    /// All entries for one key: during a rotation there can be several with different times.
    pub(super) fn entries(&self, key: &PublicKey) -> Vec<&TrustedKey> {
        self.keys.iter().filter(|entry| entry.key == *key).collect()
    }
}
