//! `Contents`: what is known of the content of files in the enclosure.

use std::collections::HashMap;

use cofferdam_package::Manifest;

use crate::{Change, ChangeKind};

/// The digests of the files in the enclosure that are known: what the package says, and what hooks
/// changed since.
#[derive(Debug, Default)]
pub(crate) struct Contents(HashMap<String, [u8; 32]>);

impl Contents {
    /// What a package says of its files.
    pub(crate) fn of_package(manifest: &Manifest) -> Self {
        let digest = |entry: &cofferdam_package::ManifestEntry| {
            Some((entry.path.to_string(), *entry.sha256()?.as_bytes()))
        };
        Self(manifest.files.iter().filter_map(digest).collect())
    }

    /// Completes changes with the digests from before them, and takes them over.
    pub(crate) fn note(&mut self, changes: &mut [Change]) {
        for change in changes {
            let before = self.0.remove(&change.path);
            if change.what != ChangeKind::Added {
                change.sha256_before = before.map(hex::encode);
            }
            let mut digest = [0; 32];
            let after = change.sha256.as_deref();
            if after.is_some_and(|after| hex::decode_to_slice(after, &mut digest).is_ok()) {
                self.0.insert(change.path.clone(), digest);
            }
        }
    }
}
