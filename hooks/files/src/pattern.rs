//! Globs: the syntax of target files in Octopus, expanded to plain alternatives.

use std::path::Path;

use crate::roots::steps;
use crate::segment::Segment;
use crate::walk::{self, Found};
use crate::{Error, PatternError};

/// The longest pattern, in bytes: the longest path that common systems accept.
pub const MAX_PATTERN_BYTES: usize = 4096;

/// How many plain patterns the groups of one pattern may stand for. `{a,b}` doubles them, so that a short
/// pattern could otherwise stand for billions.
pub const MAX_ALTERNATIVES: usize = 1024;

/// A pattern for files inside a folder.
///
/// `*` any characters of a name · `?` one character · `**` any number of folders, also none · `{a,b}` alternatives,
/// may nest · `[ab]` and `[a-c]` one of these characters. Names that contain brackets or braces literally match
/// too. Case is ignored as soon as the pattern has any of these characters; a pattern without them names one file
/// exactly. `/` and `\` both separate folders. Folders never match, so a pattern that ends in `**` matches nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    /// One file, by its exact name.
    Literal(Vec<String>),
    /// All files that match one of these.
    Wild(Vec<Vec<Segment>>),
}

impl Pattern {
    /// Understands a pattern, relative to some folder.
    ///
    /// # Errors
    /// If the pattern leads or might lead out of the folder, is too long, or stands for too many alternatives.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.len() > MAX_PATTERN_BYTES {
            return Err(PatternError::TooLong(text.len()));
        }
        let kind = if text.contains(['*', '?', '{', '}', '[', ']']) {
            let mut alternatives = expand(text)?;
            if !alternatives.iter().any(|present| present == text) {
                alternatives.push(text.to_owned());
            }
            let mut wild = Vec::with_capacity(alternatives.len());
            for alternative in alternatives {
                // A group can hide a step that leads out: `{..,a}/b`.
                let segments = steps(&alternative)
                    .map_err(|error| renamed(error, text))?
                    .into_iter()
                    .map(Segment::parse)
                    .collect();
                if !wild.contains(&segments) {
                    wild.push(segments);
                }
            }
            Kind::Wild(wild)
        } else {
            Kind::Literal(steps(text)?.into_iter().map(str::to_owned).collect())
        };
        Ok(Self { text: text.to_owned(), kind })
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The files below `root` that match, each once, sorted by path; none if `root` does not exist.
    ///
    /// Symbolic links are not followed: those that match are reported apart, those to folders are passed over.
    ///
    /// # Errors
    /// [`Error::Io`] if a folder cannot be listed, [`Error::TooDeep`].
    pub fn files(&self, root: &Path) -> Result<Found, Error> {
        match &self.kind {
            Kind::Literal(steps) => walk::literal(root, steps),
            Kind::Wild(alternatives) => walk::wild(root, alternatives),
        }
    }
}

/// The same error about the pattern as the user wrote it.
fn renamed(error: PatternError, text: &str) -> PatternError {
    match error {
        PatternError::Absolute(_) => PatternError::Absolute(text.to_owned()),
        PatternError::Parent(_) => PatternError::Parent(text.to_owned()),
        other => other,
    }
}

/// Everything that the `{}` and `[]` groups of a pattern stand for; itself if it has none.
fn expand(pattern: &str) -> Result<Vec<String>, PatternError> {
    let mut done = Vec::new();
    let mut open = vec![(String::new(), pattern.to_owned())];
    while let Some((mut prefix, rest)) = open.pop() {
        let Some((before, choices, after)) = first_group(&rest) else {
            prefix.push_str(&rest);
            done.push(prefix);
            if done.len() > MAX_ALTERNATIVES {
                return Err(PatternError::TooManyAlternatives(pattern.to_owned()));
            }
            continue;
        };
        if done.len() + open.len() + choices.len() > MAX_ALTERNATIVES {
            return Err(PatternError::TooManyAlternatives(pattern.to_owned()));
        }
        // The choice may have groups itself; put it before the rest so that they are expanded in turn.
        for choice in choices.iter().rev() {
            open.push((format!("{prefix}{before}"), format!("{choice}{after}")));
        }
    }
    Ok(done)
}

/// The first complete group of a pattern: the text before it, its choices, the text after it.
fn first_group(pattern: &str) -> Option<(&str, Vec<String>, &str)> {
    for (at, opening) in pattern.char_indices().filter(|(_, c)| matches!(c, '{' | '[')) {
        let inner = &pattern[at + 1..];
        let found = if opening == '[' { class(inner) } else { braces(inner) };
        if let Some((choices, length)) = found {
            return Some((&pattern[..at], choices, &inner[length..]));
        }
    }
    None
}

/// The characters of a class and the length of its text including the closing bracket.
fn class(inner: &str) -> Option<(Vec<String>, usize)> {
    let end = inner.find(']')?;
    let body: Vec<char> = inner[..end].chars().collect();
    if body.is_empty() || body.iter().any(|c| matches!(c, '/' | '\\' | '[' | '{' | '}')) {
        return None;
    }
    let mut choices = Vec::new();
    let mut index = 0;
    while index < body.len() {
        let (first, last, width) = match body[index..] {
            [first, '-', last, ..] if first <= last => (first, last, 3),
            [single, ..] => (single, single, 1),
            [] => break,
        };
        choices.extend((first..=last).take(MAX_ALTERNATIVES + 1).map(String::from));
        index += width;
    }
    Some((choices, end + 1))
}

/// The alternatives of a brace group and the length of its text including the closing brace.
fn braces(inner: &str) -> Option<(Vec<String>, usize)> {
    let mut depth = 0_usize;
    let mut start = 0;
    let mut choices = Vec::new();
    for (at, character) in inner.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                choices.push(inner[start..at].to_owned());
                start = at + 1;
                if character == '}' {
                    return Some((choices, at + 1));
                }
            }
            _ => {}
        }
    }
    None
}
