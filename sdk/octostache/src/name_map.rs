//! An ordered map whose keys ignore case.

use std::collections::HashMap;

use crate::dotnet::text::fold_case;

/// An ordered map whose keys ignore case. A key keeps the spelling and the place of its first
/// insertion.
#[derive(Debug, Clone)]
pub(crate) struct NameMap<T> {
    entries: Vec<(String, T)>,
    places: HashMap<String, usize>,
}

impl<T> Default for NameMap<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), places: HashMap::new() }
    }
}

impl<T> NameMap<T> {
    /// Sets a value; gives its place and whether the key is new.
    pub(crate) fn insert(&mut self, name: &str, value: T) -> (usize, bool) {
        let folded = fold_case(name);
        if let Some(place) = self.places.get(&folded) {
            self.entries[*place].1 = value;
            return (*place, false);
        }
        let place = self.entries.len();
        self.places.insert(folded, place);
        self.entries.push((name.to_owned(), value));
        (place, true)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.places.get(&fold_case(name)).map(|place| &self.entries[*place].1)
    }

    /// Key and value at a place that [`insert`](Self::insert) gave.
    pub(crate) fn at(&self, place: usize) -> (&str, &T) {
        let (name, value) = &self.entries[place];
        (name, value)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &T)> {
        self.entries.iter().map(|(name, value)| (name.as_str(), value))
    }
}
