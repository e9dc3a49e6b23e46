//! The variables a document can name: found by path, ignoring case, and evaluated when first needed.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;

use cofferdam_hook_files::fold_case;
use cofferdam_octostache::Variables;
use cofferdam_xml::xpath::{self, XPath};

use crate::Error;

/// What separates the steps of a path.
pub(crate) const STEP: char = ':';

/// All variables, with an index of those that may stand for a path in a document.
#[derive(Debug)]
pub struct Names<'v> {
    variables: &'v Variables,
    names: Vec<&'v str>,
    by_path: HashMap<String, usize>,
    longest_path_bytes: usize,
    values: HashMap<usize, Option<String>>,
    xpaths: OnceCell<Rc<[(usize, XPath)]>>,
}

impl<'v> Names<'v> {
    /// Makes the index: linear in the number of variables, once for all files.
    #[must_use]
    pub fn new(variables: &'v Variables) -> Self {
        let names: Vec<&str> = variables.names().collect();
        let by_path: HashMap<String, usize> = names
            .iter()
            .enumerate()
            .map(|(index, name)| (fold_case(name), index))
            .filter(|(folded, _)| !is_reserved(folded))
            .collect();
        let longest_path_bytes = by_path.keys().map(String::len).max().unwrap_or_default();
        Self {
            variables,
            names,
            by_path,
            longest_path_bytes,
            values: HashMap::new(),
            xpaths: OnceCell::new(),
        }
    }

    /// The variable for a path that [`fold_case`] has been applied to.
    pub(crate) fn find(&self, folded: &str) -> Option<usize> {
        // The length first: a document may have paths of megabytes, and no variable has.
        if folded.len() > self.longest_path_bytes {
            return None;
        }
        self.by_path.get(folded).copied()
    }

    /// The variables whose names are XPaths, in order; compiled once for all files.
    ///
    /// Only names with a `/` or `:` are tried: any other word would be an XPath, too.
    pub(crate) fn xpaths(&self) -> Rc<[(usize, XPath)]> {
        let compiled = || {
            let names = self.names.iter().enumerate();
            names
                .filter(|(_, name)| name.contains(['/', ':']))
                .filter_map(|(index, name)| Some((index, xpath::compile(name).ok()?)))
                .collect()
        };
        self.xpaths.get_or_init(compiled).clone()
    }

    /// The name as it was defined.
    pub(crate) fn name(&self, index: usize) -> &'v str {
        self.names.get(index).copied().unwrap_or_default()
    }

    /// The evaluated value; none for a variable that is null. Unresolved tokens stay in it as text.
    pub(crate) fn value(&mut self, index: usize) -> Result<Option<String>, Error> {
        if let Some(known) = self.values.get(&index) {
            return Ok(known.clone());
        }
        let name = self.name(index);
        let value = self
            .variables
            .get(name)
            .map_err(|source| Error::Variable { name: name.to_owned(), source })?;
        self.values.insert(index, value.clone());
        Ok(value)
    }
}

/// Whether Octopus keeps this name for itself: `Octopus`, and what begins with it, but not the section `Octopus:`.
fn is_reserved(folded: &str) -> bool {
    folded.strip_prefix("OCTOPUS").is_some_and(|rest| !rest.starts_with(STEP))
}

/// Where a reader of a document is: the steps from the root, folded and joined.
#[derive(Debug, Default)]
pub(crate) struct PathText {
    folded: String,
    /// The length of `folded` before each step.
    lengths: Vec<usize>,
}

impl PathText {
    /// Goes down one step.
    pub(crate) fn push(&mut self, step: &str) {
        self.lengths.push(self.folded.len());
        if self.lengths.len() > 1 {
            self.folded.push(STEP);
        }
        self.folded.push_str(&fold_case(step));
    }

    /// Goes back up.
    pub(crate) fn pop(&mut self) {
        if let Some(length) = self.lengths.pop() {
            self.folded.truncate(length);
        }
    }

    /// The path, ready for [`Names::find`]; none at the root, which has no name.
    pub(crate) fn get(&self) -> Option<&str> {
        (!self.lengths.is_empty()).then_some(&self.folded)
    }
}
