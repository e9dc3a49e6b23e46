//! Laying out what transforms put in and took out: line breaks and indentation that fit in with
//! the rest of the file. Elements of the source that nothing happened to stay as they are.
//!
//! One walk over the tree. On the way it remembers the indentation it saw; before a new element
//! (or behind one) it puts a line break and the indentation of the place, which is, in this order:
//! that of the white space seen last on this level, that of any other child of the parent, that of
//! the parent and one step more.

use cofferdam_xml::{NodeId, NodeKind};

use super::layout::TagLayout;
use super::target::Target;

/// One step of indentation where a file shows none.
const DEFAULT_STEP: &str = "\t";

/// Lays out the whole document.
pub(super) fn format(target: &mut Target) {
    let root = target.document.root();
    let mut formatter = Formatter {
        target,
        levels: Vec::new(),
        attribute_levels: Vec::new(),
        indent: Some(String::new()),
        attribute_indent: None,
        step: None,
        current: None,
        previous: None,
    };
    formatter.children(root);
}

struct Formatter<'a> {
    target: &'a mut Target,
    /// The indentation of the open elements: line break and white space.
    levels: Vec<String>,
    attribute_levels: Vec<Option<String>>,
    /// The indentation on this level, once known.
    indent: Option<String>,
    /// The indentation of wrapped attributes on this level, once known.
    attribute_indent: Option<String>,
    /// One step of indentation, once known; forgotten when the indentation changes.
    step: Option<String>,
    current: Option<NodeId>,
    previous: Option<NodeId>,
}

