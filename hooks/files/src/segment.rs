//! One step of a glob: the name of a file or folder with `*` and `?`.

use crate::case::upper;

/// What one step of a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    /// `**`: any number of folders, also none.
    AnyFolders,
    /// A name, compared ignoring case; in upper case.
    Name(Vec<char>),
}

impl Segment {
    pub(crate) fn parse(step: &str) -> Self {
        if step == "**" { Self::AnyFolders } else { Self::Name(fold(step)) }
    }

    /// Whether a [`Segment::Name`] matches a folded name; linear in practice, never worse than the product.
    pub(crate) fn matches(&self, name: &[char]) -> bool {
        let Self::Name(pattern) = self else { return false };
        let (mut p, mut n) = (0, 0);
        // Where to resume when what follows the last `*` does not match: the star eats one more character.
        let mut retry: Option<(usize, usize)> = None;
        while n < name.len() {
            match pattern.get(p) {
                Some('*') => {
                    retry = Some((p, n));
                    p += 1;
                }
                Some(wanted) if *wanted == '?' || *wanted == name[n] => {
                    p += 1;
                    n += 1;
                }
                _ => match retry {
                    Some((star, eaten)) => {
                        retry = Some((star, eaten + 1));
                        p = star + 1;
                        n = eaten + 1;
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|rest| *rest == '*')
    }
}

/// A name in upper case, character by character.
pub(crate) fn fold(name: &str) -> Vec<char> {
    name.chars().map(upper).collect()
}
