//! Symbols: the paths of variables.

use std::collections::HashMap;

use super::lexis::{is_space, name_end, skip_space};
use super::outcome::{Mismatch, Parsed, literal, or_else};
use super::template::Parser;
use crate::ast::{Symbol, SymbolStep};

/// Reads the longest prefix of a variable's name that is a path; `None` if there is none.
pub(crate) fn parse_path_prefix(name: &str, max_depth: usize) -> Option<Symbol> {
    let mut parser = Parser::new(name, max_depth);
    let start = skip_space(name, 0);
    parser.symbol(start).ok().map(|(symbol, _)| symbol)
}

impl Parser<'_> {
    /// `symbol := identifier ( '.' identifier / '[' index ']' )*`
    pub(super) fn symbol(&mut self, at: usize) -> Parsed<Symbol> {
        let (first, mut end) = self.identifier(at)?;
        let position = self.position(at);
        let mut steps = vec![SymbolStep::Name(first)];
        loop {
            match self.further_step(end) {
                Ok((step, next)) => {
                    steps.push(step);
                    end = next;
                }
                Err(Mismatch::At(_)) => break,
                Err(Mismatch::TooDeep) => return Err(Mismatch::TooDeep),
            }
        }
        Ok((Symbol { steps, position }, end))
    }

    fn further_step(&mut self, at: usize) -> Parsed<SymbolStep> {
        if self.text[at..].starts_with('.') {
            let (name, end) = self.identifier(at + 1)?;
            return Ok((SymbolStep::Name(name), end));
        }
        let ((), start) = literal(self.text, at, "[")?;
        let result = self.nested(|parser| parser.index_by_symbol(start));
        or_else(result, || self.index_by_text(start))
    }

    /// `identifier`: letters, digits, inner white space and some signs; trimmed.
    pub(super) fn identifier(&self, at: usize) -> Parsed<String> {
        let end = name_end(self.text, at);
        if end == at {
            return Err(Mismatch::At(at));
        }
        Ok((self.text[at..end].trim_matches(is_space).to_owned(), end))
    }

    /// `ws '#{' ws symbol ws '}' ws ']'`
    fn index_by_symbol(&mut self, at: usize) -> Parsed<SymbolStep> {
        let start = skip_space(self.text, at);
        let ((), start) = literal(self.text, start, "#{")?;
        let (symbol, end) = self.symbol(skip_space(self.text, start))?;
        let ((), end) = literal(self.text, skip_space(self.text, end), "}")?;
        let ((), end) = literal(self.text, skip_space(self.text, end), "]")?;
        Ok((SymbolStep::IndexBySymbol(symbol), end))
    }

    /// Text with balanced brackets up to `]`: white space behind any `[` goes, the other stays.
    fn index_by_text(&mut self, at: usize) -> Parsed<SymbolStep> {
        let Some(end) = self.closing_bracket(at - 1) else {
            return Err(Mismatch::At(self.text.len()));
        };
        let mut pieces = self.text[at..end].split('[');
        let mut index = pieces.next().unwrap_or_default().trim_start_matches(is_space).to_owned();
        for piece in pieces {
            index.push('[');
            index.push_str(piece.trim_start_matches(is_space));
        }
        Ok((SymbolStep::Index(index), end + 1))
    }

    /// Where the bracket that opens at `open` is closed. All brackets are paired in one pass, at
    /// the first question, so that a text full of unclosed brackets costs no more than its length.
    fn closing_bracket(&mut self, open: usize) -> Option<usize> {
        let text = self.text;
        let pairs = self.brackets.get_or_insert_with(|| pair_brackets(text));
        pairs.get(&open).copied()
    }
}

fn pair_brackets(text: &str) -> HashMap<usize, usize> {
    let mut pairs = HashMap::new();
    let mut open = Vec::new();
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'[' => open.push(offset),
            b']' => {
                if let Some(start) = open.pop() {
                    pairs.insert(start, offset);
                }
            }
            _ => {}
        }
    }
    pairs
}
