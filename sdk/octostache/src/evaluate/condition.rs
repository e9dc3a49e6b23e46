//! `if` and `unless`.

use super::machine::Machine;
use super::scope::Context;
use super::template::Output;
use crate::Error;
use crate::ast::{Condition, Conditional, Expression, Operand};
use crate::echo::FromBranch;

/// What became of a condition.
enum Verdict {
    Is(bool),
    /// A filter gave no value: the conditional cannot be decided.
    Undecided,
}

impl Machine<'_> {
    pub(super) fn conditional(
        &mut self,
        token: &Conditional,
        context: Context<'_>,
        output: &mut Output,
    ) -> Result<(), Error> {
        for (index, branch) in token.branches.iter().enumerate() {
            let verdict = self.condition(&branch.condition, context)?;
            self.trace(context.depth, |_| {
                let value = match verdict {
                    Verdict::Is(truth) => Some(truth.to_string()),
                    Verdict::Undecided => None,
                };
                (branch.condition.to_string().trim_end().to_owned(), "condition".to_owned(), value)
            })?;
            match verdict {
                Verdict::Is(truth) if truth != token.negated => {
                    return self.template(&branch.body, context.deeper(), output);
                }
                Verdict::Is(_) => {}
                Verdict::Undecided => {
                    return self.print(&FromBranch(token, index).to_string(), output);
                }
            }
        }
        self.template(&token.otherwise, context.deeper(), output)
    }

    fn condition(&mut self, condition: &Condition, context: Context<'_>) -> Result<Verdict, Error> {
        Ok(match condition {
            Condition::Truthy(expression) => match self.operand(expression, context)? {
                Some(value) => Verdict::Is(is_truthy(&value)),
                None => Verdict::Undecided,
            },
            Condition::Comparison { left, right, equal } => {
                let Some(left) = self.operand(left, context)? else {
                    // The right side is not looked at any more.
                    return Ok(Verdict::Undecided);
                };
                let right = match right {
                    Operand::Expression(right) => self.operand(right, context)?,
                    Operand::Literal(text) => Some(text.clone()),
                };
                match right {
                    Some(right) => Verdict::Is((left == right) == *equal),
                    None => Verdict::Undecided,
                }
            }
        })
    }

    /// The text that a condition is about. An unresolved symbol is empty; a chain of filters
    /// without a value is reported and `None`.
    fn operand(
        &mut self,
        expression: &Expression,
        context: Context<'_>,
    ) -> Result<Option<String>, Error> {
        let value = self.expression(expression, context)?.map(|value| value.text);
        if value.is_none() {
            if matches!(expression, Expression::Symbol(_)) {
                return Ok(Some(String::new()));
            }
            self.report_missing(&expression.to_string());
        }
        Ok(value)
    }
}

/// Everything is true except the empty text, `0`, `no` and `false`, the latter two in any case
/// and with white space around.
pub(crate) fn is_truthy(text: &str) -> bool {
    let trimmed = text.trim();
    !(text.is_empty()
        || text == "0"
        || trimmed.eq_ignore_ascii_case("no")
        || trimmed.eq_ignore_ascii_case("false"))
}
