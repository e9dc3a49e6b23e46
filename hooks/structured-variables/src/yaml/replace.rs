//! YAML: which nodes variables name, and what they become.

use std::collections::HashSet;

use cofferdam_hook_files::{Log, Newline};

use super::fragment::{self, Fragment};
use super::node::{Kind, Node, Role, column};
use super::reader::Reader;
use super::{block, gap, scalar};
use crate::edit::{Edit, Replacement};
use crate::names::{Names, PathText};
use crate::{Error, Failure, messages};

/// The indentation of a level where the file shows none.
const DEFAULT_INDENT: usize = 2;

/// The edits that put the values of variables into a YAML text, in all its documents.
///
/// # Errors
/// [`Failure::Syntax`] if the text is not YAML, [`Failure::Other`] if a variable cannot be evaluated or its value not
/// be put in place of a collection.
pub(crate) fn replace(
    text: &str,
    names: &mut Names<'_>,
    log: &mut dyn Log,
) -> Result<Replacement, Failure> {
    let newline = Newline::majority(text).unwrap_or(Newline::Lf).as_str();
    let mut editor = Editor {
        document: Document { text, newline, indent: None, aliases: HashSet::new() },
        walk: Walk::default(),
        replacing: None,
        collections: Vec::new(),
        edits: Vec::new(),
    };
    let mut reader = Reader::new(text, true);
    while let Some(node) = reader.next()? {
        editor.node(node, names, log)?;
    }
    let edits = editor.into_edits(names)?;
    // Every value that is named here can be replaced.
    let found = !edits.is_empty();
    Ok(Replacement { edits, found })
}

struct Editor<'t> {
    document: Document<'t>,
    walk: Walk,
    /// The variable that replaces the collection that is being read, and how many levels deep the reader is in it.
    replacing: Option<(usize, usize)>,
    /// The ends of the collections that are to be replaced, with the variable; only after all of the text it is known
    /// which of their anchors are in use.
    collections: Vec<(Node<'t>, usize)>,
    edits: Vec<Edit>,
}

impl<'t> Editor<'t> {
    fn node(
        &mut self,
        node: Node<'t>,
        names: &mut Names<'_>,
        log: &mut dyn Log,
    ) -> Result<(), Failure> {
        if !matches!(node.kind, Kind::End { .. }) {
            self.walk.begin(&node);
        }
        let (role, opens) = (node.role, matches!(node.kind, Kind::Start { .. }));
        match (&node.kind, &mut self.replacing) {
            (Kind::Start { .. }, Some((_, depth))) => *depth += 1,
            (Kind::End { .. }, Some((variable, 0))) => {
                self.collections.push((node, *variable));
                self.replacing = None;
            }
            (Kind::End { .. }, Some((_, depth))) => *depth -= 1,
            (Kind::Start { .. } | Kind::Scalar { .. }, None) => {
                if let Some(variable) = self.walk.path().and_then(|path| names.find(path)) {
                    messages::found(log, names.name(variable));
                    if matches!(node.kind, Kind::Start { .. }) {
                        self.replacing = Some((variable, 0));
                    } else {
                        let value = names.value(variable)?;
                        self.edits.extend(self.document.scalar(&node, value.as_deref()));
                    }
                }
            }
            (Kind::Alias, _) => self.document.note_alias(&node),
            _ => {}
        }
        if !opens {
            self.walk.end(role);
        }
        Ok(())
    }

    /// All edits, those of collections last.
    fn into_edits(mut self, names: &mut Names<'_>) -> Result<Vec<Edit>, Failure> {
        for (node, variable) in std::mem::take(&mut self.collections) {
            let value = names.value(variable)?;
            let edit = self.document.collection(&node, value.as_deref()).map_err(|reason| {
                Error::PartialFragment { name: names.name(variable).to_owned(), reason }
            })?;
            self.edits.push(edit);
        }
        Ok(self.edits)
    }
}

/// Where the reader is, in the words of variable names.
#[derive(Default)]
struct Walk {
    path: PathText,
    /// How many of the steps to here are no names: below a key that is a collection or an alias.
    nameless: usize,
    /// For each value that is being read whether its step is such a one.
    nameless_values: Vec<bool>,
    in_key: bool,
}

