//! `Ledger`: which paths a package has used so far; refuses duplicates, collisions and too many entries.

use std::collections::HashMap;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;

use crate::fault::Fault;
use crate::{EntryName, EntryPath, ExtractLimits, Limit, Refusal};

/// The paths seen so far.
#[derive(Debug)]
pub(crate) struct Ledger {
    max_entries: u64,
    entries: u64,
    fold: bool,
    nodes: HashMap<Box<str>, Node>,
}

#[derive(Debug)]
struct Node {
    spelled: Box<str>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A folder that something lies in, not listed so far.
    Implied,
    /// A listed folder.
    Folder,
    /// A file or link.
    Other,
}

impl Ledger {
    pub(crate) fn new(limits: &ExtractLimits) -> Self {
        Self {
            max_entries: limits.max_entries,
            entries: 0,
            fold: !limits.allow_colliding_names,
            nodes: HashMap::new(),
        }
    }

    /// Counts an entry, also one that will be skipped.
    pub(crate) fn count(&mut self) -> Result<(), Fault> {
        self.entries += 1;
        if self.entries > self.max_entries {
            return Err(Limit::Entries(self.max_entries).into());
        }
        Ok(())
    }

    /// Takes `path` for a folder or for something else. The same folder may be listed again: then the answer is `false`.
    pub(crate) fn claim(&mut self, path: &EntryPath, is_folder: bool) -> Result<bool, Refusal> {
        let spelled = path.as_str();
        let key = self.key(spelled);
        // Folding keeps the number of slashes, so the prefixes of both correspond.
        for (at_key, at_spelled) in slashes(&key).zip(slashes(spelled)) {
            self.claim_one(&key[..at_key], &spelled[..at_spelled], Kind::Implied)?;
        }
        self.claim_one(&key, spelled, if is_folder { Kind::Folder } else { Kind::Other })
    }

    /// What `path` is compared by: itself, or its folded form.
    pub(crate) fn key(&self, path: &str) -> String {
        if !self.fold {
            path.to_owned()
        } else if path.is_ascii() {
            path.to_ascii_lowercase()
        } else {
            // Canonical caseless matching: definition D145 of the Unicode standard.
            path.nfd().default_case_fold().nfd().collect()
        }
    }

    fn claim_one(&mut self, key: &str, spelled: &str, kind: Kind) -> Result<bool, Refusal> {
        let Some(node) = self.nodes.get_mut(key) else {
            self.nodes.insert(key.into(), Node { spelled: spelled.into(), kind });
            return Ok(true);
        };
        let name = || EntryName::of(node.spelled.as_bytes());
        if *node.spelled != *spelled {
            return Err(Refusal::Collision { other: name() });
        }
        match (node.kind, kind) {
            (Kind::Implied, Kind::Folder) => {
                node.kind = Kind::Folder;
                Ok(true)
            }
            (Kind::Implied | Kind::Folder, Kind::Implied | Kind::Folder) => Ok(false),
            (Kind::Other, Kind::Other) => Err(Refusal::Duplicate),
            (Kind::Other, _) | (_, Kind::Other) => Err(Refusal::NotAFolder { parent: name() }),
        }
    }
}

fn slashes(path: &str) -> impl Iterator<Item = usize> {
    path.bytes().enumerate().filter(|&(_, byte)| byte == b'/').map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim_all(limits: &ExtractLimits, paths: &[(&str, bool)]) -> Result<(), Refusal> {
        let mut ledger = Ledger::new(limits);
        for (path, is_folder) in paths {
            let spelled = EntryPath::spelled(path.as_bytes(), limits).unwrap();
            ledger.claim(&spelled.path.unwrap(), *is_folder)?;
        }
        Ok(())
    }

    #[test]
    fn names_that_some_file_system_cannot_tell_apart_collide() {
        let strict = ExtractLimits::default();
        let lax = ExtractLimits { allow_colliding_names: true, ..ExtractLimits::default() };
        for (first, second) in [
            ("a", "A"),
            ("x/é", "x/e\u{301}"),
            ("É/1", "e\u{301}/2"),
            ("STRASSE", "straße"),
            ("ΣΑΣ", "σας"),
        ] {
            let paths = [(first, false), (second, false)];
            let other = first.split('/').next().unwrap_or(first);
            let other = if first.starts_with('x') { first } else { other };
            let other = EntryName::of(other.as_bytes());
            assert_eq!(claim_all(&strict, &paths), Err(Refusal::Collision { other }), "{first}");
            assert_eq!(claim_all(&lax, &paths), Ok(()), "{first}");
        }
    }

    #[test]
    fn a_path_is_one_thing_in_either_order() {
        let limits = ExtractLimits::default();
        let both = Err(Refusal::NotAFolder { parent: EntryName::of(b"a") });
        assert_eq!(claim_all(&limits, &[("a", false), ("a/b", false)]), both);
        assert_eq!(claim_all(&limits, &[("a/b", false), ("a", false)]), both);
        assert_eq!(claim_all(&limits, &[("a", false), ("a", false)]), Err(Refusal::Duplicate));
        assert_eq!(claim_all(&limits, &[("a/b", false), ("a", true), ("a", true)]), Ok(()));
    }
}
