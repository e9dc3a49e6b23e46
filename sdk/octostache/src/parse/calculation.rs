//! Calculations: `#{calc ...}`.

use super::lexis::skip_space;
use super::outcome::{Mismatch, Parsed, literal, or_else};
use super::template::Parser;
use crate::ast::{Arithmetic, Calculation, Operator, Span, Token};

const SUMS: [(u8, Operator); 2] = [(b'+', Operator::Add), (b'-', Operator::Subtract)];
const PRODUCTS: [(u8, Operator); 2] = [(b'*', Operator::Multiply), (b'/', Operator::Divide)];

impl Parser<'_> {
    /// `calculation := '#{' ws 'calc' ws+ calcExpr ws '}'`
    pub(super) fn calculation(&mut self, at: usize) -> Parsed<Token> {
        let ((), start) = self.opening(at, "calc")?;
        let (arithmetic, end) = self.sum(start)?;
        let ((), end) = literal(self.text, skip_space(self.text, end), "}")?;
        let span = Span { start: at, end };
        Ok((Token::Calculation(Calculation { arithmetic, span }), end))
    }

    /// `calcExpr := term (('+'|'-') term)*`
    fn sum(&mut self, at: usize) -> Parsed<Arithmetic> {
        self.chain(at, SUMS, |parser, at| parser.chain(at, PRODUCTS, Self::factor))
    }

    /// `operand (ws operator ws operand)*`, left to right. White space belongs to operators: behind
    /// an opening and in front of a closing parenthesis there is none.
    fn chain(
        &mut self,
        at: usize,
        operators: [(u8, Operator); 2],
        operand: impl Fn(&mut Self, usize) -> Parsed<Arithmetic>,
    ) -> Parsed<Arithmetic> {
        let (first, mut end) = operand(self, at)?;
        let mut rest = Vec::new();
        loop {
            let sign_at = skip_space(self.text, end);
            let sign = self.text.as_bytes().get(sign_at);
            let Some((_, operator)) = operators.iter().find(|(known, _)| Some(known) == sign)
            else {
                break;
            };
            let (right, next) = operand(self, skip_space(self.text, sign_at + 1))?;
            rest.push((*operator, right));
            end = next;
        }
        if rest.is_empty() {
            return Ok((first, end));
        }
        Ok((Arithmetic::Chain { first: Box::new(first), rest }, end))
    }

    /// `factor := '(' calcExpr ')' / number / '{' symbol '}' / symbol`. A parenthesis is always
    /// one, although a name might start with it.
    fn factor(&mut self, at: usize) -> Parsed<Arithmetic> {
        Ok(match self.text.as_bytes().get(at) {
            Some(b'(') => self.nested(|parser| {
                let (inner, end) = parser.sum(at + 1)?;
                let ((), end) = literal(parser.text, end, ")")?;
                Ok((inner, end))
            })?,
            Some(b'{') => {
                let (symbol, end) = self.symbol(skip_space(self.text, at + 1))?;
                let ((), end) = literal(self.text, skip_space(self.text, end), "}")?;
                (Arithmetic::Symbol(symbol), end)
            }
            _ => or_else(self.number(at), || {
                self.symbol(at).map(|(symbol, end)| (Arithmetic::Symbol(symbol), end))
            })?,
        })
    }

    /// `number := digits ['.' digits] | '.' digits`
    fn number(&self, at: usize) -> Parsed<Arithmetic> {
        let digits = |from: usize| {
            from + self.text.as_bytes()[from..].iter().take_while(|b| b.is_ascii_digit()).count()
        };
        let mut end = digits(at);
        if self.text[end..].starts_with('.') && digits(end + 1) > end + 1 {
            end = digits(end + 1);
        }
        match self.text[at..end].parse() {
            Ok(number) => Ok((Arithmetic::Number(number), end)),
            Err(_) => Err(Mismatch::At(at)),
        }
    }
}
