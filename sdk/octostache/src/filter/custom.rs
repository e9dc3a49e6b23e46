//! Filters that the caller adds.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::dotnet::text::fold_case;

type Filter = dyn Fn(Option<&str>, &[String]) -> Option<String> + Send + Sync;

/// Filters that the caller adds to the language. Names ignore case.
///
/// They are asked where no built-in filter gives a value, and only for the tokens of the template
/// itself, not for those in the values of variables.
#[derive(Clone, Default)]
pub struct CustomFilters(BTreeMap<String, Arc<Filter>>);

impl CustomFilters {
    /// Adds (or replaces) a filter: argument and options to a result, `None` meaning "cannot".
    pub fn add(
        &mut self,
        name: &str,
        filter: impl Fn(Option<&str>, &[String]) -> Option<String> + Send + Sync + 'static,
    ) {
        self.0.insert(fold_case(name), Arc::new(filter));
    }

    pub(crate) fn apply(
        &self,
        name: &str,
        argument: Option<&str>,
        options: &[String],
    ) -> Option<String> {
        self.0.get(&fold_case(name)).and_then(|filter| filter(argument, options))
    }
}

impl fmt::Debug for CustomFilters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
