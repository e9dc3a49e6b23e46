//! The white space inside of a start tag: what stood before each attribute, and what a changed
//! tag makes of it.

use cofferdam_xml::{Document, NodeId};

/// The layout of one start tag.
#[derive(Debug, Clone, Default)]
pub(super) struct TagLayout {
    /// The attributes by name as written: those of the source in their order, then newer ones. A
    /// removed attribute keeps its place, for one of the same name to come back to.
    pub(super) order: Vec<String>,
    /// White space before attributes, oldest first; the `None` entry is what stands before `>`.
    spaces: Vec<(Option<String>, String)>,
    /// What to write between attributes where the line would get too long.
    pub(super) newline: Option<String>,
    one_per_line: Option<bool>,
}

impl TagLayout {
    /// Reads the tag of a parsed element.
    pub(super) fn read(document: &Document, element: NodeId) -> Self {
        let mut layout = Self::default();
        let spaces = source_spaces(document, element);
        for (attribute, space) in spaces {
            match attribute {
                Some(attribute) => {
                    let Some(name) = document.name(attribute).map(ToString::to_string) else {
                        continue;
                    };
                    layout.order.push(name.clone());
                    layout.spaces.push((Some(name), space.to_owned()));
                }
                None => layout.spaces.push((None, space.to_owned())),
            }
        }
        layout
    }

    /// The white space before the attribute `name`, or before `>` for `None`.
    pub(super) fn space(&self, name: Option<&str>) -> Option<&str> {
        let found = self.spaces.iter().find(|(known, _)| known.as_deref() == name)?;
        Some(&found.1)
    }

    fn set_space(&mut self, name: &str, space: String) {
        match self.spaces.iter_mut().find(|(known, _)| known.as_deref() == Some(name)) {
            Some(found) => found.1 = space,
            None => self.spaces.push((Some(name.to_owned()), space)),
        }
    }

    fn remove_space(&mut self, name: &str) -> Option<String> {
        let at = self.spaces.iter().position(|(known, _)| known.as_deref() == Some(name))?;
        Some(self.spaces.remove(at).1)
    }

    /// Adapts the layout to the attributes that there are now. `indent` computes how a wrapped
    /// attribute is indented where the tag itself does not tell.
    pub(super) fn update(&mut self, names: &[String], mut indent: impl FnMut() -> String) {
        if names.is_empty() {
            if !self.order.is_empty() {
                self.order.clear();
                self.spaces.clear();
            }
            return;
        }
        for name in names {
            if !self.order.contains(name) {
                self.order.push(name.clone());
            }
        }
        // The space of a removed attribute that its successor inherits: that of the first one,
        // and line breaks.
        let mut inherited: Option<String> = None;
        let mut first = true;
        for name in self.order.clone() {
            let exists = names.contains(&name);
            if !exists {
                if let Some(space) = self.remove_space(&name) {
                    if first {
                        inherited = inherited.or(Some(space));
                    } else if space.contains('\n') {
                        inherited = Some(space);
                    }
                }
            } else if let Some(space) = inherited.take() {
                let breaks = self.space(Some(&name)).is_some_and(|space| space.contains('\n'));
                if first || !breaks {
                    self.set_space(&name, space);
                }
            } else if self.space(Some(&name)).is_none() {
                if first {
                    self.set_space(&name, " ".to_owned());
                } else if self.is_one_per_line() {
                    let newline = self.newline(&mut indent);
                    self.set_space(&name, newline);
                } else {
                    self.newline(&mut indent);
                }
            }
            first &= !exists;
        }
    }

    /// Whether every attribute but the first stands on a line of its own; decided once.
    fn is_one_per_line(&mut self) -> bool {
        let decided = self.one_per_line.unwrap_or_else(|| {
            self.spaces.len() > 1
                && self
                    .order
                    .iter()
                    .skip(1)
                    .all(|name| self.space(Some(name)).is_none_or(|space| space.contains('\n')))
        });
        self.one_per_line = Some(decided);
        decided
    }

    fn newline(&mut self, indent: &mut impl FnMut() -> String) -> String {
        let newline = self.own_newline().unwrap_or_else(indent);
        self.newline = Some(newline.clone());
        newline
    }

    /// The first white space in the tag that has a line break.
    pub(super) fn own_newline(&self) -> Option<String> {
        let found = || self.spaces.iter().find(|(_, space)| space.contains('\n'));
        self.newline.clone().or_else(|| found().map(|(_, space)| space.clone()))
    }
}

/// The white space before each attribute of a parsed element, and before `>` or `/>` (`None`).
/// Only right as long as the attributes are those of the source.
pub(super) fn source_spaces(document: &Document, element: NodeId) -> Vec<(Option<NodeId>, &str)> {
    let (Some(tag), Some(name)) = (document.start_tag_span(element), document.name_span(element))
    else {
        return Vec::new();
    };
    let text = document.text_of(tag);
    let close = if document.is_self_closed(element) { 2 } else { 1 };
    let mut spaces = Vec::new();
    let mut end = name.end;
    for attribute in document.attributes(element) {
        let Some(span) = document.span(attribute) else { continue };
        let between = document.source().get(end as usize..span.start as usize).unwrap_or_default();
        spaces.push((Some(attribute), between));
        end = span.end;
    }
    let inside = &text[..text.len() - close];
    let trailing = &inside[inside.trim_end_matches([' ', '\t', '\r', '\n']).len()..];
    spaces.push((None, trailing));
    spaces
}
