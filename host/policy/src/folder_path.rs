//! Paths of folders: on the target, and as a hook sees them.

use std::path::{Component, Path};

/// A path under which a hook cannot see a folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an absolute path below `/` without `.`, `..`, `//` and trailing `/`")]
pub(crate) struct InvalidGuestPath(String);

/// Checks the absolute path under which a hook would see a folder. `/` is the enclosure.
pub(crate) fn check_guest_path(path: &str) -> Result<(), InvalidGuestPath> {
    let ok = path.strip_prefix('/').is_some_and(|rest| {
        rest.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
            && !path.contains(['\0', '\\'])
    });
    if ok { Ok(()) } else { Err(InvalidGuestPath(path.to_owned())) }
}

/// A path on the target that is not a folder's canonical spelling.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an absolute path without `.`, `..` and doubled or trailing separators")]
pub(crate) struct InvalidHostPath(String);

/// Checks that a folder is named by its one canonical spelling, so that two spellings of one folder
/// cannot get two answers. Links are the sandbox's concern: it opens what was granted.
pub(crate) fn check_host_path(path: &str) -> Result<(), InvalidHostPath> {
    let invalid = || InvalidHostPath(path.to_owned());
    let parsed = Path::new(path);
    let plain = |part: Component<'_>| !matches!(part, Component::CurDir | Component::ParentDir);
    if !parsed.is_absolute() || !parsed.components().all(plain) || path.contains('\0') {
        return Err(invalid());
    }
    // `components` drops what is redundant; a canonical spelling has nothing to drop.
    let canonical: std::path::PathBuf = parsed.components().collect();
    if canonical.to_str() == Some(path) { Ok(()) } else { Err(invalid()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guest_paths_have_one_spelling() {
        assert_eq!(check_guest_path("/data/in"), Ok(()));
        for bad in ["", "/", "data", "/data/", "/a//b", "/a/../b", "/./a", "/a\\b", "//", "/\0"] {
            assert!(check_guest_path(bad).is_err(), "{bad:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn host_paths_have_one_spelling() {
        assert_eq!(check_host_path("/srv/shared"), Ok(()));
        assert_eq!(check_host_path("/"), Ok(()));
        for bad in ["", "srv", "/srv/", "/srv//x", "/srv/../etc", "/srv/./x", "/a\0"] {
            assert!(check_host_path(bad).is_err(), "{bad:?}");
        }
    }
}
