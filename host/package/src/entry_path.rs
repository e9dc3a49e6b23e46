//! `EntryPath`: a path inside a package that cannot lead out of the folder it is extracted to.

use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::fault::Fault;
use crate::limits::MAX_COMPONENT_BYTES;
use crate::{ExtractLimits, Limit, Refusal, windows_names};

/// A relative path of one or more normal components, `/` between them: never empty, absolute, `..` or `.`,
/// no backslash, no control character. Ordered bytewise.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct EntryPath(Box<str>);

/// How an archive spelled a path, after all checks.
#[derive(Debug)]
pub(crate) struct Spelled {
    /// The path, or `None` for the package root itself (`./`).
    pub(crate) path: Option<EntryPath>,
    /// Whether it ended with `/`, which says folder.
    pub(crate) ends_with_slash: bool,
}

impl EntryPath {
    /// Checks a path as an archive spells it. Components that say nothing (`.`, and an empty one between two
    /// slashes) are dropped, since GNU tar writes `./a` for `a`.
    pub(crate) fn spelled(raw: &[u8], limits: &ExtractLimits) -> Result<Spelled, Fault> {
        if raw.is_empty() {
            return Err(Refusal::EmptyName.into());
        }
        if raw.len() > limits.max_path_bytes {
            return Err(Limit::PathBytes(limits.max_path_bytes).into());
        }
        let text = plain_text(raw)?;
        if text.starts_with('/') {
            return Err(Refusal::AbsolutePath.into());
        }
        let mut kept = String::with_capacity(text.len());
        let mut depth = 0;
        for component in text.split('/') {
            match component {
                "" | "." => continue,
                ".." => return Err(Refusal::ParentComponent.into()),
                _ => {}
            }
            if component.len() > MAX_COMPONENT_BYTES {
                return Err(Limit::ComponentBytes(MAX_COMPONENT_BYTES).into());
            }
            if !limits.allow_windows_special_names {
                windows_names::refuse_special(component)?;
            }
            depth += 1;
            if depth > limits.max_path_depth {
                return Err(Limit::PathDepth(limits.max_path_depth).into());
            }
            if !kept.is_empty() {
                kept.push('/');
            }
            kept.push_str(component);
        }
        let path = (!kept.is_empty()).then(|| Self(kept.into()));
        Ok(Spelled { path, ends_with_slash: text.ends_with('/') })
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The path for file-system calls.
    pub fn as_path(&self) -> &Path {
        Path::new(&*self.0)
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.0.rsplit_once('/').map_or(&*self.0, |(_, name)| name)
    }

    /// Everything before the last component, or `None` in the package root.
    pub fn parent(&self) -> Option<&str> {
        self.0.rsplit_once('/').map(|(parent, _)| parent)
    }

    /// The components, outermost first.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// Whether it is in the package root, where package hooks are looked for.
    pub fn is_in_root(&self) -> bool {
        !self.0.contains('/')
    }
}

impl fmt::Display for EntryPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What every path and link target must be: UTF-8, without control characters, backslashes and a drive letter.
pub(crate) fn plain_text(raw: &[u8]) -> Result<&str, Refusal> {
    let text = std::str::from_utf8(raw).map_err(|_| Refusal::NotUtf8)?;
    if text.chars().any(char::is_control) {
        return Err(Refusal::ControlCharacter);
    }
    if matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic()) {
        return Err(Refusal::DriveLetter);
    }
    if text.contains('\\') {
        return Err(Refusal::Backslash);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::*;

    use super::*;

    fn refusal(raw: &[u8]) -> Option<Refusal> {
        match EntryPath::spelled(raw, &ExtractLimits::default()) {
            Err(Fault::Refused(why)) => Some(why),
            _ => None,
        }
    }

    #[test]
    fn refuses_what_leads_elsewhere() {
        assert_eq!(refusal(b""), Some(Refusal::EmptyName));
        assert_eq!(refusal(b"/etc/passwd"), Some(Refusal::AbsolutePath));
        assert_eq!(refusal(b"//host/share"), Some(Refusal::AbsolutePath));
        assert_eq!(refusal(b"a/../b"), Some(Refusal::ParentComponent));
        assert_eq!(refusal(b"a/.."), Some(Refusal::ParentComponent));
        assert_eq!(refusal(b"../"), Some(Refusal::ParentComponent));
        assert_eq!(refusal(b"C:/x"), Some(Refusal::DriveLetter));
        assert_eq!(refusal(b"c:x"), Some(Refusal::DriveLetter));
        assert_eq!(refusal(br"..\x"), Some(Refusal::Backslash));
        assert_eq!(refusal(b"a\0b"), Some(Refusal::ControlCharacter));
        assert_eq!(refusal("a\u{9b}b".as_bytes()), Some(Refusal::ControlCharacter));
        assert_eq!(refusal(b"a\xffb"), Some(Refusal::NotUtf8));
    }

    #[test]
    fn drops_components_that_say_nothing() {
        let limits = ExtractLimits::default();
        let spelled = EntryPath::spelled(b"./a//b/./c/", &limits).unwrap();
        assert_eq!(spelled.path.unwrap().as_str(), "a/b/c");
        assert!(spelled.ends_with_slash);
        assert!(EntryPath::spelled(b"./", &limits).unwrap().path.is_none());
    }

    #[test]
    fn counts_bytes_and_components() {
        let limits = ExtractLimits { max_path_bytes: 300, max_path_depth: 2, ..Default::default() };
        let limit = |raw: &str| match EntryPath::spelled(raw.as_bytes(), &limits) {
            Err(Fault::Limit(limit)) => Some(limit),
            _ => None,
        };
        assert_eq!(limit("a/b"), None);
        assert_eq!(limit("a/b/c"), Some(Limit::PathDepth(2)));
        assert_eq!(limit(&"x".repeat(256)), Some(Limit::ComponentBytes(255)));
        assert_eq!(limit(&"x".repeat(301)), Some(Limit::PathBytes(300)));
    }

    proptest! {
        #[test]
        fn whatever_is_accepted_stays_below_the_folder(raw in "[a./\\\\:C\0é ]{0,12}|\\PC{0,30}") {
            if let Ok(Spelled { path: Some(path), .. }) = EntryPath::spelled(raw.as_bytes(), &ExtractLimits::default()) {
                prop_assert!(path.as_path().components().all(|part| matches!(part, Component::Normal(_))));
                prop_assert!(!path.as_str().is_empty() && !path.as_str().contains('\\'));
                let again = EntryPath::spelled(path.as_str().as_bytes(), &ExtractLimits::default());
                prop_assert_eq!(again.ok().and_then(|spelled| spelled.path), Some(path));
            }
        }
    }
}
