//! JSON documents as values: order and types count, layout and comments do not.

use crate::Difference;

/// Whether two texts are the same document. The first is the original's, which puts dates in its own words.
pub(crate) fn same(expected: &str, actual: &str) -> Result<(), Difference> {
    let read = |text: &str| {
        parse(text).map_err(|what| Difference::new("JSON", format!("{what}, in {text:?}")))
    };
    let (expected, actual) = (read(expected)?, read(actual)?);
    if equal(&actual, &expected) {
        return Ok(());
    }
    Err(Difference::new(format!("{expected:?}"), format!("{actual:?}")))
}

#[derive(Clone, Debug, PartialEq)]
enum Json {
    Nothing,
    Object(Vec<(String, Json)>),
    Array(Vec<Json>),
    String(String),
    Number(f64),
    /// true, false, null and the like.
    Word(String),
}

fn equal(output: &Json, expected: &Json) -> bool {
    match (output, expected) {
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(l, r)| l.0 == r.0 && equal(&l.1, &r.1))
        }
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| equal(l, r))
        }
        (Json::String(left), Json::String(right)) => left == right || same_moment(left, right),
        _ => output == expected,
    }
}

/// Whether two ISO dates mean the same: the original writes them anew, without zeros at the end of the seconds.
fn same_moment(left: &str, right: &str) -> bool {
    let normal = |text: &str| -> Option<String> {
        let (date, time) = text.split_once('T')?;
        let time = time.strip_suffix('Z')?;
        let time = if time.contains('.') {
            time.trim_end_matches('0').trim_end_matches('.')
        } else {
            time
        };
        (date.len() == 10).then(|| format!("{date}T{time}"))
    };
    normal(left).is_some() && normal(left) == normal(right)
}

fn parse(text: &str) -> Result<Json, String> {
    let mut parser = Parser { rest: text };
    parser.blanks();
    if parser.rest.is_empty() {
        return Ok(Json::Nothing);
    }
    let value = parser.value()?;
    parser.blanks();
    if parser.rest.is_empty() {
        Ok(value)
    } else {
        Err(format!("text after the document: {}", parser.rest))
    }
}

struct Parser<'t> {
    rest: &'t str,
}

impl<'t> Parser<'t> {
    fn blanks(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with("//") {
                self.rest = &self.rest[self.rest.find('\n').unwrap_or(self.rest.len())..];
            } else if self.rest.starts_with("/*") {
                self.rest =
                    &self.rest[self.rest.find("*/").map_or(self.rest.len(), |end| end + 2)..];
            } else {
                return;
            }
        }
    }

    fn eat(&mut self, character: char) -> bool {
        self.blanks();
        match self.rest.strip_prefix(character) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Result<Json, String> {
        if self.eat('{') {
            let mut members: Vec<(String, Json)> = Vec::new();
            while !self.eat('}') {
                let name = self.string_or_word()?;
                let (Json::String(name) | Json::Word(name)) = name else {
                    return Err("a name".into());
                };
                if !self.eat(':') {
                    return Err(format!("expected a colon: {}", self.rest));
                }
                let value = self.value()?;
                match members.iter_mut().find(|member| member.0 == name) {
                    Some(member) => member.1 = value,
                    None => members.push((name, value)),
                }
                self.eat(',');
            }
            return Ok(Json::Object(members));
        }
        if self.eat('[') {
            let mut elements = Vec::new();
            while !self.eat(']') {
                if self.eat(',') {
                    elements.push(Json::Word("undefined".into()));
                    continue;
                }
                elements.push(self.value()?);
                self.eat(',');
            }
            return Ok(Json::Array(elements));
        }
        self.string_or_word()
    }

    fn string_or_word(&mut self) -> Result<Json, String> {
        self.blanks();
        let Some(quote @ ('"' | '\'')) = self.rest.chars().next() else {
            let end = self
                .rest
                .find([',', ':', ']', '}', ' ', '\n', '\r', '\t', '/'])
                .unwrap_or(self.rest.len());
            let (word, rest) = self.rest.split_at(end);
            self.rest = rest;
            if word.is_empty() {
                return Err(format!("expected a value: {rest}"));
            }
            return Ok(number(word).map_or_else(|| Json::Word(word.into()), Json::Number));
        };
        let mut units: Vec<u16> = Vec::new();
        let mut characters = self.rest[1..].chars();
        loop {
            let unit = match characters.next().ok_or("an unclosed string")? {
                end if end == quote => break,
                '\\' => match characters.next().ok_or("an unclosed string")? {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    'u' => {
                        let digits: String = characters.by_ref().take(4).collect();
                        units.push(
                            u16::from_str_radix(&digits, 16).map_err(|error| error.to_string())?,
                        );
                        continue;
                    }
                    other => other,
                },
                other => other,
            };
            units.extend_from_slice(unit.encode_utf16(&mut [0; 2]));
        }
        self.rest = characters.as_str();
        Ok(Json::String(String::from_utf16_lossy(&units)))
    }
}

fn number(word: &str) -> Option<f64> {
    if !word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, word.trim_start_matches('+')),
    };
    let whole = if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        u64::from_str_radix(hex, 16).ok()
    } else if digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|c| c.is_ascii_digit())
    {
        u64::from_str_radix(digits, 8).ok()
    } else {
        return digits.parse::<f64>().ok().map(|number| sign * number);
    };
    whole.map(|whole| sign * whole as f64)
}