impl Formatter<'_> {
    fn visit(&mut self, node: NodeId) {
        self.previous = self.current.replace(node);
    }

    fn children(&mut self, parent: NodeId) {
        let mut next = self.target.document.first_child(parent);
        while let Some(node) = next {
            self.visit(node);
            let removed = match self.target.document.kind(node) {
                NodeKind::Element => {
                    self.element(node);
                    false
                }
                NodeKind::Comment => {
                    self.indent_before(node);
                    false
                }
                NodeKind::Text if self.target.is_whitespace(node) => {
                    next = self.target.document.next_sibling(node);
                    self.whitespace(node)
                }
                _ => false,
            };
            if !removed {
                next = self.target.document.next_sibling(node);
            }
        }
    }

    fn element(&mut self, element: NodeId) {
        self.indent_before(element);
        self.attributes(element);
        self.open();
        self.move_space_behind_new(element);
        self.children(element);
        self.visit(element);
        self.close();
        if !self.target.is_empty(element) && self.needs_indent(element) {
            let indent = self.current_indent();
            let space = self.target.document.create_text(&indent);
            self.target.document.append_child(element, space);
        }
    }

    /// The white space before an end tag belongs there, also when elements were appended behind it.
    fn move_space_behind_new(&mut self, element: NodeId) {
        if self.target.is_new(element) {
            return;
        }
        let mut last = self.target.document.last_child(element);
        let mut passed = false;
        while let Some(node) = last {
            if self.target.document.is_element(node) && self.target.is_new(node) {
                passed = true;
                last = self.target.document.previous_sibling(node);
                continue;
            }
            if passed && self.target.is_whitespace(node) {
                self.target.document.detach(node);
                self.target.document.append_child(element, node);
            }
            return;
        }
    }

    /// Two pieces of white space beside each other: something between them was removed. One stays,
    /// rather the one with a line break. Whether that was not `node`.
    fn whitespace(&mut self, node: NodeId) -> bool {
        let mut removed = false;
        if let Some(previous) = self.previous.filter(|&each| self.target.is_whitespace(each)) {
            let breaks = |node| line_break(&self.target.document.value(node)).is_some();
            removed = !breaks(node) && breaks(previous);
            self.target.document.detach(if removed { node } else { previous });
        }
        let value = self.target.document.value(node);
        if let Some(at) = line_break(&value) {
            let indent = value[at..].to_owned();
            self.set_indent(indent);
        }
        removed
    }

    fn needs_indent(&self, node: NodeId) -> bool {
        let previous = self.previous;
        let is = |test: fn(&Target, NodeId) -> bool| {
            previous.is_some_and(|each| test(self.target, each))
        };
        !is(Target::is_whitespace)
            && !is(Target::is_text)
            && (self.target.is_new(node) || is(Target::is_new))
    }

    fn indent_before(&mut self, node: NodeId) {
        if self.needs_indent(node) {
            let indent = self.current_indent();
            let space = self.target.document.create_text(&indent);
            self.target.document.insert_before(node, space);
        }
    }

    fn attributes(&mut self, element: NodeId) {
        let Some(mut layout) = self.target.layouts.remove(&element) else { return };
        let document = &self.target.document;
        let names: Vec<String> = document
            .attributes(element)
            .filter_map(|each| document.name(each).map(ToString::to_string))
            .collect();
        layout.update(&names, || self.current_attribute_indent());
        self.target.layouts.insert(element, layout);
    }

    fn set_indent(&mut self, indent: String) {
        if self.indent.as_ref() != Some(&indent) {
            self.indent = Some(indent);
            self.step = None;
            self.attribute_indent = None;
        }
    }

    /// Goes down into an element.
    fn open(&mut self) {
        let indent = self.current_indent();
        self.levels.push(indent);
        self.indent = None;
        self.attribute_levels.push(self.attribute_indent.take());
    }

    /// Comes back up.
    fn close(&mut self) {
        self.indent = self.levels.pop();
        self.attribute_indent = self.attribute_levels.pop().flatten();
    }

    fn current_indent(&mut self) -> String {
        if let Some(indent) = &self.indent {
            return indent.clone();
        }
        let indent = self.indent_among_siblings().unwrap_or_else(|| {
            let parent = self.levels.last().cloned().unwrap_or_default();
            parent + &self.step()
        });
        self.indent = Some(indent.clone());
        indent
    }

    /// The indentation of the first child beside the current node that has one.
    fn indent_among_siblings(&self) -> Option<String> {
        let document = &self.target.document;
        let parent = document.parent(self.current?)?;
        document
            .children(parent)
            .filter(|&each| {
                document.next_sibling(each).is_some() && self.target.is_whitespace(each)
            })
            .find_map(|each| {
                let value = document.value(each);
                line_break(&value).map(|at| value[at..].to_owned())
            })
    }

    /// One step of indentation: by how much the innermost level is indented more than the one
    /// around it, or the next pair further out that tells.
    fn step(&mut self) -> String {
        if let Some(step) = &self.step {
            return step.clone();
        }
        let told = self.levels.windows(2).rev().find_map(|pair| match pair {
            [outer, inner] => inner.strip_prefix(outer.as_str()).map(str::to_owned),
            _ => None,
        });
        let step = told.unwrap_or_else(|| {
            self.levels.first().map_or(DEFAULT_STEP.to_owned(), |indent| step_in(indent))
        });
        self.step = Some(step.clone());
        step
    }

    fn current_attribute_indent(&mut self) -> String {
        if let Some(indent) = &self.attribute_indent {
            return indent.clone();
        }
        let indent = self.attribute_indent_among_siblings().unwrap_or_else(|| {
            let indent = self.current_indent();
            indent + &self.step()
        });
        self.attribute_indent = Some(indent.clone());
        indent
    }

    /// How the sibling before the current element wraps its attributes; if it does not, the first
    /// one after it that does.
    fn attribute_indent_among_siblings(&self) -> Option<String> {
        let document = &self.target.document;
        let current = self.current?;
        let wrapped = |element| match self.target.layouts.get(&element) {
            Some(layout) => layout.own_newline(),
            None => TagLayout::read(document, element).own_newline(),
        };
        let element = |node: &NodeId| document.is_element(*node);
        let before = std::iter::successors(document.previous_sibling(current), |&each| {
            document.previous_sibling(each)
        });
        let after = std::iter::successors(document.next_sibling(current), |&each| {
            document.next_sibling(each)
        });
        before
            .into_iter()
            .find(element)
            .and_then(wrapped)
            .or_else(|| after.filter(element).find_map(wrapped))
    }
}

/// Where the last line break in white space starts (`\r\n` starts at the `\r`).
fn line_break(space: &str) -> Option<usize> {
    let at = space.rfind(['\n', '\r'])?;
    let is_pair = space[at..].starts_with('\n') && space[..at].ends_with('\r');
    Some(if is_pair { at - 1 } else { at })
}

/// One step of indentation, guessed from the outermost one: what follows its line break and one
/// more character.
fn step_in(indent: &str) -> String {
    let blank = indent.trim_start_matches(['\r', '\n']);
    let mut rest = blank.chars();
    match rest.next() {
        Some(_) if !rest.as_str().is_empty() => rest.as_str().to_owned(),
        _ => DEFAULT_STEP.to_owned(),
    }
}