impl Walk {
    fn path(&self) -> Option<&str> {
        if self.nameless > 0 || self.in_key { None } else { self.path.get() }
    }

    fn begin(&mut self, node: &Node<'_>) {
        self.in_key = node.role == Role::Key;
        match (node.role, &node.kind) {
            (Role::Key, Kind::Scalar { value, .. }) => {
                self.path.push(value);
                self.nameless_values.push(false);
            }
            (Role::Key, _) => {
                self.path.push("");
                self.nameless_values.push(true);
                self.nameless += 1;
            }
            (Role::Element(index), _) => self.path.push(&index.to_string()),
            (Role::Root | Role::Value, _) => {}
        }
    }

    fn end(&mut self, role: Role) {
        match role {
            Role::Value => {
                self.path.pop();
                self.nameless -= usize::from(self.nameless_values.pop() == Some(true));
            }
            Role::Element(_) => self.path.pop(),
            Role::Root | Role::Key => {}
        }
    }
}

/// A text, and the habits of its author.
struct Document<'t> {
    text: &'t str,
    newline: &'static str,
    indent: Option<usize>,
    /// The names that aliases have, in any of the documents.
    aliases: HashSet<&'t str>,
}

impl<'t> Document<'t> {
    fn note_alias(&mut self, node: &Node<'_>) {
        let alias = self.slice(node.content.clone());
        self.aliases.insert(alias.strip_prefix('*').unwrap_or(alias));
    }

    /// How far a level is indented: as the first line that is.
    fn indent(&mut self) -> usize {
        let text = self.text;
        *self.indent.get_or_insert_with(|| {
            let of_line = |line: &str| line.len() - line.trim_start_matches(' ').len();
            let meant =
                |line: &&str| !line.trim_start().is_empty() && !line.trim_start().starts_with('#');
            let first =
                text.lines().filter(meant).map(of_line).find(|indent| (2..=9).contains(indent));
            first.unwrap_or(DEFAULT_INDENT)
        })
    }

    fn scalar(&self, node: &Node<'_>, value: Option<&str>) -> Vec<Edit> {
        let Kind::Scalar { value: old, style } = &node.kind else { return Vec::new() };
        let mut edits = Vec::new();
        if value.is_none()
            && let Some(tag) = &node.tag
            && !self.slice(tag.clone()).ends_with("null")
        {
            // A tag like `!!str` would make a text of the word.
            let end = tag.end + usize::from(self.text.as_bytes().get(tag.end) == Some(&b' '));
            edits.push(Edit { range: tag.start..end, text: String::new() });
        }
        if style.is_block() {
            edits.extend(block::replace(
                self.text,
                &node.content,
                *style,
                old,
                value,
                self.newline,
            ));
            return edits;
        }
        let new = match value {
            Some(value) => scalar::write(value, *style, node.in_flow),
            None => "null".into(),
        };
        if node.is_empty() {
            edits.push(Edit { range: node.content.clone(), text: self.announce(node, &new) });
        } else {
            edits.push(Edit { range: node.content.clone(), text: new });
        }
        edits
    }

    /// What to insert where a value is missing.
    fn announce(&self, node: &Node<'_>, new: &str) -> String {
        if !node.announced {
            return if node.in_flow {
                format!(": {new}")
            } else {
                let column = column(self.text, node.parent_start);
                format!("{}{}: {new}", self.newline, " ".repeat(column))
            };
        }
        let before = self.slice(..node.content.start);
        let after = self.slice(node.content.end..);
        let blank = |c: char| c.is_ascii_whitespace();
        let left = if before.ends_with(blank) { "" } else { " " };
        let right =
            if after.is_empty() || after.starts_with(blank) || after.starts_with([',', ']', '}']) {
                ""
            } else {
                " "
            };
        format!("{left}{new}{right}")
    }

