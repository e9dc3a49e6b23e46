//! What .NET puts in the place of a match: `$1`, `${name}`, `$&`...

use fancy_regex::Captures;

use super::regex_search::Search;

/// A replacement, read.
pub(super) struct Replacement {
    parts: Vec<Part>,
}

enum Part {
    Literal(String),
    /// By its place in the pattern.
    Group(usize),
    /// `` $` ``
    Before,
    /// `$'`
    After,
    /// `$+`
    LastGroup,
    /// `$_`
    Everything,
}

impl Replacement {
    /// Reads a replacement. What refers to no group of the pattern is literal.
    pub(super) fn read(template: &str, search: &Search<'_>) -> Self {
        let by_number = |digits: &str| {
            digits.parse::<usize>().ok().and_then(|number| search.groups().get(number).copied())
        };
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some(at) = rest.find('$') {
            if at > 0 {
                parts.push(Part::Literal(rest[..at].to_owned()));
            }
            rest = &rest[at + 1..];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (part, length) = match rest.chars().next() {
                Some('$') => (Some(Part::Literal("$".to_owned())), 1),
                Some('&') => (Some(Part::Group(0)), 1),
                Some('`') => (Some(Part::Before), 1),
                Some('\'') => (Some(Part::After), 1),
                Some('+') => (Some(Part::LastGroup), 1),
                Some('_') => (Some(Part::Everything), 1),
                Some('{') => match rest.find('}') {
                    Some(end) => {
                        let name = &rest[1..end];
                        (
                            by_number(name).or_else(|| search.place_of(name)).map(Part::Group),
                            end + 1,
                        )
                    }
                    None => (None, 0),
                },
                _ => (by_number(&rest[..digits]).map(Part::Group), digits),
            };
            match part {
                Some(part) => {
                    parts.push(part);
                    rest = &rest[length..];
                }
                None => parts.push(Part::Literal("$".to_owned())),
            }
        }
        parts.push(Part::Literal(rest.to_owned()));
        Self { parts }
    }

    /// Writes what stands for one match.
    pub(super) fn expand(&self, captures: &Captures<'_, str>, text: &str, out: &mut String) {
        let whole = captures.get(0).map_or(0..0, |whole| whole.range());
        for part in &self.parts {
            match part {
                Part::Literal(literal) => out.push_str(literal),
                Part::Group(place) => {
                    out.push_str(captures.get(*place).map_or("", |group| group.as_str()));
                }
                Part::Before => out.push_str(&text[..whole.start]),
                Part::After => out.push_str(&text[whole.end..]),
                Part::LastGroup => {
                    let last = captures.len() - 1;
                    out.push_str(captures.get(last).map_or("", |group| group.as_str()));
                }
                Part::Everything => out.push_str(text),
            }
        }
    }
}
