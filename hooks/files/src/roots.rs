//! The folders that a hook looks into: the package folder, and folders inside it that a variable names.

use std::path::{Path, PathBuf};

use crate::PatternError;

/// The path of `relative` below `folder`; `/` and `\` both separate, `.` and empty steps are dropped.
///
/// # Errors
/// [`PatternError::Absolute`] and [`PatternError::Parent`]: the result is never outside `folder` as spelled.
/// Symbolic links are the reader's business ([`crate::Pattern::files`] does not follow them).
pub fn inside(folder: &Path, relative: &str) -> Result<PathBuf, PatternError> {
    Ok(folder.join(steps(relative)?.iter().collect::<PathBuf>()))
}

/// The folder itself, then each of the `additional` ones (the values of `Octopus.Action.AdditionalPaths`) inside it.
///
/// # Errors
/// [`PatternError::Absolute`] and [`PatternError::Parent`]: Calamari works anywhere on the machine, a hook does not.
pub fn roots<S: AsRef<str>>(folder: &Path, additional: &[S]) -> Result<Vec<PathBuf>, PatternError> {
    let mut all = vec![folder.to_owned()];
    for relative in additional {
        let root = inside(folder, relative.as_ref())?;
        if !all.contains(&root) {
            all.push(root);
        }
    }
    Ok(all)
}

/// The steps of a relative path.
pub(crate) fn steps(path: &str) -> Result<Vec<&str>, PatternError> {
    let drive = path.as_bytes().get(1) == Some(&b':')
        && path.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    if drive || path.starts_with(['/', '\\']) {
        return Err(PatternError::Absolute(path.to_owned()));
    }
    let steps: Vec<&str> =
        path.split(['/', '\\']).filter(|step| !step.is_empty() && *step != ".").collect();
    if steps.contains(&"..") {
        return Err(PatternError::Parent(path.to_owned()));
    }
    Ok(steps)
}
