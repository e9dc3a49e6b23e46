//! A variable's value where a mapping or sequence stands: YAML of its own.

use std::ops::Range;

use super::node::{Kind, Node, Style, column};
use super::reader::Reader;
use super::{flow, scalar};

/// What a value is as YAML.
#[derive(Debug)]
pub(crate) enum Fragment {
    /// Fits on the line of whatever announces it; also a flow collection on several lines, of which the others are
    /// to be indented.
    Inline(Lines),
    /// A block mapping, or a block sequence, which may stand further left.
    Block { lines: Lines, is_sequence: bool },
}

/// A piece of YAML.
#[derive(Debug)]
pub(crate) struct Lines {
    text: String,
    /// The column that its first line began at.
    column: usize,
    /// Whether it has an anchor of its own, or is an alias and must not have one.
    pub(crate) anchored: bool,
    /// Whether what follows on its last line would become part of it.
    pub(crate) ends_in_block_scalar: bool,
}

impl Lines {
    fn inline(text: String) -> Self {
        Self { text, column: 0, anchored: false, ends_in_block_scalar: false }
    }

    /// The text with every line but the first indented to `base`.
    pub(crate) fn indented(&self, base: usize, newline: &str) -> String {
        let mut result = String::with_capacity(self.text.len());
        for (index, line) in self.text.split('\n').enumerate() {
            let line = line.strip_suffix('\r').unwrap_or(line);
            if index == 0 {
                result.push_str(line);
                continue;
            }
            result.push_str(newline);
            let blanks = line.len() - line.trim_start_matches(' ').len();
            let line = line.get(blanks.min(self.column)..).unwrap_or_default();
            if !line.is_empty() {
                result.extend(std::iter::repeat_n(' ', base));
                result.push_str(line);
            }
        }
        result
    }
}

/// Reads a value; `in_flow` if it goes inside `[..]` or `{..}`, or for another reason must fit on one line.
///
/// A value that is no YAML from the start is a text, in double quotes, as in the original.
/// # Errors
/// Why a value that begins as YAML is none. The original fails then, too.
pub(crate) fn parse(value: Option<&str>, in_flow: bool) -> Result<Fragment, String> {
    let Some(value) = value else { return Ok(Fragment::Inline(Lines::inline("null".into()))) };
    let mut reader = Reader::new(value, true);
    let root = match reader.next() {
        Ok(Some(root)) => root,
        // The reader looks further ahead than the original, which has seen a collection begin by then.
        Err(error) if value.trim_start().starts_with(['{', '[']) => return Err(error.to_string()),
        Ok(None) | Err(_) => {
            let text = scalar::write(value, Style::DoubleQuoted, in_flow);
            return Ok(Fragment::Inline(Lines::inline(text)));
        }
    };
    let mut depth = usize::from(matches!(root.kind, Kind::Start { .. }));
    let mut end = root.content.end;
    let mut last_is_block = false;
    loop {
        match reader.next().map_err(|error| error.to_string())? {
            None => break,
            Some(_) if depth == 0 => return Err("it has several documents".into()),
            Some(node) => {
                end = node.content.end;
                match node.kind {
                    Kind::Start { .. } => depth += 1,
                    Kind::End { .. } => depth -= 1,
                    Kind::Scalar { style, .. } => last_is_block = style.is_block(),
                    Kind::Alias => last_is_block = false,
                }
            }
        }
    }
    Ok(describe(value, &root, end, last_is_block, in_flow))
}

fn describe(
    value: &str,
    root: &Node<'_>,
    end: usize,
    last_is_block: bool,
    in_flow: bool,
) -> Fragment {
    let mut lines = Lines::inline(String::new());
    lines.anchored = root.anchor.is_some() || root.kind == Kind::Alias;
    let written = |range: Range<usize>| value.get(range).unwrap_or_default();
    match &root.kind {
        Kind::Scalar { value, style } => {
            let style = if style.is_block() { Style::DoubleQuoted } else { *style };
            for property in [&root.anchor, &root.tag].into_iter().flatten() {
                lines.text.push_str(written(property.clone()));
                lines.text.push(' ');
            }
            lines.text.push_str(&scalar::write(value, style, in_flow));
        }
        Kind::Alias => lines.text.push_str(written(root.content.clone())),
        Kind::Start { .. } if in_flow => lines.text = flow::write(value),
        Kind::Start { collection, flow } => {
            lines.text.push_str(written(root.start()..end).trim_end_matches(['\r', '\n']));
            lines.column = column(value, root.start());
            lines.ends_in_block_scalar = last_is_block;
            if !flow {
                let is_sequence =
                    *collection == super::node::Collection::Sequence && root.tag.is_none();
                return Fragment::Block { lines, is_sequence };
            }
        }
        Kind::End { .. } => {}
    }
    Fragment::Inline(lines)
}
