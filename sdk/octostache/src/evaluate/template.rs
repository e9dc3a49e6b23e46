//! Tokens: what each prints.

use super::machine::Machine;
use super::scope::{Context, Level, Text};
use crate::Error;
use crate::ast::{Expression, Substitution, Template, Token};

/// What is printed.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) text: Text,
    /// Whether a `null` filter was met in the template itself.
    pub(crate) null: bool,
}

impl Machine<'_> {
    /// Prints every token.
    pub(crate) fn template(
        &mut self,
        template: &Template,
        context: Context<'_>,
        output: &mut Output,
    ) -> Result<(), Error> {
        self.budget.check_depth(context.depth)?;
        template.tokens.iter().try_for_each(|token| self.token(token, context, output))
    }

    pub(super) fn token(
        &mut self,
        token: &Token,
        context: Context<'_>,
        output: &mut Output,
    ) -> Result<(), Error> {
        self.budget.step()?;
        match token {
            Token::Text(text) | Token::Unparsed(text) => self.print(text, output),
            Token::Substitution(token) => self.substitution(token, context, output),
            Token::Conditional(token) => self.conditional(token, context, output),
            Token::Repetition(token) => self.repetition(token, context, output),
            Token::Calculation(token) => self.calculation(token, context, output),
        }
    }

    pub(super) fn print(&mut self, text: &str, output: &mut Output) -> Result<(), Error> {
        self.budget.write(text.len())?;
        output.text.text.push_str(text);
        Ok(())
    }

    fn substitution(
        &mut self,
        token: &Substitution,
        context: Context<'_>,
        output: &mut Output,
    ) -> Result<(), Error> {
        if let Some(value) = self.expression(&token.expression, context)? {
            output.text.literal |= value.literal;
            return self.print(&value.text, output);
        }
        let echo = token.to_string();
        if ends_in_null(&token.expression) {
            output.null |= context.level == Level::Template;
        } else {
            self.report_missing(&echo);
        }
        self.print(&echo, output)
    }

    /// The value of an expression; `None` if it has none.
    pub(super) fn expression(
        &mut self,
        expression: &Expression,
        context: Context<'_>,
    ) -> Result<Option<Text>, Error> {
        match expression {
            Expression::Symbol(symbol) => self.resolve(symbol, context),
            Expression::FilterChain { argument, filters } => {
                self.filter_chain(argument.as_ref(), filters, context)
            }
        }
    }
}

/// Whether the last filter is `null`, which means that there shall be no value.
fn ends_in_null(expression: &Expression) -> bool {
    match expression {
        Expression::FilterChain { filters, .. } => {
            filters.last().is_some_and(|filter| filter.name == "null")
        }
        Expression::Symbol(_) => false,
    }
}
