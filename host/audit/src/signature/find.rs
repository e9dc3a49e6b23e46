//! Where the signatures of a file are looked for, and how they are read.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::{MAX_SIGNATURE_BYTES, SignatureError};

/// What is appended to a file's name to get those of its signatures.
pub const SIGNATURE_SUFFIXES: [&str; 4] = [".sig", ".dsse.json", ".sigstore.json", ".intoto.jsonl"];

/// The suffix of files that hold a signature a line.
const LINES_SUFFIX: &str = ".jsonl";

/// How many lines of such a file are read. Each may cost as many verifications as an envelope can hold.
const MAX_LINES: usize = 64;

/// A signature that was found, not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundSignature {
    /// The name of its file, and the line where the file holds several.
    pub name: String,
    /// What it is, in any of the forms that [`verify_file`](crate::verify_file) reads.
    pub bytes: Vec<u8>,
}

impl FoundSignature {
    /// The signatures in the content of a signature file of this name: one, or, in files of lines,
    /// one a line. What follows the 64th of them is one more, empty, whose name says so.
    #[must_use]
    pub fn split(name: &str, content: &[u8]) -> Vec<Self> {
        if !name.ends_with(LINES_SUFFIX) {
            return vec![Self { name: name.to_owned(), bytes: content.to_vec() }];
        }
        let lines = content.split(|byte| *byte == b'\n').enumerate();
        let mut lines = lines.filter(|(_, line)| !line.trim_ascii().is_empty());
        let mut found: Vec<Self> = lines
            .by_ref()
            .take(MAX_LINES)
            .map(|(index, line)| Self {
                name: format!("{name}, line {}", index + 1),
                bytes: line.to_vec(),
            })
            .collect();
        if let Some((index, _)) = lines.next() {
            let name = format!("{name}, lines from {} on, which are not read", index + 1);
            found.push(Self { name, bytes: Vec::new() });
        }
        found
    }
}

/// The signature files that lie next to `path`.
#[must_use]
pub fn find_signatures(path: &Path) -> Vec<PathBuf> {
    let with_suffix = |suffix: &str| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(suffix);
        path.with_file_name(name)
    };
    SIGNATURE_SUFFIXES.iter().map(|s| with_suffix(s)).filter(|path| path.is_file()).collect()
}

/// The signatures in a signature file.
///
/// # Errors
/// [`SignatureError::Io`] when it cannot be read, or is larger than [`MAX_SIGNATURE_BYTES`].
pub fn read_signatures(path: &Path) -> Result<Vec<FoundSignature>, SignatureError> {
    let error = |source| SignatureError::Io { path: path.display().to_string(), source };
    let mut content = Vec::new();
    let file = File::open(path).map_err(error)?;
    let limit = MAX_SIGNATURE_BYTES as u64 + 1;
    file.take(limit).read_to_end(&mut content).map_err(error)?;
    if content.len() as u64 == limit {
        return Err(error(std::io::Error::other("it is larger than 16 MiB")));
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(FoundSignature::split(&name, &content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_many_lines_is_read_so_far_and_says_so() {
        let found = FoundSignature::split("a.intoto.jsonl", "{}\n\n".repeat(64).as_bytes());
        assert_eq!(found.len(), 64);
        let found = FoundSignature::split("a.intoto.jsonl", "{}\n\n".repeat(100_000).as_bytes());
        assert_eq!(found.len(), 65);
        assert_eq!(found[63].name, "a.intoto.jsonl, line 127");
        assert_eq!(found[64].name, "a.intoto.jsonl, lines from 129 on, which are not read");
    }
}
