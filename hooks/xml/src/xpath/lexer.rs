//! From characters to tokens.

use super::Dialect;
use super::error::{CompileError, CompileErrorKind};
use crate::chars::{is_space, ncname_length};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name without a prefix; an operator, an axis or a name, the parser knows which.
    Name(String),
    /// `p:name`
    Prefixed(String, String),
    /// `p:*`
    AnyLocal(String),
    /// `*:name`
    AnyPrefix(String),
    Literal(String),
    Number(f64),
    /// `$name`
    Variable(String),
    Symbol(&'static str),
    End,
}

impl Token {
    /// The token as a person would call it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Name(name) => format!("'{name}'"),
            Self::Prefixed(prefix, name) => format!("'{prefix}:{name}'"),
            Self::AnyLocal(prefix) => format!("'{prefix}:*'"),
            Self::AnyPrefix(name) => format!("'*:{name}'"),
            Self::Literal(_) => "a string".to_owned(),
            Self::Number(_) => "a number".to_owned(),
            Self::Variable(name) => format!("'${name}'"),
            Self::Symbol(symbol) => format!("'{symbol}'"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Longest first, so that `//` is not read as two `/`.
const SYMBOLS: [&str; 25] = [
    "!=", "<=", "<<", ">=", ">>", "//", "::", "..", "(", ")", "[", "]", ".", "@", ",", "/", "|",
    "+", "-", "=", "<", ">", "*", "$", ":",
];

/// All tokens of an expression with their byte offsets; the last one is `End`.
pub(super) fn tokens(text: &str, dialect: Dialect) -> Result<Vec<(usize, Token)>, CompileError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at = skip_space(text, at, dialect)?;
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { break };
        let (length, token) = match first {
            '"' | '\'' => literal(text, at, first, dialect)?,
            '0'..='9' => number(rest, dialect),
            '.' if rest[1..].starts_with(|c: char| c.is_ascii_digit()) => number(rest, dialect),
            '$' => {
                let length = ncname_length(&rest[1..]);
                if length == 0 {
                    return Err(error(text, at, CompileErrorKind::UnexpectedCharacter('$')));
                }
                (1 + length, Token::Variable(rest[1..=length].to_owned()))
            }
            '*' if dialect == Dialect::XPath2 && any_prefix(rest) > 0 => {
                let length = any_prefix(rest);
                (2 + length, Token::AnyPrefix(rest[2..2 + length].to_owned()))
            }
            _ => match name(rest) {
                Some(found) => found,
                None => symbol(text, at)?,
            },
        };
        tokens.push((at, token));
        at += length;
    }
    tokens.push((text.len(), Token::End));
    Ok(tokens)
}

/// The length of the name in `*:name`, 0 when `rest` is something else.
fn any_prefix(rest: &str) -> usize {
    rest.strip_prefix("*:").map_or(0, ncname_length)
}

fn name(rest: &str) -> Option<(usize, Token)> {
    let length = ncname_length(rest);
    if length == 0 {
        return None;
    }
    let name = rest[..length].to_owned();
    let Some(after) = rest[length..].strip_prefix(':') else {
        return Some((length, Token::Name(name)));
    };
    let local = ncname_length(after);
    Some(if local > 0 {
        (length + 1 + local, Token::Prefixed(name, after[..local].to_owned()))
    } else if after.starts_with('*') {
        (length + 2, Token::AnyLocal(name))
    } else {
        (length, Token::Name(name))
    })
}

fn symbol(text: &str, at: usize) -> Result<(usize, Token), CompileError> {
    let rest = &text[at..];
    match SYMBOLS.into_iter().find(|symbol| rest.starts_with(symbol)) {
        Some(symbol) => Ok((symbol.len(), Token::Symbol(symbol))),
        None => {
            let found = rest.chars().next().unwrap_or(' ');
            Err(error(text, at, CompileErrorKind::UnexpectedCharacter(found)))
        }
    }
}

/// A quoted string. XPath 2.0 writes the quote itself by doubling it, 1.0 cannot.
fn literal(
    text: &str,
    at: usize,
    quote: char,
    dialect: Dialect,
) -> Result<(usize, Token), CompileError> {
    let mut value = String::new();
    let mut end = at + 1;
    loop {
        let Some(length) = text[end..].find(quote) else {
            return Err(error(text, at, CompileErrorKind::UnclosedString));
        };
        value.push_str(&text[end..end + length]);
        end += length + 1;
        if dialect == Dialect::XPath1 || !text[end..].starts_with(quote) {
            return Ok((end - at, Token::Literal(value)));
        }
        value.push(quote);
        end += 1;
    }
}

fn number(rest: &str, dialect: Dialect) -> (usize, Token) {
    let digits = |from: usize| {
        rest.as_bytes()[from..].iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut length = digits(0);
    if rest[length..].starts_with('.') {
        length += 1 + digits(length + 1);
    }
    if dialect == Dialect::XPath2 && rest[length..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    (length, Token::Number(rest[..length].parse().unwrap_or(f64::NAN)))
}

/// Steps over white space and, in XPath 2.0, comments, which may hold comments.
fn skip_space(text: &str, mut at: usize, dialect: Dialect) -> Result<usize, CompileError> {
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start_matches(is_space).len();
        if dialect == Dialect::XPath1 || !text[at..].starts_with("(:") {
            return Ok(at);
        }
        let start = at;
        let mut depth = 0;
        loop {
            let rest = &text[at..];
            if rest.starts_with("(:") {
                depth += 1;
                at += 2;
            } else if rest.starts_with(":)") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    break;
                }
            } else if let Some(c) = rest.chars().next() {
                at += c.len_utf8();
            } else {
                return Err(error(text, start, CompileErrorKind::UnclosedComment));
            }
        }
    }
}

pub(super) fn error(text: &str, at: usize, kind: CompileErrorKind) -> CompileError {
    let column = text.get(..at).map_or(0, |before| before.chars().count()) + 1;
    CompileError { kind, column }
}
