//! Minimal edits: replace some spans of a text, leave every other byte alone.

use crate::span::Span;

/// A list of replacements against one source text, applied together at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edits {
    list: Vec<(Span, String)>,
}

/// Why edits cannot be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Two edits would replace the same bytes.
    #[error("two edits overlap at byte {offset}; replace a span only once")]
    Overlap {
        /// Where the second one starts.
        offset: u32,
    },
    /// A span ends outside of the text, or inside of a character.
    #[error("the span {}..{} is not a span of this text", .span.start, .span.end)]
    Outside {
        /// The span.
        span: Span,
    },
}

impl Edits {
    /// No edits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts `text` in the place of `span`. Several edits with the same empty span are inserted in
    /// the order in which they were added.
    pub fn replace(&mut self, span: Span, text: impl Into<String>) {
        self.list.push((span, text.into()));
    }

    /// Puts `text` at `offset`.
    pub fn insert(&mut self, offset: u32, text: impl Into<String>) {
        self.replace(Span::at(offset), text);
    }

    /// How many edits there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The spans that are replaced, with their new texts, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (Span, &str)> {
        self.list.iter().map(|(span, text)| (*span, text.as_str()))
    }

    /// The text with all edits made.
    ///
    /// # Errors
    ///
    /// When two edits overlap (touching is fine), or a span is not one of `source`.
    pub fn apply(&self, source: &str) -> Result<String, EditError> {
        let mut sorted: Vec<&(Span, String)> = self.list.iter().collect();
        sorted.sort_by_key(|(span, _)| (span.start, span.end));
        let added: usize = self.list.iter().map(|(_, text)| text.len()).sum();
        let mut out = String::with_capacity(source.len() + added);
        let mut done = 0;
        for (span, text) in sorted {
            if span.start < done {
                return Err(EditError::Overlap { offset: span.start });
            }
            let outside = EditError::Outside { span: *span };
            let kept = source.get(done as usize..span.start as usize).ok_or(outside)?;
            source.get(span.range()).ok_or(outside)?;
            out.push_str(kept);
            out.push_str(text);
            done = span.end;
        }
        out.push_str(source.get(done as usize..).unwrap_or_default());
        Ok(out)
    }
}
