//! The parser's events, with the role of each node and the exact place of each part.
//!
//! The crate `granit-parser` reads YAML and gives byte positions, which are exact for what has characters of its own.
//! What it leaves open is found in the gap between two nodes: the header of a block scalar, the first dash of a
//! sequence that is not indented, the place of a value that is not there.

use std::ops::Range;

use granit_parser::{
    Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput, StructureStyle,
};

use super::gap;
use super::node::{Collection, Kind, Node, Role, Style};
use crate::SyntaxError;

/// How deep collections may be nested. Enough for any file made by people, and bounds the closing events that one
/// character can cause.
pub(crate) const MAX_DEPTH: usize = 255;

/// What the parser is allowed, and what it is asked to say.
fn options(stray_aliases: bool) -> Options {
    let mut options = granit_parser::options! {
        emit_anchor_events: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    // A fragment may refer to anchors of the document; the original does not look at anchors at all.
    options.emit_unresolved_aliases = stray_aliases;
    // Comments are passed over as part of the gaps; reading them as events would limit their number.
    options.set_emit_comments(false);
    options
}

#[derive(Debug)]
struct Frame {
    collection: Collection,
    flow: bool,
    /// What the collection itself is for.
    role: Role,
    start: usize,
    /// Where the collection's own entry begins, and the like: handed on to the node that ends it.
    opening: Opening,
    /// Of a sequence the index of the next element; of a mapping whether a value is next, 0 or 1.
    next: usize,
    key_start: usize,
}

/// What the start of a collection knows, kept for its end.
#[derive(Clone, Debug)]
struct Opening {
    parent_start: usize,
    entry_start: usize,
    after_indicator: usize,
    announced: bool,
    anchor: Option<Range<usize>>,
    tag: Option<Range<usize>>,
}

/// Reads nodes one after the other, over all documents of a text.
pub(crate) struct Reader<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    frames: Vec<Frame>,
    /// The end of the last characters that belong to a node.
    last_end: usize,
    /// Where the gap before the next node begins.
    gap_start: usize,
}

impl<'t> Reader<'t> {
    /// Reads a text; `stray_aliases` accepts aliases without anchor.
    pub(crate) fn new(text: &'t str, stray_aliases: bool) -> Self {
        Self {
            text,
            parser: Parser::new_from_str_with_options(text, options(stray_aliases)),
            frames: Vec::new(),
            last_end: 0,
            gap_start: 0,
        }
    }

