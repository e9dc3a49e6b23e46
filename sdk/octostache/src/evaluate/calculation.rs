//! `calc`.

use super::machine::Machine;
use super::scope::Context;
use super::template::Output;
use crate::Error;
use crate::ast::{Arithmetic, Calculation, Operator};
use crate::dotnet::number::{parse_double, shortest_in};

impl Machine<'_> {
    /// Prints the result; if an operand is no number, the expression, without reporting it. What is
    /// missing inside an operand's value is reported.
    pub(super) fn calculation(
        &mut self,
        token: &Calculation,
        context: Context<'_>,
        output: &mut Output,
    ) -> Result<(), Error> {
        let mut literal = false;
        let result = self.arithmetic(&token.arithmetic, context, &mut literal)?;
        output.text.literal |= literal;
        let text = match result {
            Some(number) => shortest_in(number, self.conventions),
            None => token.to_string(),
        };
        self.trace(context.depth, |_| {
            (token.to_string(), "calculation".to_owned(), result.map(|_| text.clone()))
        })?;
        self.print(&text, output)
    }

    fn arithmetic(
        &mut self,
        arithmetic: &Arithmetic,
        context: Context<'_>,
        literal: &mut bool,
    ) -> Result<Option<f64>, Error> {
        match arithmetic {
            Arithmetic::Number(number) => Ok(Some(*number)),
            Arithmetic::Symbol(symbol) => {
                let Some(value) = self.resolve(symbol, context)? else { return Ok(None) };
                *literal |= value.literal;
                Ok(parse_double(&value.text, self.conventions))
            }
            Arithmetic::Chain { first, rest } => {
                let Some(mut total) = self.arithmetic(first, context, literal)? else {
                    return Ok(None);
                };
                for (operator, operand) in rest {
                    let Some(operand) = self.arithmetic(operand, context, literal)? else {
                        return Ok(None);
                    };
                    match operator {
                        Operator::Add => total += operand,
                        Operator::Subtract => total -= operand,
                        Operator::Multiply => total *= operand,
                        Operator::Divide => total /= operand,
                    }
                }
                Ok(Some(total))
            }
        }
    }
}
