//! Putting variables into the settings of one file.

use std::borrow::Cow;

use cofferdam_hook_files::{Charset, fold_case};
use cofferdam_octostache::Variables;
use cofferdam_xml::escape::{self, InvalidCharacter};
use cofferdam_xml::{Document, Edits, NodeId, Options, Span, parse};

use crate::encoding::{decode, representable};
use crate::error::FileError;
use crate::settings::{Kind, local_name, settings};

/// What came of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The settings that have been given a value: the variable's name and the value. One that had
    /// this value already is among them.
    pub settings: Vec<(String, String)>,
    /// The new bytes. `None` when no byte is another.
    pub bytes: Option<Vec<u8>>,
}

/// Puts variables into the bytes of a configuration file.
///
/// # Errors
///
/// When the file is not well-formed or not in its encoding, a variable that is needed cannot be
/// evaluated, or its value cannot be written in XML.
pub fn replace(bytes: &[u8], variables: &Variables) -> Result<Replaced, FileError> {
    let (text, encoding) = decode(bytes)?;
    let document = parse(text, &Options::default())?;
    let found = settings(&document);
    let mut changes = Changes { document: &document, charset: encoding.charset, list: Vec::new() };
    let mut replaced = Vec::new();
    if !found.is_empty() {
        for (name, _) in variables.iter() {
            let Some(list) = found.get(&fold_case(name)) else { continue };
            let failed = |source| FileError::Variable { name: name.to_owned(), source };
            let value = variables.get(name).map_err(failed)?.unwrap_or_default();
            for &(kind, element) in list {
                changes
                    .set(kind, element, &value)
                    .map_err(|source| FileError::Value { name: name.to_owned(), source })?;
                replaced.push((name.to_owned(), value.clone()));
            }
        }
    }
    let edits = changes.edits();
    if edits.is_empty() {
        return Ok(Replaced { settings: replaced, bytes: None });
    }
    let text = edits.apply(document.source())?;
    Ok(Replaced { settings: replaced, bytes: encoding.encode(&text).map(Cow::into_owned) })
}

/// The changes to a document, as they are collected.
struct Changes<'d> {
    document: &'d Document,
    charset: Charset,
    list: Vec<(Span, String)>,
}

impl Changes<'_> {
    fn set(&mut self, kind: Kind, setting: NodeId, value: &str) -> Result<(), InvalidCharacter> {
        match kind.value_attribute() {
            Some(attribute) => self.set_attribute(setting, attribute, value),
            None => self.set_content(setting, value),
        }
    }

    fn push(&mut self, span: Span, text: String) {
        self.list.push((span, representable(text, self.charset)));
    }

    fn set_attribute(
        &mut self,
        element: NodeId,
        name: &str,
        value: &str,
    ) -> Result<(), InvalidCharacter> {
        let document = self.document;
        if let Some(attribute) = document.attribute(element, "", name) {
            let quote = self.quote(attribute);
            let text = escape::attribute(value, quote)?;
            if document.value(attribute) != value
                && let Some(span) = document.inner_span(attribute)
            {
                self.push(span, text.into_owned());
            }
            return Ok(());
        }
        // Behind the attribute that stands last: the setting has one, its name.
        let Some(last) = document.attributes(element).last() else { return Ok(()) };
        let quote = self.quote(last);
        let text = format!(" {name}={quote}{}{quote}", escape::attribute(value, quote)?);
        if let Some(span) = document.span(last) {
            self.push(Span::at(span.end), text);
        }
        Ok(())
    }

    /// The quote that stands around the value of an attribute.
    fn quote(&self, attribute: NodeId) -> char {
        let span = self.document.span(attribute);
        let text = span.map_or("\"", |span| self.document.text_of(span));
        if text.ends_with('\'') { '\'' } else { '"' }
    }

    fn set_content(&mut self, setting: NodeId, value: &str) -> Result<(), InvalidCharacter> {
        let document = self.document;
        let text = escape::text(value)?;
        let present =
            document.children(setting).find(|&child| local_name(document, child) == Some("value"));
        let Some(element) = present else {
            // In no namespace, whatever the default is.
            let plain = document.lookup_namespace(setting, "").is_none();
            let tag = if plain { "<value>" } else { "<value xmlns=\"\">" };
            self.append(setting, format!("{tag}{text}</value>"));
            return Ok(());
        };
        let has_elements = document.children(element).any(|child| document.is_element(child));
        if !has_elements && document.string_value(element) == value {
            return Ok(());
        }
        if document.is_self_closed(element) {
            self.append(element, text.into_owned());
        } else if let Some(span) = document.inner_span(element) {
            self.push(span, text.into_owned());
        }
        Ok(())
    }

    /// Adds at the end of an element's content; one that is closed in itself is opened.
    fn append(&mut self, element: NodeId, content: String) {
        let document = self.document;
        if let Some(end_tag) = document.end_tag_span(element) {
            self.push(Span::at(end_tag.start), content);
            return;
        }
        let (Some(span), Some(name)) = (document.span(element), document.name_span(element)) else {
            return;
        };
        let last = document.attributes(element).last().and_then(|last| document.span(last));
        let tail = Span::new(last.unwrap_or(name).end, span.end);
        let name = document.text_of(name).to_owned();
        self.push(tail, format!(">{content}</{name}>"));
    }

    /// The edits. A setting inside of a value that is replaced as a whole is gone with it.
    fn edits(mut self) -> Edits {
        self.list.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut edits = Edits::new();
        let mut done = 0;
        for (span, text) in self.list {
            if span.start >= done {
                done = span.end;
                edits.replace(span, text);
            }
        }
        edits
    }
}
