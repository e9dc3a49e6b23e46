//! From the words of a variable to files: one target, looked for in each root.

use std::path::PathBuf;

use crate::{Error, Log, Pattern};

/// The files that match a glob in the [`roots`](crate::roots), root by root, with a warning about each symbolic link
/// that would have matched.
///
/// # Errors
/// [`Error::Pattern`], and those of [`Pattern::files`].
pub fn find(roots: &[PathBuf], target: &str, log: &mut dyn Log) -> Result<Vec<PathBuf>, Error> {
    let pattern = Pattern::parse(target)?;
    let mut files = Vec::new();
    for root in roots {
        let found = pattern.files(root)?;
        for link in found.links {
            log.warning(&format!(
                "'{}' is a symbolic link, which is not followed.",
                link.display()
            ));
        }
        files.extend(found.files);
    }
    Ok(files)
}
