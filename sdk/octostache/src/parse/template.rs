//! Templates: tokens, text and escapes.

use std::collections::HashMap;
use std::sync::Arc;

use super::outcome::{Mismatch, Parsed, literal, or_else};
use crate::ast::{Span, Substitution, Template, Token};
use crate::source::SourceMap;
use crate::{Error, Limit, Position};

/// How much of what was consumed before the failure an error message quotes, in UTF-16 units.
const QUOTED_UNITS: usize = 10;
/// How many results are remembered at least.
const LEAST_REMEMBERED: usize = 1024;

/// Where a template stops making sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ParseFailure {
    /// The start of the first token that does not parse.
    pub(crate) position: Position,
    /// What Octopus reports, to the letter.
    pub(crate) message: String,
}

/// The state of one parse.
pub(super) struct Parser<'t> {
    pub(super) text: &'t str,
    map: SourceMap<'t>,
    /// The result for each `#{` met so far.
    tokens: HashMap<usize, Parsed<Arc<Token>>>,
    /// Opening to closing square brackets, once somebody has asked.
    pub(super) brackets: Option<HashMap<usize, usize>>,
    /// How many results to remember before forgetting those that nobody can ask for again.
    remembered: usize,
    depth: usize,
    max_depth: usize,
}

/// Parses a template of which every token has to parse.
pub(crate) fn parse_strict(
    text: &str,
    max_depth: usize,
) -> Result<Result<Template, ParseFailure>, Error> {
    let mut parser = Parser::new(text, max_depth);
    let (template, end) = parser.template(0, Stops::None).map_err(|_| too_deep(max_depth))?;
    if end == text.len() {
        return Ok(Ok(template));
    }
    let position = parser.position(end);
    let message = format!(
        "Parsing failure: unexpected '#'; expected end of input (Line {}, Column {}); recently consumed: {}",
        position.line,
        position.column,
        last_units(&text[..end], QUOTED_UNITS),
    );
    Ok(Err(ParseFailure { position, message }))
}

/// Parses a template, taking what does not parse for text.
pub(crate) fn parse_lenient(text: &str, max_depth: usize) -> Result<Template, Error> {
    let mut parser = Parser::new(text, max_depth);
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match parser.token(at, Stops::None) {
            Ok((token, end)) => {
                tokens.push(token);
                at = end;
            }
            Err(Mismatch::At(furthest)) => {
                // A token fails behind its `#{` at the earliest; the maximum is for safety.
                let end = furthest.max(at + 1);
                tokens.push(Arc::new(Token::Unparsed(text[at..end].to_owned())));
                at = end;
                parser.forget_before(end);
            }
            Err(Mismatch::TooDeep) => return Err(too_deep(max_depth)),
        }
    }
    Ok(Template { tokens })
}

fn too_deep(max_depth: usize) -> Error {
    Error::Limit { limit: Limit::Depth, allowed: max_depth as u64 }
}

/// The last characters of `text`, at most `units` UTF-16 units.
fn last_units(text: &str, units: usize) -> &str {
    let mut left = units;
    let mut start = text.len();
    for (offset, c) in text.char_indices().rev() {
        match left.checked_sub(c.len_utf16()) {
            Some(rest) => (left, start) = (rest, offset),
            None => break,
        }
    }
    &text[start..]
}