    /// The edit for a collection; `node` is its end.
    fn collection(&mut self, node: &Node<'_>, value: Option<&str>) -> Result<Edit, String> {
        let old = self.slice(node.content.clone());
        let until_content = self.slice(node.after_indicator..node.content.start);
        let own_lines = until_content.contains('\n') || old.trim_end().contains('\n');
        let mut end = node.content.start + old.trim_end_matches(['\r', '\n']).len();
        if own_lines && matches!(node.kind, Kind::End { flow: false, .. }) {
            // A comment behind its last value goes with it.
            end = self.after_comment(end);
        }
        let followed = !self.slice(end..gap::line_end(self.text, end)).trim().is_empty();
        let mut fragment = fragment::parse(value, node.in_flow)?;
        if let Fragment::Block { lines, .. } = &fragment
            && lines.ends_in_block_scalar
            && followed
        {
            fragment = fragment::parse(value, true)?;
        }
        let (start, text) = match &fragment {
            Fragment::Inline(lines) => self.inline(node, lines),
            Fragment::Block { lines, is_sequence } => self.block(node, lines, *is_sequence),
        };
        Ok(Edit { range: start..end, text })
    }

    /// The place and text of a fragment that begins on the line of what announces it.
    fn inline(&mut self, node: &Node<'_>, lines: &fragment::Lines) -> (usize, String) {
        let anchor = self.anchor(node, lines.anchored, " ");
        let start = node.start();
        if node.role != Role::Value || node.in_flow {
            // Within a flow collection everything is on one line, which may be the whole file: no column is looked for.
            let base = if node.in_flow { 0 } else { column(self.text, start) };
            return (start, format!("{anchor}{}", lines.indented(base, self.newline)));
        }
        let entry = column(self.text, node.entry_start);
        let new = lines.indented(entry + self.indent(), self.newline);
        if self.only_blanks(node.after_indicator, start) {
            return (node.after_indicator, format!(" {anchor}{new}"));
        }
        // A comment stands between: the new value stays below it, and right of its key.
        let missing = (entry + 1).saturating_sub(column(self.text, start));
        let shift = if missing > 0 { " ".repeat(self.indent()) } else { String::new() };
        (start, format!("{shift}{anchor}{new}"))
    }

    /// The place and text of a block mapping or sequence.
    fn block(
        &mut self,
        node: &Node<'_>,
        lines: &fragment::Lines,
        is_sequence: bool,
    ) -> (usize, String) {
        let start = node.start();
        let own = column(self.text, node.content.start);
        if node.role != Role::Value {
            let base = column(self.text, start);
            let line_break = format!("{}{}", self.newline, " ".repeat(base));
            let anchor = self.anchor(node, lines.anchored, &line_break);
            return (start, format!("{anchor}{}", lines.indented(base, self.newline)));
        }
        let entry = column(self.text, node.entry_start);
        let leftmost = if is_sequence { entry } else { entry + 1 };
        let on_own_line = matches!(node.kind, Kind::End { flow: false, .. });
        let base = if on_own_line && own >= leftmost { own } else { entry + self.indent() };
        let indentation = " ".repeat(base);
        let new = lines.indented(base, self.newline);
        if self.only_blanks(node.after_indicator, start) {
            let anchor = self.anchor(node, lines.anchored, "");
            let gap = if anchor.is_empty() { "" } else { " " };
            return (
                node.after_indicator,
                format!("{gap}{anchor}{}{indentation}{new}", self.newline),
            );
        }
        let anchor = self.anchor(node, lines.anchored, &format!("{}{indentation}", self.newline));
        let shift = " ".repeat(base.saturating_sub(column(self.text, start)));
        (start, format!("{shift}{anchor}{new}"))
    }

    /// The anchor of a replaced collection if there are aliases to it, which the original leaves without it.
    fn anchor(&self, node: &Node<'_>, anchored: bool, then: &str) -> String {
        let anchor = node.anchor.clone().map(|anchor| self.slice(anchor)).unwrap_or_default();
        let name = anchor.strip_prefix('&').unwrap_or(anchor);
        if anchored || !self.aliases.contains(name) {
            String::new()
        } else {
            format!("{anchor}{then}")
        }
    }

    fn only_blanks(&self, from: usize, to: usize) -> bool {
        self.slice(from..to).trim().is_empty()
    }

    /// The end of a comment that follows on the same line.
    fn after_comment(&self, end: usize) -> usize {
        let line_end = gap::line_end(self.text, end);
        let rest = self.slice(end..line_end);
        if rest.trim_start().starts_with('#') && rest.starts_with([' ', '\t']) {
            line_end
        } else {
            end
        }
    }

    fn slice<R: std::slice::SliceIndex<str, Output = str>>(&self, range: R) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }
}
