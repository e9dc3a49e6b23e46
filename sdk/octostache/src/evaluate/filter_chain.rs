//! Chains of filters.

use super::machine::Machine;
use super::scope::{Context, Level, Text};
use super::template::Output;
use crate::Error;
use crate::ast::{FilterCall, FilterOption, Symbol};
use crate::filter::{Call, apply, cost};

impl Machine<'_> {
    /// The value behind the last filter. A filter that gives none hands none to the next.
    pub(super) fn filter_chain(
        &mut self,
        argument: Option<&Symbol>,
        filters: &[FilterCall],
        context: Context<'_>,
    ) -> Result<Option<Text>, Error> {
        let mut value = match argument {
            Some(symbol) => self.resolve(symbol, context)?,
            None => None,
        };
        for filter in filters {
            self.budget.spend(cost(&filter.name))?;
            value = self.filter(filter, value, context)?;
        }
        Ok(value)
    }

    fn filter(
        &mut self,
        filter: &FilterCall,
        argument: Option<Text>,
        context: Context<'_>,
    ) -> Result<Option<Text>, Error> {
        let mut literal = argument.as_ref().is_some_and(|argument| argument.literal);
        let mut options = Vec::with_capacity(filter.options.len());
        for option in &filter.options {
            let value = self.option(option, context)?;
            literal |= value.literal;
            options.push(value.text);
        }
        let argument = argument.as_ref().map(|argument| argument.text.as_str());
        let sizes = options.iter().map(String::len).sum::<usize>();
        self.budget.read(argument.map_or(0, str::len) + sizes)?;
        let call = Call {
            argument,
            options: &options,
            conventions: self.conventions,
            clock: self.options.clock,
            local_offset: self.local_offset(),
            max_bytes: self.budget.bytes_left(),
            backtracks_left: &self.budget.backtracks_left,
        };
        let result = match apply(&filter.name, &call)? {
            None if context.level != Level::Value => {
                self.options.custom_filters.apply(&filter.name, argument, &options)
            }
            other => other,
        };
        self.trace(context.depth, |_| {
            (format!("| {filter}"), "filter".to_owned(), result.clone())
        })?;
        let Some(text) = result else { return Ok(None) };
        self.budget.write(text.len())?;
        Ok(Some(Text { text, literal }))
    }

    fn option(&mut self, option: &FilterOption, context: Context<'_>) -> Result<Text, Error> {
        match option {
            FilterOption::Literal(text) => {
                self.budget.write(text.len())?;
                Ok(Text { text: text.clone(), literal: false })
            }
            FilterOption::Token(token) => {
                let mut context = context.deeper();
                if context.level == Level::Template {
                    context.level = Level::Option;
                }
                self.budget.check_depth(context.depth)?;
                let mut output = Output::default();
                self.token(token, context, &mut output)?;
                Ok(output.text)
            }
        }
    }
}