/// Which tokens end a body instead of being variables of that name. (`#{/...` never is a token
/// and so ends every body.)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stops {
    /// None: the template itself, the body of an `each`, what is behind `#{else}`.
    None,
    /// `#{else}`: the body of an `unless`.
    Else,
    /// `#{else}` and `#{elseif `: the body of an `if`.
    ElseAndElseIf,
}

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t str, max_depth: usize) -> Self {
        Self {
            text,
            map: SourceMap::new(text),
            tokens: HashMap::new(),
            brackets: None,
            remembered: LEAST_REMEMBERED,
            depth: 0,
            max_depth,
        }
    }

    pub(super) fn position(&mut self, offset: usize) -> Position {
        self.map.position(offset)
    }

    /// Goes one level down for the duration of `rule`.
    pub(super) fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == self.max_depth {
            return Err(Mismatch::TooDeep);
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    /// `template := token*`
    pub(super) fn template(&mut self, at: usize, stops: Stops) -> Parsed<Template> {
        let mut tokens = Vec::new();
        let mut end = at;
        while end < self.text.len() {
            match self.token(end, stops) {
                Ok((token, next)) => {
                    tokens.push(token);
                    end = next;
                    self.forget_before(end);
                }
                Err(Mismatch::At(_)) => break,
                Err(Mismatch::TooDeep) => return Err(Mismatch::TooDeep),
            }
        }
        Ok((Template { tokens }, end))
    }

    /// Outside of all tokens, forgets the results in front of `at` when there are many: nobody
    /// will go back there.
    fn forget_before(&mut self, at: usize) {
        if self.depth == 0 && self.tokens.len() > self.remembered {
            self.tokens.retain(|place, _| *place >= at);
            self.remembered = LEAST_REMEMBERED.max(self.tokens.len() * 2);
        }
    }

    /// `token := conditional / calculation / repetition / substitution / text`
    fn token(&mut self, at: usize, stops: Stops) -> Parsed<Arc<Token>> {
        if !self.text[at..].starts_with("#{") {
            let (text, end) = self.text_run(at);
            return Ok((Arc::new(Token::Text(text)), end));
        }
        if self.stops_here(at, stops) {
            return Err(Mismatch::At(at));
        }
        self.braced(at)
    }

    fn stops_here(&self, at: usize, stops: Stops) -> bool {
        let rest = &self.text[at..];
        match stops {
            Stops::None => false,
            Stops::Else => rest.starts_with("#{else}"),
            Stops::ElseAndElseIf => {
                rest.starts_with("#{else}")
                    || rest
                        .strip_prefix("#{elseif")
                        .is_some_and(|rest| rest.starts_with(super::lexis::is_space))
            }
        }
    }

    /// `conditional / calculation / repetition / substitution`: what stands in `#{` and `}`.
    pub(super) fn braced(&mut self, at: usize) -> Parsed<Arc<Token>> {
        if let Some(known) = self.tokens.get(&at) {
            return known.clone();
        }
        let result = self.nested(|parser| {
            let result = parser.conditional(at);
            let result = or_else(result, || parser.calculation(at));
            let result = or_else(result, || parser.repetition(at));
            or_else(result, || parser.substitution(at))
        });
        let result = result.map(|(token, end)| (Arc::new(token), end));
        self.tokens.insert(at, result.clone());
        result
    }

    /// `substitution := '#{' !'#{/' ws expression ws '}'`
    fn substitution(&mut self, at: usize) -> Parsed<Token> {
        let ((), start) = literal(self.text, at, "#{")?;
        if self.text[start..].starts_with('/') {
            return Err(Mismatch::At(at));
        }
        let (expression, end) = self.spaced_expression(start)?;
        let ((), end) = literal(self.text, end, "}")?;
        let span = Span { start: at, end };
        Ok((Token::Substitution(Substitution { expression, span }), end))
    }

    /// Text up to the next token. In front of `{`, an even run of hashes is an escape, an odd one
    /// of three or more ends with the `#` of a token; both lose one hash.
    fn text_run(&self, at: usize) -> (String, usize) {
        let mut out = String::new();
        let mut end = at;
        while let Some(offset) = self.text[end..].find('#') {
            out.push_str(&self.text[end..end + offset]);
            end += offset;
            let hashes = self.text[end..].bytes().take_while(|byte| *byte == b'#').count();
            let behind = &self.text[end + hashes..];
            let literal_hashes = if !behind.starts_with('{') {
                end += hashes;
                hashes
            } else if hashes % 2 == 0 {
                end += hashes + 1;
                hashes - 1
            } else {
                end += hashes - 1;
                // Observed: at the very end of the text, where no token can follow, none is lost.
                let lost = usize::from(hashes > 1 && behind.len() > 1);
                hashes - 1 - lost
            };
            out.extend(std::iter::repeat_n('#', literal_hashes));
            if behind.starts_with('{') {
                if hashes % 2 != 0 {
                    return (out, end);
                }
                out.push('{');
            }
        }
        out.push_str(&self.text[end..]);
        (out, self.text.len())
    }
}
