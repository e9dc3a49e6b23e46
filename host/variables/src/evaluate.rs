//! Reading variables evaluated: as text, flag, list.

use cofferdam_octostache::Options;

use crate::{Sensitivity, Value, VariableSet};

/// A variable or template that could not be evaluated. Names variables, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EvaluateError {
    /// The evaluation was stopped: a circle of references, a limit, a filter's refusal.
    #[error("{what} cannot be evaluated: {source}")]
    Template {
        /// Which variable or template, in words.
        what: String,
        /// Why.
        source: cofferdam_octostache::Error,
    },
    /// Something in the text stayed unresolved where that is not acceptable.
    #[error(
        "{what} refers to {}, which could not be resolved; define it or correct the reference",
        .missing.join(", ")
    )]
    Unresolved {
        /// Which variable or template, in words.
        what: String,
        /// The tokens, as written.
        missing: Vec<String>,
    },
}

/// An evaluated text, with what could not be resolved in it.
struct Evaluated {
    value: Value,
    missing: Vec<String>,
}

impl VariableSet {
    /// The variable's value, evaluated; `None` if there is no such variable. What cannot be resolved
    /// stays in the text as written, as in Octopus.
    ///
    /// # Errors
    /// If the evaluation is stopped: see [`EvaluateError::Template`].
    pub fn evaluate(&self, name: &str) -> Result<Option<Value>, EvaluateError> {
        Ok(self.evaluate_variable(name)?.map(|evaluated| evaluated.value))
    }

    /// Like [`evaluate`](Self::evaluate), but a text in which something stayed unresolved is an error.
    ///
    /// # Errors
    /// See [`EvaluateError`].
    pub fn evaluate_strictly(&self, name: &str) -> Result<Option<Value>, EvaluateError> {
        let Some(Evaluated { value, missing }) = self.evaluate_variable(name)? else {
            return Ok(None);
        };
        if missing.is_empty() {
            Ok(Some(value))
        } else {
            Err(EvaluateError::Unresolved { what: format!("the variable `{name}`"), missing })
        }
    }

    /// A template, evaluated against these variables.
    ///
    /// # Errors
    /// If the evaluation is stopped: see [`EvaluateError::Template`].
    pub fn evaluate_text(&self, template: &str) -> Result<Value, EvaluateError> {
        Ok(self.evaluate_template(template, || "the template".to_owned())?.value)
    }

    /// The variable read as `true` or `false` (any case, trimmed); `default` for anything else.
    ///
    /// # Errors
    /// If the evaluation is stopped: see [`EvaluateError::Template`].
    pub fn flag(&self, name: &str, default: bool) -> Result<bool, EvaluateError> {
        let value = self.evaluate(name)?;
        let text = value.as_ref().map_or("", Value::expose_or_empty).trim();
        Ok(match text {
            _ if text.eq_ignore_ascii_case("true") => true,
            _ if text.eq_ignore_ascii_case("false") => false,
            _ => default,
        })
    }

    /// The variable split at commas, trimmed, without empty parts.
    ///
    /// # Errors
    /// If the evaluation is stopped: see [`EvaluateError::Template`].
    pub fn list(&self, name: &str) -> Result<Vec<String>, EvaluateError> {
        self.split(name, &[','])
    }

    /// The variable split into lines, trimmed, without empty ones.
    ///
    /// # Errors
    /// If the evaluation is stopped: see [`EvaluateError::Template`].
    pub fn path_list(&self, name: &str) -> Result<Vec<String>, EvaluateError> {
        self.split(name, &['\r', '\n'])
    }

    /// The variable's evaluated text, trimmed; `None` where it is not set, null or blank.
    ///
    /// # Errors
    /// If the evaluation is stopped: see [`EvaluateError::Template`].
    pub fn text(&self, name: &str) -> Result<Option<String>, EvaluateError> {
        let value = self.evaluate(name)?;
        let text = value.as_ref().map_or("", Value::expose_or_empty).trim();
        Ok((!text.is_empty()).then(|| text.to_owned()))
    }

    fn split(&self, name: &str, separators: &[char]) -> Result<Vec<String>, EvaluateError> {
        let value = self.evaluate(name)?;
        let text = value.as_ref().map_or("", Value::expose_or_empty);
        let parts = text.split(separators).map(str::trim).filter(|part| !part.is_empty());
        Ok(parts.map(str::to_owned).collect())
    }

