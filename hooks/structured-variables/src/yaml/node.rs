//! What the reader says about one node: what it is, what it is for, and where each part of it stands.

use std::borrow::Cow;
use std::ops::Range;

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

impl Style {
    /// Whether the text stands on lines of its own below a header.
    pub(crate) fn is_block(self) -> bool {
        matches!(self, Self::Literal | Self::Folded)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Collection {
    Mapping,
    Sequence,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind<'t> {
    Scalar { value: Cow<'t, str>, style: Style },
    Alias,
    Start { collection: Collection, flow: bool },
    End { collection: Collection, flow: bool },
}

/// What a node is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Root,
    Key,
    Value,
    /// An element of a sequence, with its index.
    Element(usize),
}

/// One node, or the end of one.
#[derive(Clone, Debug)]
pub(crate) struct Node<'t> {
    pub(crate) kind: Kind<'t>,
    pub(crate) role: Role,
    /// Whether it stands inside a flow collection.
    pub(crate) in_flow: bool,
    /// Where the collection begins that it stands in; its column is that of the entries.
    pub(crate) parent_start: usize,
    /// Where the key of a value begins; `parent_start` for an element.
    pub(crate) entry_start: usize,
    /// Just after the indicator that announces it (the `:` of a value), or after what comes before it.
    pub(crate) after_indicator: usize,
    /// Whether there is such an indicator; a key can stand alone.
    pub(crate) announced: bool,
    pub(crate) anchor: Option<Range<usize>>,
    pub(crate) tag: Option<Range<usize>>,
    /// The content without properties. Of a block scalar from its header to its last line; of a collection's start
    /// only where it begins, of its end the whole.
    pub(crate) content: Range<usize>,
}

impl Node<'_> {
    /// Where the node begins, with its properties.
    pub(crate) fn start(&self) -> usize {
        let begins = [&self.anchor, &self.tag].into_iter().flatten().map(|range| range.start);
        begins.fold(self.content.start, usize::min)
    }

    /// Whether nothing at all is written for it but maybe properties.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { style: Style::Plain, .. }) && self.content.is_empty()
    }
}

/// The column of a byte, from zero, in characters.
pub(crate) fn column(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rfind('\n').map_or(0, |newline| newline + 1);
    before.get(line..).unwrap_or_default().trim_start_matches('\u{FEFF}').chars().count()
}
