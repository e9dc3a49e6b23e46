//! General entities: what the internal subset declares, expanded under hard limits.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::chars::is_char;
use crate::error::ParseErrorKind;
use crate::limits::MAX_ENTITY_DEPTH;

/// One declared general entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entity {
    /// `<!ENTITY name "text">`: the replacement text, character references already resolved.
    Internal(Box<str>),
    /// Declared with `SYSTEM` or `PUBLIC`. Never loaded; expands to nothing.
    External,
}

/// The entities of one document.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entities {
    declared: HashMap<Box<str>, Entity>,
    /// There are declarations that we do not read (an external subset, parameter entities), so an
    /// unknown name may be declared there.
    pub(crate) incomplete: bool,
}

impl Entities {
    /// Adds a declaration; the first one of a name counts (XML 1.0, 4.2).
    pub(crate) fn declare(&mut self, name: &str, entity: Entity) {
        self.declared.entry(name.into()).or_insert(entity);
    }

    fn get(&self, name: &str) -> Option<&Entity> {
        self.declared.get(name)
    }

    /// How many bytes `&name;` expands to, checked for being declared, finite and not too deep.
    pub(crate) fn expanded_length(
        &self,
        name: &str,
        in_attribute: bool,
        known: &mut HashMap<Box<str>, u64>,
    ) -> Result<u64, ParseErrorKind> {
        self.measure(name, in_attribute, known, &mut Vec::new())
    }

    fn measure<'a>(
        &'a self,
        name: &'a str,
        in_attribute: bool,
        known: &mut HashMap<Box<str>, u64>,
        open: &mut Vec<&'a str>,
    ) -> Result<u64, ParseErrorKind> {
        let text = match self.get(name) {
            None if self.incomplete => return Ok(0),
            None => return Err(ParseErrorKind::UndeclaredEntity { name: name.into() }),
            Some(Entity::External) if in_attribute => {
                return Err(ParseErrorKind::EntityInAttribute { name: name.into() });
            }
            Some(Entity::External) => return Ok(0),
            Some(Entity::Internal(text)) => text,
        };
        if in_attribute && text.contains('<') {
            return Err(ParseErrorKind::EntityInAttribute { name: name.into() });
        }
        if let Some(&length) = known.get(name) {
            return Ok(length);
        }
        if open.contains(&name) {
            return Err(ParseErrorKind::RecursiveEntity { name: name.into() });
        }
        if open.len() >= MAX_ENTITY_DEPTH {
            return Err(ParseErrorKind::EntityDepth { limit: MAX_ENTITY_DEPTH });
        }
        open.push(name);
        let mut length: u64 = text.len() as u64;
        for inner in references(text) {
            length = length.saturating_add(self.measure(inner, in_attribute, known, open)?);
        }
        open.pop();
        known.insert(name.into(), length);
        Ok(length)
    }

    /// `raw` with character references and entity references resolved. What cannot be resolved
    /// is left as written; a parsed document holds no such reference.
    ///
    /// An entity whose replacement text holds markup contributes nothing: its elements are no
    /// part of the tree.
    pub(crate) fn decode<'a>(&self, raw: &'a str) -> Cow<'a, str> {
        if !raw.contains('&') {
            return Cow::Borrowed(raw);
        }
        let mut out = String::with_capacity(raw.len());
        self.decode_into(raw, 0, &mut out);
        Cow::Owned(out)
    }

    fn decode_into(&self, mut raw: &str, depth: usize, out: &mut String) {
        while let Some(start) = raw.find('&') {
            out.push_str(&raw[..start]);
            raw = &raw[start..];
            let Some(end) = raw.find(';') else { break };
            let name = &raw[1..end];
            if let Some(digits) = name.strip_prefix('#') {
                match character(digits) {
                    Some(found) => out.push(found),
                    None => out.push_str(&raw[..=end]),
                }
            } else if let Some(found) = predefined(name) {
                out.push(found);
            } else if let Some(Entity::Internal(text)) = self.get(name)
                && depth < MAX_ENTITY_DEPTH
                && !text.contains('<')
            {
                self.decode_into(text, depth + 1, out);
            }
            raw = &raw[end + 1..];
        }
        out.push_str(raw);
    }

    /// What `&name;` expands to.
    pub(crate) fn expand(&self, name: &str) -> String {
        let mut out = String::new();
        if let Some(found) = predefined(name) {
            out.push(found);
        } else if let Some(Entity::Internal(text)) = self.get(name)
            && !text.contains('<')
        {
            self.decode_into(text, 1, &mut out);
        }
        out
    }
}

/// The character of `&#digits;` (`65` or `x41`), when XML allows it.
pub(crate) fn character(digits: &str) -> Option<char> {
    let (digits, radix) = match digits.strip_prefix('x') {
        Some(digits) => (digits, 16),
        None => (digits, 10),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    char::from_u32(code).filter(|&c| is_char(c))
}

/// The character of one of the five entities that need no declaration.
pub(crate) fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "apos" => '\'',
        "quot" => '"',
        _ => return None,
    })
}

/// The names of the general entities that a replacement text refers to.
fn references(text: &str) -> impl Iterator<Item = &str> {
    text.split('&')
        .skip(1)
        .filter_map(|rest| rest.split_once(';').map(|(name, _)| name))
        .filter(|name| !name.starts_with('#') && predefined(name).is_none())
}