    fn evaluate_variable(&self, name: &str) -> Result<Option<Evaluated>, EvaluateError> {
        let Some(definition) = self.definition(name) else { return Ok(None) };
        let value = definition.value;
        let (Some(text), false) = (value.expose(), definition.literal) else {
            return Ok(Some(Evaluated { value: value.clone(), missing: Vec::new() }));
        };
        let what = || format!("the variable `{}`", definition.name);
        let Evaluated { value: evaluated, missing } = self.evaluate_template(text, what)?;
        let sensitivity = evaluated.sensitivity().or(value.sensitivity());
        let text = evaluated.expose().map(str::to_owned);
        Ok(Some(Evaluated { value: Value::new(text, sensitivity), missing }))
    }

    fn evaluate_template(
        &self,
        template: &str,
        what: impl FnOnce() -> String,
    ) -> Result<Evaluated, EvaluateError> {
        if !template.contains("#{") {
            // Nothing to evaluate: most variables, thousands of them in a large deployment.
            return Ok(Evaluated { value: Value::plain(template), missing: Vec::new() });
        }
        let evaluation = match self.templates().evaluate(template, &Options::default()) {
            Ok(evaluation) => evaluation,
            Err(source) => return Err(EvaluateError::Template { what: what(), source }),
        };
        let used_secret =
            evaluation.used.iter().any(|name| self.get(name).is_some_and(Value::is_sensitive));
        let sensitivity = if used_secret { Sensitivity::Sensitive } else { Sensitivity::Plain };
        Ok(Evaluated {
            value: Value::new(evaluation.text, sensitivity),
            missing: evaluation.missing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(variables: &[(&str, Value)]) -> VariableSet {
        let mut set = VariableSet::new();
        for (name, value) in variables {
            set.set(name, value.clone());
        }
        set
    }

    #[test]
    fn a_value_that_used_a_secret_is_one() {
        let set = set(&[
            ("Password", Value::sensitive("hunter2")),
            ("Connection", Value::plain("pw=#{Password}")),
            ("Indirect", Value::plain("#{Connection};x")),
            ("Plain", Value::plain("#{Size}")),
            ("Size", Value::plain("4")),
        ]);
        let evaluated = set.evaluate("indirect").unwrap().unwrap();
        assert_eq!(evaluated.expose(), Some("pw=hunter2;x"));
        assert!(evaluated.is_sensitive());
        assert_eq!(set.evaluate("Plain").unwrap(), Some(Value::plain("4")));
        assert_eq!(set.evaluate("Nowhere").unwrap(), None);
    }

    #[test]
    fn an_output_is_never_a_template_neither_itself_nor_where_it_is_used() {
        let mut set = set(&[
            ("Password", Value::sensitive("hunter2")),
            ("Log", Value::plain("said: #{Said}")),
        ]);
        set.set_output("Said", Value::plain("#{Password}"));
        assert_eq!(set.evaluate("Said").unwrap().unwrap().expose(), Some("#{Password}"));
        assert_eq!(set.evaluate("Log").unwrap().unwrap().expose(), Some("said: #{Password}"));
    }

    #[test]
    fn what_cannot_be_resolved_stays_unless_that_is_not_acceptable() {
        let set = set(&[("Folder", Value::plain("/srv/#{App}"))]);
        assert_eq!(set.text("Folder").unwrap().as_deref(), Some("/srv/#{App}"));
        let error = set.evaluate_strictly("folder").unwrap_err().to_string();
        assert_eq!(
            error,
            "the variable `folder` refers to #{App}, which could not be resolved; \
             define it or correct the reference"
        );
    }

    #[test]
    fn flags_and_lists_read_as_octopus_reads_them() {
        let set = set(&[
            ("Yes", Value::plain(" TRUE ")),
            ("One", Value::plain("1")),
            ("List", Value::plain("a, b,,c\nd")),
            ("Paths", Value::plain("a, b\r\n\r\n  c  \n")),
        ]);
        assert!(set.flag("yes", false).unwrap());
        assert!(!set.flag("One", false).unwrap());
        assert!(set.flag("Missing", true).unwrap());
        assert_eq!(set.list("List").unwrap(), ["a", "b", "c\nd"]);
        assert_eq!(set.path_list("Paths").unwrap(), ["a, b", "c"]);
    }
}
