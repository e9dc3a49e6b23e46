//! The functions behind `|`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

type Filter = dyn Fn(Option<&str>, &[String]) -> Option<String> + Send + Sync;

/// Filters that the caller adds to the language. Names ignore case.
#[derive(Clone, Default)]
pub struct CustomFilters(BTreeMap<String, Arc<Filter>>);

impl CustomFilters {
    /// Adds (or replaces) a filter: argument and options to a result, `None` meaning "cannot".
    pub fn add(
        &mut self,
        name: &str,
        filter: impl Fn(Option<&str>, &[String]) -> Option<String> + Send + Sync + 'static,
    ) {
        self.0.insert(name.to_lowercase(), Arc::new(filter));
    }
}

impl fmt::Debug for CustomFilters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
