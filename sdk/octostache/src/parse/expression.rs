//! Expressions: symbols and filters.

use super::lexis::{skip_space, word_end};
use super::outcome::{Mismatch, Parsed, literal, or_else};
use super::template::Parser;
use crate::ast::{Expression, FilterCall, FilterOption, Symbol, SymbolStep};

impl Parser<'_> {
    /// `ws expression ws`
    pub(super) fn spaced_expression(&mut self, at: usize) -> Parsed<Expression> {
        let (expression, end) = self.expression(skip_space(self.text, at))?;
        Ok((expression, skip_space(self.text, end)))
    }

    /// `expression := filterchain / symbol`
    fn expression(&mut self, at: usize) -> Parsed<Expression> {
        let (argument, end) = match self.symbol(at) {
            Ok((symbol, end)) => (Ok(symbol), end),
            Err(Mismatch::At(furthest)) => (Err(Mismatch::At(furthest)), at),
            Err(Mismatch::TooDeep) => return Err(Mismatch::TooDeep),
        };
        self.filter_chain(argument, end)
    }

    /// `filterchain := symbol? ('|' ws filterName ws option*)+`, the symbol read already.
    fn filter_chain(
        &mut self,
        argument: Result<Symbol, Mismatch>,
        symbol_end: usize,
    ) -> Parsed<Expression> {
        let mut filters = Vec::new();
        let mut end = skip_space(self.text, symbol_end);
        if let Ok(symbol) = &argument
            && matches!(symbol.steps.last(), Some(SymbolStep::Name(name)) if name.is_empty())
        {
            // A name of white space (`Foo. `) has no filters: they would begin with that space.
            return argument.map(|symbol| (Expression::Symbol(symbol), symbol_end));
        }
        loop {
            match self.filter_call(end) {
                Ok((filter, next)) => {
                    filters.push(filter);
                    end = next;
                }
                Err(Mismatch::TooDeep) => return Err(Mismatch::TooDeep),
                Err(mismatch) if filters.is_empty() => {
                    let symbol = argument.map(|symbol| (Expression::Symbol(symbol), symbol_end));
                    return or_else(symbol, || Err(mismatch));
                }
                Err(Mismatch::At(_)) => {
                    let argument = argument.ok();
                    return Ok((Expression::FilterChain { argument, filters }, end));
                }
            }
        }
    }

    /// `'|' ws filterName ws option*`
    fn filter_call(&mut self, at: usize) -> Parsed<FilterCall> {
        let ((), start) = literal(self.text, at, "|")?;
        let (name, mut end) = self.word(start)?;
        let mut options = Vec::new();
        loop {
            match self.filter_option(end) {
                Ok((option, next)) => {
                    options.push(option);
                    end = next;
                }
                Err(Mismatch::At(_)) => return Ok((FilterCall { name, options }, end)),
                Err(Mismatch::TooDeep) => return Err(Mismatch::TooDeep),
            }
        }
    }

    /// `option := token / bareWord ws / quoted ws / escapedQuoted ws`. A token does not swallow
    /// the white space around it, words and quoted text do.
    fn filter_option(&mut self, at: usize) -> Parsed<FilterOption> {
        let token = if self.text[at..].starts_with("#{") {
            self.braced(at).map(|(token, end)| (FilterOption::Token(token), end))
        } else {
            Err(Mismatch::At(at))
        };
        let word =
            or_else(token, || self.word(at).map(|(word, end)| (FilterOption::Literal(word), end)));
        or_else(word, || self.quoted(at).map(|(text, end)| (FilterOption::Literal(text), end)))
    }

    /// `ws bareWord ws`
    fn word(&self, at: usize) -> Parsed<String> {
        let start = skip_space(self.text, at);
        let end = word_end(self.text, start);
        if end == start {
            return Err(Mismatch::At(start));
        }
        Ok((self.text[start..end].to_owned(), skip_space(self.text, end)))
    }

    /// `ws quoted ws / ws escapedQuoted ws`
    pub(super) fn quoted(&self, at: usize) -> Parsed<String> {
        let start = skip_space(self.text, at);
        let (content, end) = if self.text[start..].starts_with("\\\"") {
            let start = start + 2;
            let Some(length) = self.text[start..].find("\\\"") else {
                return Err(Mismatch::At(self.text.len()));
            };
            (&self.text[start..start + length], start + length + 2)
        } else {
            let ((), start) = literal(self.text, start, "\"")?;
            let end = self.text[start..].find(['"', '#']).map_or(self.text.len(), |n| start + n);
            let ((), behind) = literal(self.text, end, "\"")?;
            (&self.text[start..end], behind)
        };
        Ok((content.to_owned(), skip_space(self.text, end)))
    }
}
