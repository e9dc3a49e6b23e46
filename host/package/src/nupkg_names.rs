//! Names in a `.nupkg` that are packaging metadata: never deployed, and never used by what is.

/// Folders of packaging metadata; either slash, as Octopus has it.
const SKIPPED_FOLDERS: [&str; 2] = ["_rels", "package/services/metadata"];
const SKIPPED_FILE: &str = "[Content_Types].xml";
const SKIPPED_ENDS: [&str; 2] = [".nupkg.sha512", ".nuspec"];

/// Whether an entry is packaging metadata, by its decoded path.
pub(crate) fn is_metadata(path: &str) -> bool {
    SKIPPED_FOLDERS.iter().any(|folder| {
        path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }) || path == SKIPPED_FILE
        || SKIPPED_ENDS.iter().any(|end| ends_with_ignoring_case(path, end))
}

/// Whether an entry is the package's nuspec, which lies in the root.
pub(crate) fn is_nuspec(path: &str) -> bool {
    !path.contains('/') && ends_with_ignoring_case(path, ".nuspec")
}

fn ends_with_ignoring_case(path: &str, end: &str) -> bool {
    path.len()
        .checked_sub(end.len())
        .and_then(|at| path.get(at..))
        .is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_told_from_content() {
        for path in [
            "_rels/.rels",
            "package/services/metadata/core-properties/x.psmdcp",
            "[Content_Types].xml",
            "Acme.nuspec",
            "a/b.NUSPEC",
            "acme.1.0.nupkg.sha512",
        ] {
            assert!(is_metadata(path), "{path}");
        }
        for path in ["_relsx/a", "package/readme.txt", "a/[Content_Types].xml", "nuspec"] {
            assert!(!is_metadata(path), "{path}");
        }
    }
}
