//! Blocks: `if`, `unless` and `each`, up to their closers.

use super::lexis::skip_space;
use super::outcome::{Mismatch, Parsed, keyword, literal, or_else};
use super::template::{Parser, Stops};
use crate::ast::{
    Branch, Condition, Conditional, Expression, Operand, Repetition, Span, Template, Token,
};

impl Parser<'_> {
    /// `'#{' ws word ws+`: the beginning of a token with a keyword.
    pub(super) fn opening(&self, at: usize, word: &str) -> Parsed<()> {
        let ((), start) = literal(self.text, at, "#{")?;
        let ((), end) = keyword(self.text, skip_space(self.text, start), word)?;
        self.some_space(end)
    }

    fn some_space(&self, at: usize) -> Parsed<()> {
        let end = skip_space(self.text, at);
        if end == at { Err(Mismatch::At(at)) } else { Ok(((), end)) }
    }

    /// `conditional := '#{' ws ('if'|'unless') ws+ condition ws '}' body [elseifs]
    /// ['#{else}' template] closer`
    pub(super) fn conditional(&mut self, at: usize) -> Parsed<Token> {
        let result = self.conditional_of(at, "if", Stops::ElseAndElseIf, "#{/if}");
        or_else(result, || self.conditional_of(at, "unless", Stops::Else, "#{/unless}"))
    }

    fn conditional_of(
        &mut self,
        at: usize,
        word: &str,
        stops: Stops,
        closer: &str,
    ) -> Parsed<Token> {
        let ((), start) = self.opening(at, word)?;
        let (first, mut end) = self.branch(start, stops)?;
        let mut branches = vec![first];
        if stops == Stops::ElseAndElseIf {
            while let Ok(((), start)) = literal(self.text, end, "#{elseif") {
                let Ok(((), start)) = self.some_space(start) else { break };
                match self.branch(start, stops) {
                    Ok((branch, next)) => {
                        branches.push(branch);
                        end = next;
                    }
                    Err(Mismatch::At(_)) => break,
                    Err(Mismatch::TooDeep) => return Err(Mismatch::TooDeep),
                }
            }
        }
        let (otherwise, end) = match literal(self.text, end, "#{else}") {
            Ok(((), start)) => self.template(start, Stops::None)?,
            Err(_) => (Template::default(), end),
        };
        let ((), end) = literal(self.text, end, closer)?;
        let negated = word == "unless";
        let span = Span { start: at, end };
        Ok((Token::Conditional(Conditional { negated, branches, otherwise, span }), end))
    }

    /// `condition ws '}' body`
    fn branch(&mut self, at: usize, stops: Stops) -> Parsed<Branch> {
        let (condition, end) = self.condition(at)?;
        let ((), end) = literal(self.text, end, "}")?;
        let (body, end) = self.template(end, stops)?;
        Ok((Branch { condition, body }, end))
    }

    /// `condition := expression op expression / literal op expression / expression op literal /
    /// expression`
    fn condition(&mut self, at: usize) -> Parsed<Condition> {
        let left = match self.spaced_expression(at) {
            Err(Mismatch::TooDeep) => return Err(Mismatch::TooDeep),
            Err(mismatch) => {
                return or_else(Err(mismatch), || self.literal_comparison(at));
            }
            Ok(left) => left,
        };
        let (left, left_end) = left;
        match self.comparison_behind(left_end) {
            Ok(((equal, right), end)) => Ok((Condition::Comparison { left, right, equal }, end)),
            Err(Mismatch::TooDeep) => Err(Mismatch::TooDeep),
            Err(Mismatch::At(_)) => Ok((Condition::Truthy(left), left_end)),
        }
    }

    /// `op expression / op literal`
    fn comparison_behind(&mut self, at: usize) -> Parsed<(bool, Operand)> {
        let (equal, start) = self.comparison_operator(at)?;
        let expression =
            self.spaced_expression(start).map(|(right, end)| (Operand::Expression(right), end));
        or_else(expression, || self.quoted(start).map(|(text, end)| (Operand::Literal(text), end)))
            .map(|(right, end)| ((equal, right), end))
    }

    /// `literal op expression`, turned round.
    fn literal_comparison(&mut self, at: usize) -> Parsed<Condition> {
        let (text, end) = self.quoted(at)?;
        let (equal, start) = self.comparison_operator(end)?;
        let (left, end): (Expression, _) = self.spaced_expression(start)?;
        Ok((Condition::Comparison { left, right: Operand::Literal(text), equal }, end))
    }

    fn comparison_operator(&self, at: usize) -> Parsed<bool> {
        let equal = literal(self.text, at, "==").map(|((), end)| (true, end));
        or_else(equal, || literal(self.text, at, "!=").map(|((), end)| (false, end)))
    }

    /// `repetition := '#{' ws 'each' ws+ identifier 'in' ws+ symbol ws '}' template '#{/each}'`
    pub(super) fn repetition(&mut self, at: usize) -> Parsed<Token> {
        let ((), start) = self.opening(at, "each")?;
        let (variable, end) = self.identifier(start)?;
        let ((), end) = literal(self.text, skip_space(self.text, end), "in")?;
        let ((), end) = self.some_space(end)?;
        let (collection, end) = self.symbol(end)?;
        let ((), end) = literal(self.text, skip_space(self.text, end), "}")?;
        let (body, end) = self.template(end, Stops::None)?;
        let ((), end) = literal(self.text, end, "#{/each}")?;
        let span = Span { start: at, end };
        Ok((Token::Repetition(Repetition { variable, collection, body, span }), end))
    }
}
