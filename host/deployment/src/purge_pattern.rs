//! `PurgePatterns`: what emptying the custom installation folder leaves alone.

use crate::Failure;

/// Patterns of paths relative to a folder: `*` and `?` within a name, `**` for any number of
/// folders, `[abc]` and `[a-z]`, `{one,other}`. Case counts, as on the file system.
#[derive(Debug, Clone, Default)]
pub(crate) struct PurgePatterns(Vec<Vec<String>>);

/// Alternatives of one pattern; more is a mistake.
const MAX_ALTERNATIVES: usize = 1_000;

impl PurgePatterns {
    /// Reads patterns.
    pub(crate) fn new(patterns: &[String]) -> Result<Self, Failure> {
        let mut all = Vec::new();
        for pattern in patterns {
            let invalid =
                |why: &str| Failure::Pattern { pattern: pattern.clone(), why: why.to_owned() };
            let path = pattern.replace('\\', "/");
            if path.starts_with('/') || path.split('/').any(|part| part == "..") {
                return Err(invalid(
                    "it must be relative to the installation folder, without `..`",
                ));
            }
            let expanded = alternatives(&path);
            if expanded.len() > MAX_ALTERNATIVES {
                return Err(invalid("it has too many alternatives"));
            }
            let parts = |path: &String| {
                let parts = path.split('/').filter(|part| !part.is_empty() && *part != ".");
                parts.map(str::to_owned).collect()
            };
            all.extend(expanded.iter().map(parts));
        }
        Ok(Self(all))
    }

    /// Whether a pattern names this path. What lies below a folder that is kept is kept with it.
    pub(crate) fn keeps(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        self.0.iter().any(|pattern| matches_path(pattern, &parts))
    }
}

/// A text with `{a,b}` as the texts that it stands for. Braces that are not closed stand for themselves.
fn alternatives(text: &str) -> Vec<String> {
    let group = text.find('{').and_then(|open| {
        let close = open + text[open..].find('}')?;
        Some((open, close))
    });
    let Some((open, close)) = group else { return vec![text.to_owned()] };
    let rest = alternatives(&text[close + 1..]);
    let mut all = Vec::new();
    for choice in text[open + 1..close].split(',') {
        for rest in &rest {
            all.push(format!("{}{choice}{rest}", &text[..open]));
            if all.len() > MAX_ALTERNATIVES {
                return all;
            }
        }
    }
    all
}

fn matches_path(pattern: &[String], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            matches_path(rest, path) || (!path.is_empty() && matches_path(pattern, &path[1..]))
        }
        (Some((first, rest)), Some((name, deeper))) => {
            let (first, name): (Vec<char>, Vec<char>) =
                (first.chars().collect(), name.chars().collect());
            matches_name(&first, &name) && matches_path(rest, deeper)
        }
        _ => false,
    }
}

fn matches_name(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        (['*', rest @ ..], _) => {
            matches_name(rest, name) || (!name.is_empty() && matches_name(pattern, &name[1..]))
        }
        (['?', rest @ ..], [_, deeper @ ..]) => matches_name(rest, deeper),
        (['[', rest @ ..], [character, deeper @ ..]) => match rest.iter().position(|c| *c == ']') {
            Some(end) => {
                let group = &rest[..end];
                let in_range = group
                    .windows(3)
                    .any(|range| range[1] == '-' && (range[0]..=range[2]).contains(character));
                (in_range || group.contains(character)) && matches_name(&rest[end + 1..], deeper)
            }
            None => *character == '[' && matches_name(rest, deeper),
        },
        ([expected, rest @ ..], [character, deeper @ ..]) => {
            expected == character && matches_name(rest, deeper)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (pattern, path, expected) in [
            ("logs", "logs", true),
            ("logs/", "logs", true),
            ("logs", "logs2", false),
            ("*.config", "web.config", true),
            ("*.config", "sub/web.config", false),
            ("**/*.config", "web.config", true),
            ("**/*.config", "a/b/web.config", true),
            ("data/**", "data/a/b", true),
            ("a?c", "abc", true),
            ("[a-c]x", "bx", true),
            ("[a-c]x", "dx", false),
            ("{logs,data}/keep", "data/keep", true),
            ("{logs,data}/keep", "other/keep", false),
            ("sub\\file", "sub/file", true),
            ("{open", "{open", true),
        ] {
            let patterns = PurgePatterns::new(&[pattern.to_owned()]).unwrap();
            assert_eq!(patterns.keeps(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn patterns_that_leave_the_folder_are_refused() {
        for pattern in ["../other", "/etc", "a/../../b"] {
            let error = PurgePatterns::new(&[pattern.to_owned()]).unwrap_err().to_string();
            assert!(error.contains("must be relative"), "{error}");
        }
    }
}
