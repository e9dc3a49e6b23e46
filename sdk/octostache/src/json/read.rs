//! Reading JSON with Newtonsoft's leniency: comments, single quotes, bare property names,
//! commas at the end, octal and hexadecimal integers, `NaN` and `Infinity`.

use std::sync::Arc;

use super::date::read_date;
use super::value::{Array, Json, Object};

/// How deep Newtonsoft lets containers nest.
const MAX_DEPTH: usize = 64;

/// Reads a whole text; `None` if it is not JSON. `local` is the offset of local time from UTC in
/// minutes, for dates.
pub(crate) fn read(text: &str, local: i16) -> Option<Json> {
    let mut reader = Reader { rest: text, local };
    reader.skip_blank()?;
    let value = reader.value(0)?;
    reader.skip_blank()?;
    reader.rest.is_empty().then_some(value)
}

struct Reader<'t> {
    rest: &'t str,
    local: i16,
}

impl Reader<'_> {
    /// Skips white space and comments; `None` if a comment is not closed.
    fn skip_blank(&mut self) -> Option<()> {
        loop {
            self.rest = self.rest.trim_start();
            if let Some(comment) = self.rest.strip_prefix("/*") {
                self.rest = &comment[comment.find("*/")? + 2..];
            } else if let Some(comment) = self.rest.strip_prefix("//") {
                self.rest = comment.find(['\r', '\n']).map_or("", |end| &comment[end..]);
            } else {
                return Some(());
            }
        }
    }

    fn eat(&mut self, sign: char) -> bool {
        match self.rest.strip_prefix(sign) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        match self.rest.chars().next()? {
            '{' | '[' if depth == MAX_DEPTH => None,
            '{' => self.object(depth + 1),
            '[' => self.array(depth + 1),
            '"' | '\'' => {
                let text = self.string()?;
                Some(read_date(&text, self.local).map_or(Json::Text(text), Json::Date))
            }
            _ => self.scalar(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.eat('{');
        let mut object = Object::default();
        loop {
            self.skip_blank()?;
            if self.eat('}') {
                return Some(Json::Object(Arc::new(object)));
            }
            let name = self.property_name()?;
            self.skip_blank()?;
            if !self.eat(':') {
                return None;
            }
            self.skip_blank()?;
            let value = self.value(depth)?;
            object.insert(name, value);
            self.skip_blank()?;
            if !self.eat(',') && !self.rest.starts_with('}') {
                return None;
            }
        }
    }

    fn property_name(&mut self) -> Option<String> {
        if self.rest.starts_with(['"', '\'']) {
            return self.string();
        }
        let is_bare = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
        let length = self.rest.len() - self.rest.trim_start_matches(is_bare).len();
        if length == 0 {
            return None;
        }
        let (name, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(name.to_owned())
    }

    fn array(&mut self, depth: usize) -> Option<Json> {
        self.eat('[');
        let mut items = Vec::new();
        loop {
            self.skip_blank()?;
            if self.eat(']') {
                return Some(Json::Array(Arc::new(Array::new(items))));
            }
            if self.eat(',') {
                // Nothing between two commas is `undefined`.
                items.push(Json::Null);
                continue;
            }
            items.push(self.value(depth)?);
            self.skip_blank()?;
            if self.rest.is_empty() {
                // Arrays may lack their brackets at the end of the text.
                return Some(Json::Array(Arc::new(Array::new(items))));
            }
            if !self.eat(',') && !self.rest.starts_with(']') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let quote = self.rest.chars().next()?;
        let mut characters = self.rest[1..].chars();
        let mut units: Vec<u16> = Vec::new();
        let mut out = String::new();
        loop {
            let c = characters.next()?;
            if c != '\\' || !characters.as_str().starts_with('u') {
                flush(&mut units, &mut out);
            }
            match c {
                c if c == quote => break,
                '\\' => match characters.next()? {
                    'b' => out.push('\u{8}'),
                    't' => out.push('\t'),
                    'n' => out.push('\n'),
                    'f' => out.push('\u{c}'),
                    'r' => out.push('\r'),
                    c @ ('\\' | '"' | '\'' | '/') => out.push(c),
                    'u' => {
                        let digits = characters.as_str().get(..4)?;
                        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                            return None;
                        }
                        units.push(u16::from_str_radix(digits, 16).ok()?);
                        characters = characters.as_str()[4..].chars();
                    }
                    _ => return None,
                },
                c => out.push(c),
            }
        }
        self.rest = characters.as_str();
        Some(out)
    }

    /// A word or a number.
    fn scalar(&mut self) -> Option<Json> {
        let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | ')' | '/' | ':');
        let length = self.rest.find(ends).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(match word {
            "null" | "undefined" => Json::Null,
            "true" => Json::Bool(true),
            "false" => Json::Bool(false),
            "NaN" => Json::Float(f64::NAN),
            "Infinity" => Json::Float(f64::INFINITY),
            "-Infinity" => Json::Float(f64::NEG_INFINITY),
            _ => number(word)?,
        })
    }
}

/// Appends the UTF-16 units of consecutive `\u` escapes.
fn flush(units: &mut Vec<u16>, out: &mut String) {
    out.extend(
        char::decode_utf16(units.drain(..)).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)),
    );
}

fn number(word: &str) -> Option<Json> {
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Some(digits) = unsigned.strip_prefix("0x").or_else(|| unsigned.strip_prefix("0X")) {
        return i64::from_str_radix(digits, 16)
            .ok()
            .filter(|_| word == unsigned)
            .map(Json::Integer);
    }
    let integer = unsigned.bytes().all(|byte| byte.is_ascii_digit());
    if integer && unsigned.len() > 1 && unsigned.starts_with('0') {
        return i64::from_str_radix(unsigned, 8)
            .ok()
            .filter(|_| word == unsigned)
            .map(Json::Integer);
    }
    if integer {
        return Some(
            word.parse().map_or_else(|_| Json::BigInteger(word.to_owned()), Json::Integer),
        );
    }
    if !unsigned
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'))
    {
        return None;
    }
    word.parse().ok().map(Json::Float)
}