    /// The next node; none at the end of the text.
    pub(crate) fn next(&mut self) -> Result<Option<Node<'t>>, SyntaxError> {
        while let Some((event, span)) = self.event()? {
            let range = span.byte_range().unwrap_or_default();
            let (kind, anchored) = match event {
                Event::DocumentStart(..) | Event::DocumentEnd => {
                    self.gap_start = self.gap_start.max(range.end);
                    continue;
                }
                Event::SequenceEnd => return self.end(range, Collection::Sequence).map(Some),
                Event::MappingEnd => return self.end(range, Collection::Mapping).map(Some),
                Event::Alias(_) | Event::UnresolvedAlias(_) => (Kind::Alias, 0),
                Event::Scalar(value, style, anchor, _) => {
                    let style = self::style(style);
                    // The parser's word for a scalar that is not there.
                    let absent = range.is_empty() && style == Style::Plain;
                    let value = if absent { "".into() } else { value };
                    (Kind::Scalar { value, style }, anchor)
                }
                Event::SequenceStart(style, anchor, _) => {
                    (start(Collection::Sequence, style), anchor)
                }
                Event::MappingStart(style, anchor, _) => {
                    (start(Collection::Mapping, style), anchor)
                }
                _ => continue,
            };
            let anchor = if anchored == 0 { None } else { self.anchor()? };
            return Ok(Some(self.node(kind, range, anchor, tag(&span))));
        }
        Ok(None)
    }

    fn event(&mut self) -> Result<Option<(Event<'t>, Span)>, SyntaxError> {
        self.parser.next_event().transpose().map_err(|error| self.syntax(&error))
    }

    fn syntax(&self, error: &ScanError) -> SyntaxError {
        let offset = error.marker().byte_offset().unwrap_or_default();
        SyntaxError::at(self.text, offset, error.info())
    }

    /// The event after that of an anchored node says where the anchor stands.
    fn anchor(&mut self) -> Result<Option<Range<usize>>, SyntaxError> {
        match self.parser.peek() {
            Some(Ok((Event::Anchor(..), _))) => {
                Ok(self.event()?.and_then(|(_, span)| span.byte_range()))
            }
            _ => Ok(None),
        }
    }

    fn node(
        &mut self,
        kind: Kind<'t>,
        range: Range<usize>,
        anchor: Option<Range<usize>>,
        tag: Option<Range<usize>>,
    ) -> Node<'t> {
        let frame = self.frames.last();
        let role = match frame {
            None => Role::Root,
            Some(Frame { collection: Collection::Mapping, next: 0, .. }) => Role::Key,
            Some(Frame { collection: Collection::Mapping, .. }) => Role::Value,
            Some(Frame { next, .. }) => Role::Element(*next),
        };
        let colon = (role == Role::Value).then(|| self.colon()).flatten();
        let after_indicator = colon.map_or(self.gap_start, |colon| colon + 1);
        let parent_start = frame.map_or(0, |frame| frame.start);
        let mut node = Node {
            kind,
            role,
            in_flow: frame.is_some_and(|frame| frame.flow),
            parent_start,
            entry_start: frame
                .filter(|_| role == Role::Value)
                .map_or(parent_start, |f| f.key_start),
            after_indicator,
            announced: role != Role::Value || colon.is_some(),
            anchor,
            tag,
            content: range,
        };
        node.content = self.content(&node);
        self.advance(&node);
        node
    }

    /// The `:` between the key just read and its value.
    fn colon(&self) -> Option<usize> {
        let at = gap::skip_blanks_and_comments(self.text, self.gap_start);
        (self.text.as_bytes().get(at) == Some(&b':')).then_some(at)
    }

    /// Where the content really stands.
    fn content(&self, node: &Node<'_>) -> Range<usize> {
        let Range { start, end } = node.content;
        let properties_end =
            [&node.anchor, &node.tag].into_iter().flatten().map(|range| range.end).max();
        let from = properties_end.unwrap_or(node.after_indicator);
        match &node.kind {
            Kind::Scalar { style, .. } if style.is_block() => {
                let header = gap::block_header(self.text, from).unwrap_or(start);
                header..self.end_of_lines(end).max(gap::line_end(self.text, header))
            }
            _ if node.is_empty() => {
                let at =
                    if node.role == Role::Value || properties_end.is_some() { from } else { start };
                at..at
            }
            Kind::Start { collection: Collection::Sequence, flow: false } => {
                // A sequence in a mapping need not be indented; then the parser gives the place after its first dash.
                let of_mapping = matches!(node.role, Role::Key | Role::Value);
                let dash = of_mapping.then(|| gap::first_dash(self.text, from, start)).flatten();
                let start = dash.unwrap_or(start);
                start..start
            }
            _ => start..end,
        }
    }

    /// The end of a block scalar without the indentation of the line after it, which the parser has passed as well.
    fn end_of_lines(&self, end: usize) -> usize {
        let text = self.text.get(..end).unwrap_or_default();
        let line = text.rfind('\n').map_or(0, |newline| newline + 1);
        let only_blanks = text.get(line..).is_some_and(|rest| rest.trim_matches(' ').is_empty());
        if only_blanks && end < self.text.len() { line } else { end }
    }

    /// Takes note of a node that has been read.
    fn advance(&mut self, node: &Node<'t>) {
        let block_start = matches!(node.kind, Kind::Start { flow: false, .. });
        if !block_start {
            self.last_end = node.content.end.max(node.after_indicator);
        }
        self.gap_start = self.gap_start.max(node.content.end).max(node.after_indicator);
        if node.role == Role::Key
            && let Some(frame) = self.frames.last_mut()
        {
            frame.key_start = node.start();
        }
        if let Kind::Start { collection, flow } = node.kind {
            let opening = Opening {
                parent_start: node.parent_start,
                entry_start: node.entry_start,
                after_indicator: node.after_indicator,
                announced: node.announced,
                anchor: node.anchor.clone(),
                tag: node.tag.clone(),
            };
            self.frames.push(Frame {
                collection,
                flow,
                role: node.role,
                start: node.content.start,
                opening,
                next: 0,
                key_start: node.content.start,
            });
        } else {
            self.finished();
        }
    }

    /// A node of the innermost collection is complete: on to the next one.
    fn finished(&mut self) {
        if let Some(frame) = self.frames.last_mut() {
            frame.next = match frame.collection {
                Collection::Mapping => 1 - frame.next,
                Collection::Sequence => frame.next + 1,
            };
        }
    }

    fn end(
        &mut self,
        range: Range<usize>,
        collection: Collection,
    ) -> Result<Node<'t>, SyntaxError> {
        let Some(frame) = self.frames.pop() else {
            return Err(SyntaxError::at(
                self.text,
                range.start,
                "a collection ends that never began",
            ));
        };
        if frame.flow {
            self.last_end = range.end;
            self.gap_start = self.gap_start.max(range.end);
        }
        self.finished();
        let opening = frame.opening;
        Ok(Node {
            kind: Kind::End { collection, flow: frame.flow },
            role: frame.role,
            in_flow: self.frames.last().is_some_and(|parent| parent.flow),
            parent_start: opening.parent_start,
            entry_start: opening.entry_start,
            after_indicator: opening.after_indicator,
            announced: opening.announced,
            anchor: opening.anchor,
            tag: opening.tag,
            content: frame.start..self.last_end.max(frame.start),
        })
    }
}

fn start(collection: Collection, style: StructureStyle) -> Kind<'static> {
    Kind::Start { collection, flow: style == StructureStyle::Flow }
}

fn style(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
        _ => Style::Plain,
    }
}

fn tag(span: &Span) -> Option<Range<usize>> {
    span.tag_span()?.byte_range()
}
