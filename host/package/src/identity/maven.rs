//! Maven's version order. Source: Maven's "Version Order Specification" (maven.apache.org/pom.html).

use std::cmp::Ordering;

use super::semver::compare_numbers;

/// Qualifiers older than a release, oldest first; the empty one is the release itself; `sp` comes after it.
const QUALIFIERS: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];

/// One part of a version with the separator before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Token {
    separator: char,
    text: String,
}

impl Token {
    fn is_number(&self) -> bool {
        self.text.starts_with(|char: char| char.is_ascii_digit())
    }

    /// Whether it says nothing at the end of a version or before a `-`.
    fn is_null(&self) -> bool {
        self.text.is_empty() || self.is_number() && self.text.bytes().all(|digit| digit == b'0')
    }
}

/// Which of two versions is newer.
pub(crate) fn compare(a: &str, b: &str) -> Ordering {
    let (a, b) = (tokens(a), tokens(b));
    for at in 0..a.len().max(b.len()) {
        let order = match (a.get(at), b.get(at)) {
            (Some(a), Some(b)) => compare_tokens(a, b),
            (Some(a), None) => compare_tokens(a, &padding(a)),
            (None, Some(b)) => compare_tokens(&padding(b), b),
            (None, None) => Ordering::Equal,
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

/// What a missing token counts as, next to `other`: 0 beside a number, the release beside a qualifier.
fn padding(other: &Token) -> Token {
    let text = if other.is_number() { "0" } else { "" };
    Token { separator: other.separator, text: text.to_owned() }
}

/// Splits at `.`, `-`, `_` and between digits and letters, then trims what says nothing.
fn tokens(version: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut current = Token { separator: '.', text: String::new() };
    let mut was_digit = None;
    for char in version.chars().flat_map(char::to_lowercase) {
        if matches!(char, '.' | '-' | '_') {
            push(&mut tokens, current, false);
            current = Token { separator: if char == '.' { '.' } else { '-' }, text: String::new() };
            was_digit = None;
            continue;
        }
        let is_digit = char.is_ascii_digit();
        if was_digit.is_some_and(|was| was != is_digit) {
            push(&mut tokens, current, is_digit);
            current = Token { separator: '-', text: String::new() };
        }
        current.text.push(char);
        was_digit = Some(is_digit);
    }
    push(&mut tokens, current, false);
    trim(tokens)
}

/// Adds a token under its full name. `a`, `b` and `m` are short names only when a digit follows at once.
fn push(tokens: &mut Vec<Token>, mut token: Token, digit_follows: bool) {
    let full_name = match token.text.as_str() {
        "" => Some("0"),
        "a" if digit_follows => Some("alpha"),
        "b" if digit_follows => Some("beta"),
        "m" if digit_follows => Some("milestone"),
        "cr" => Some("rc"),
        "ga" | "final" | "release" => Some(""),
        _ => None,
    };
    if let Some(name) = full_name {
        name.clone_into(&mut token.text);
    }
    tokens.push(token);
}

/// Drops tokens that say nothing from the end, and from before each `-`.
fn trim(tokens: Vec<Token>) -> Vec<Token> {
    let drop_nulls = |kept: &mut Vec<Token>| {
        while kept.last().is_some_and(Token::is_null) {
            kept.pop();
        }
    };
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        if token.separator == '-' {
            drop_nulls(&mut kept);
        }
        kept.push(token);
    }
    drop_nulls(&mut kept);
    kept
}

/// The specification's order: `.qualifier` < `-qualifier` < `-number` < `.number`, then by value.
fn compare_tokens(a: &Token, b: &Token) -> Ordering {
    let class = |token: &Token| match (token.is_number(), token.separator) {
        (false, '.') => 0,
        (false, _) => 1,
        (true, '-') => 2,
        (true, _) => 3,
    };
    match (a.is_number(), b.is_number()) {
        (true, true) if a.separator == b.separator => compare_numbers(&a.text, &b.text),
        (false, false) if a.separator == b.separator => compare_qualifiers(&a.text, &b.text),
        _ => class(a).cmp(&class(b)),
    }
}

fn compare_qualifiers(a: &str, b: &str) -> Ordering {
    let rank = |text: &str| QUALIFIERS.iter().position(|known| *known == text);
    match (rank(a), rank(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        // Unknown qualifiers come after all known ones.
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the specification.
    #[test]
    fn orders_as_maven_says() {
        for (older, newer) in [
            ("1", "1.1"),
            ("1-snapshot", "1"),
            ("1", "1-sp"),
            ("1-foo2", "1-foo10"),
            ("1-m3", "1"),
            ("1-alpha.1", "1-beta.1"),
            ("1.0-alpha-1", "1.0"),
            ("1.0-rc1", "1.0-SNAPSHOT"),
            ("1.9", "1.10"),
            ("1", "1-foo"),
        ] {
            assert_eq!(compare(older, newer), Ordering::Less, "{older} < {newer}");
            assert_eq!(compare(newer, older), Ordering::Greater, "{newer} > {older}");
        }
        for (a, b) in [
            ("1.0.0", "1"),
            ("1.ga", "1"),
            ("1-ga", "1.0"),
            ("1-a1", "1-alpha-1"),
            ("1.0.0-foo.0.0", "1-foo"),
            ("1-CR1", "1-rc1"),
        ] {
            assert_eq!(compare(a, b), Ordering::Equal, "{a} = {b}");
        }
    }
}
