//! The names and values that templates are evaluated against.

use crate::binding::Tree;
use crate::dotnet::number::parse_int32;
use crate::evaluate::{evaluate, indexes, is_truthy};
use crate::json::write_string;
use crate::name_map::NameMap;
use crate::parse::parse_path_prefix;
use crate::{Error, Evaluation, Options, argument_names, limits};

/// What parts the values of [`Variables::get_paths`].
const PATH_SEPARATORS: [char; 2] = ['\r', '\n'];

/// Names and values, in the order they were first set. Names ignore case (Unicode simple
/// upper-casing, as .NET's ordinal-ignore-case does).
///
/// Setting a variable also hangs it into the tree that templates walk; evaluating does not change
/// anything, so that one set of variables may serve many threads.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    entries: NameMap<Entry>,
    tree: Tree,
    /// A name that makes evaluating impossible.
    unbindable: Option<String>,
}

#[derive(Debug, Clone)]
struct Entry {
    value: Option<String>,
    literal: bool,
}

impl Variables {
    /// No variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a variable. One that exists keeps its position and the spelling of its name.
    ///
    /// `None` is a variable without a value: to a template it is empty, to [`get`](Self::get) it
    /// is not there.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        self.insert(name, Entry { value: value.map(str::to_owned), literal: false });
    }

    /// Sets a variable whose value is never evaluated as a template, wherever it travels: for
    /// values that come from somebody who must not read other variables.
    pub fn set_literal(&mut self, name: &str, value: &str) {
        self.insert(name, Entry { value: Some(value.to_owned()), literal: true });
    }

    fn insert(&mut self, name: &str, entry: Entry) {
        let literal = entry.literal;
        let (place, is_new) = self.entries.insert(name, entry);
        let name = if is_new { name } else { self.entries.at(place).0 };
        // A name that does not even start like a path is not visible to templates.
        let Some(path) = parse_path_prefix(name, limits::DEFAULT_MAX_DEPTH) else { return };
        if self.tree.bind(&path, place).is_err() && !literal && self.unbindable.is_none() {
            self.unbindable = Some(name.to_owned());
        }
    }

    /// The value as it was set; `None` if there is none.
    #[must_use]
    pub fn get_raw(&self, name: &str) -> Option<&str> {
        self.entries.get(name).and_then(|entry| entry.value.as_deref())
    }

    /// Whether a variable of this name was set (to a value or to none).
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.entries.get(name).is_some()
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name)
    }

    /// Names and values as set, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.entries.iter().map(|(name, entry)| (name, entry.value.as_deref()))
    }

    /// The variable's value, evaluated as a template; a literal one as it is. The name has to be
    /// the one that was set, in any case: paths are for templates.
    ///
    /// `None` if there is no such variable, if it has no value, or if a `null` filter says so.
    ///
    /// # Errors
    /// Whatever [`evaluate`](Self::evaluate) returns.
    pub fn get(&self, name: &str) -> Result<Option<String>, Error> {
        match self.entries.get(name) {
            Some(Entry { value: Some(value), literal: true }) => Ok(Some(value.clone())),
            Some(Entry { value: Some(value), literal: false }) => {
                Ok(self.evaluate(value, &Options::default())?.text)
            }
            _ => Ok(None),
        }
    }

    /// The variable read as `true` or `false`, in any case and with white space around;
    /// `default` for anything else.
    ///
    /// # Errors
    /// Whatever [`get`](Self::get) returns.
    pub fn get_flag(&self, name: &str, default: bool) -> Result<bool, Error> {
        let value = self.get(name)?.unwrap_or_default();
        let is = |word: &str| value.trim().eq_ignore_ascii_case(word);
        Ok(if is("true") {
            true
        } else if is("false") {
            false
        } else {
            default
        })
    }

    /// The variable read as a 32-bit integer, with white space around it; `None` if it is not one.
    ///
    /// # Errors
    /// Whatever [`get`](Self::get) returns.
    pub fn get_int32(&self, name: &str) -> Result<Option<i32>, Error> {
        Ok(self.get(name)?.and_then(|value| parse_int32(&value)))
    }

    /// The variable split at any of `separators` (Octopus: at `,`), trimmed, without the empty
    /// parts.
    ///
    /// # Errors
    /// Whatever [`get`](Self::get) returns.
    pub fn get_strings(&self, name: &str, separators: &[char]) -> Result<Vec<String>, Error> {
        let value = self.get(name)?.unwrap_or_default();
        let parts = value.split(separators).map(str::trim).filter(|part| !part.is_empty());
        Ok(parts.map(str::to_owned).collect())
    }

    /// The variable split into lines, trimmed, without the empty ones.
    ///
    /// # Errors
    /// Whatever [`get`](Self::get) returns.
    pub fn get_paths(&self, name: &str) -> Result<Vec<String>, Error> {
        self.get_strings(name, &PATH_SEPARATORS)
    }

    /// What `#{each x in path}` would iterate over, unevaluated. Of `path`, the longest part that
    /// is a path counts.
    ///
    /// # Errors
    /// [`Error::BlankCollection`] and [`Error::NotAPath`].
    pub fn get_indexes(&self, path: &str) -> Result<Vec<String>, Error> {
        if path.trim().is_empty() {
            return Err(Error::BlankCollection);
        }
        let Some(symbol) = parse_path_prefix(path, limits::DEFAULT_MAX_DEPTH) else {
            return Err(Error::NotAPath { path: path.to_owned() });
        };
        self.check_names()?;
        indexes(self, &symbol)
    }

    /// The variable's value, which must be there and not be empty.
    ///
    /// # Errors
    /// [`Error::Required`], and whatever [`get`](Self::get) returns.
    pub fn require(&self, name: &str) -> Result<String, Error> {
        match self.get(name)? {
            Some(value) if !value.is_empty() => Ok(value),
            _ => Err(Error::Required { name: name.to_owned() }),
        }
    }

    /// Whether the template evaluates, without any error, to something true: anything but the
    /// empty text, `0`, `no` and `false`.
    ///
    /// # Errors
    /// Whatever [`evaluate`](Self::evaluate) returns.
    pub fn evaluate_truthy(&self, template: &str) -> Result<bool, Error> {
        let evaluation = self.evaluate(template, &Options::default())?;
        Ok(evaluation.error.is_none() && evaluation.text.is_some_and(|text| is_truthy(&text)))
    }

    /// Evaluates a template.
    ///
    /// # Errors
    /// If a limit is passed, variables refer to each other in a circle, or a filter is given
    /// something that it refuses. What merely cannot be resolved is no error: see
    /// [`Evaluation::missing`].
    pub fn evaluate(&self, template: &str, options: &Options) -> Result<Evaluation, Error> {
        evaluate(self, template, options)
    }

    /// The names that a template mentions: see [`argument_names`](crate::argument_names()).
    ///
    /// # Errors
    /// [`Error::Parse`] and [`Error::Limit`].
    pub fn argument_names(template: &str) -> Result<Vec<String>, Error> {
        argument_names(template)
    }

    /// All variables as a JSON object, indented by two spaces: what Octopus writes to a file
    /// (there, with a byte order mark in front).
    #[must_use]
    pub fn save_as_string(&self) -> String {
        let mut out = String::from("{");
        for (index, (name, value)) in self.iter().enumerate() {
            out.push_str(if index > 0 { ",\n  " } else { "\n  " });
            write_string(&mut out, name);
            out.push_str(": ");
            match value {
                Some(value) => write_string(&mut out, value),
                None => out.push_str("null"),
            }
        }
        out.push_str(if self.entries.iter().len() > 0 { "\n}" } else { "}" });
        out
    }

    /// Refuses to go on if a name has no place in the tree.
    pub(crate) fn check_names(&self) -> Result<(), Error> {
        match &self.unbindable {
            Some(name) => Err(Error::NameWithSymbolIndex { name: name.clone() }),
            None => Ok(()),
        }
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    pub(crate) fn name_at(&self, place: usize) -> &str {
        self.entries.at(place).0
    }

    /// Value and literalness of the variable at a place.
    pub(crate) fn value_at(&self, place: usize) -> (Option<&str>, bool) {
        let entry = self.entries.at(place).1;
        (entry.value.as_deref(), entry.literal)
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, Option<V>)> for Variables {
    fn from_iter<I: IntoIterator<Item = (N, Option<V>)>>(pairs: I) -> Self {
        let mut variables = Self::new();
        for (name, value) in pairs {
            variables.set(name.as_ref(), value.as_ref().map(AsRef::as_ref));
        }
        variables
    }
}
