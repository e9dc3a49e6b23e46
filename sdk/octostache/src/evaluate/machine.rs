//! One evaluation from beginning to end.

use std::collections::HashSet;

use super::budget::Budget;
use super::scope::{Context, Level, Scope};
use super::template::Output;
use crate::dotnet::culture::Conventions;
use crate::parse::{parse_lenient, parse_strict};
use crate::{Clock, Error, Evaluation, Options, Step, Variables};

/// The state of one evaluation.
pub(crate) struct Machine<'v> {
    pub(crate) variables: &'v Variables,
    pub(crate) options: &'v Options,
    pub(crate) conventions: &'static Conventions,
    pub(crate) budget: Budget,
    missing: Vec<String>,
    missing_before: HashSet<String>,
    /// Whether missing tokens are reported at the moment.
    reporting: bool,
    used: HashSet<usize>,
    trace: Vec<Step>,
}

/// Evaluates a template.
pub(crate) fn evaluate(
    variables: &Variables,
    template: &str,
    options: &Options,
) -> Result<Evaluation, Error> {
    let mut machine = Machine::new(variables, options);
    machine.budget.read(template.len())?;
    if !template.contains("#{") {
        machine.budget.write(template.len())?;
        return Ok(Evaluation { text: Some(template.to_owned()), ..Evaluation::default() });
    }
    let max_depth = options.limits.max_depth;
    let parsed = if options.halt_on_error {
        match parse_strict(template, max_depth)? {
            Ok(parsed) => parsed,
            Err(failure) => {
                let (text, error) = (Some(template.to_owned()), Some(failure.message));
                return Ok(Evaluation { text, error, ..Evaluation::default() });
            }
        }
    } else {
        parse_lenient(template, max_depth)?
    };
    variables.check_names()?;
    let context =
        Context { scope: Scope::Variables, chain: None, level: Level::Template, depth: 0 };
    let mut output = Output::default();
    machine.template(&parsed, context, &mut output)?;
    Ok(machine.finish(output))
}

impl<'v> Machine<'v> {
    pub(crate) fn new(variables: &'v Variables, options: &'v Options) -> Self {
        Self {
            variables,
            options,
            conventions: options.culture.conventions(),
            budget: Budget::new(options.limits),
            missing: Vec::new(),
            missing_before: HashSet::new(),
            reporting: true,
            used: HashSet::new(),
            trace: Vec::new(),
        }
    }

    fn finish(self, output: Output) -> Evaluation {
        let error = (!self.missing.is_empty()).then(|| {
            let tokens: Vec<_> = self.missing.iter().map(|token| format!("'{token}'")).collect();
            format!("The following tokens were unable to be evaluated: {}", tokens.join(", "))
        });
        let names = self.used.iter().map(|place| self.variables.name_at(*place).to_owned());
        Evaluation {
            text: (!output.null).then_some(output.text.text),
            missing: self.missing,
            error,
            used: names.collect(),
            trace: self.trace,
        }
    }

    /// Minutes that local time is ahead of UTC.
    pub(crate) fn local_offset(&self) -> i16 {
        match self.options.clock {
            Clock::Fixed { utc_offset_minutes, .. } => utc_offset_minutes,
            Clock::System => 0,
        }
    }

    /// Reports a token that cannot be evaluated.
    pub(crate) fn report_missing(&mut self, token: &str) {
        if self.reporting && self.missing_before.insert(token.to_owned()) {
            self.missing.push(token.to_owned());
        }
    }

    /// Does something whose missing tokens nobody hears of.
    pub(crate) fn unreported<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.reporting, false);
        let result = act(self);
        self.reporting = before;
        result
    }

    /// Notes that the value of the variable at this place was read.
    pub(crate) fn note_use(&mut self, variable: usize) {
        self.used.insert(variable);
    }

    /// Adds to the trace, if there is to be one.
    pub(crate) fn trace(
        &mut self,
        depth: usize,
        step: impl FnOnce(&Self) -> (String, String, Option<String>),
    ) -> Result<(), Error> {
        if self.options.trace {
            let (expression, source, value) = step(self);
            let value_bytes = value.as_ref().map_or(0, String::len);
            self.budget.write(expression.len() + source.len() + value_bytes)?;
            self.trace.push(Step { depth, expression, source, value });
        }
        Ok(())
    }
}
