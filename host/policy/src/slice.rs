//! Finds the few statements that can have a say in a question, so that answering it does not mean
//! evaluating all of them.

use std::collections::HashMap;

use cedar_policy::EntityUid;

use crate::scope::{Attribute, Key, key_of};
use crate::statement::Statement;
use crate::vocabulary::Action;

/// Every statement, filed under each of its actions and under its key.
#[derive(Debug, Clone, Default)]
pub(crate) struct Index {
    shelves: HashMap<Action, Shelf>,
}

/// The statements of one action. Each stands in exactly one place.
#[derive(Debug, Clone, Default)]
struct Shelf {
    without_key: Vec<usize>,
    by_resource: HashMap<EntityUid, Vec<usize>>,
    by_principal: HashMap<EntityUid, Vec<usize>>,
    by_attribute: HashMap<Attribute, HashMap<String, Vec<usize>>>,
}

/// What the index needs to know of a question.
pub(crate) struct Traits<'a> {
    pub(crate) action: Action,
    /// The principal, and everything it is below of.
    pub(crate) principals: &'a [EntityUid],
    /// The resource, and everything it is below of.
    pub(crate) resources: &'a [EntityUid],
    /// The value of an attribute, when the question has it.
    pub(crate) attribute: &'a dyn Fn(Attribute) -> Option<&'a str>,
}

impl Index {
    pub(crate) fn new(statements: &[Statement]) -> Self {
        let mut index = Self::default();
        for (position, statement) in statements.iter().enumerate() {
            let key = key_of(&statement.cedar);
            for action in &statement.actions {
                index.shelves.entry(*action).or_default().put(key.clone(), position);
            }
        }
        index
    }

    /// The positions of the statements that can have a say, in the order of the policy.
    pub(crate) fn candidates(&self, question: &Traits<'_>) -> Vec<usize> {
        let Some(shelf) = self.shelves.get(&question.action) else { return Vec::new() };
        let mut found = shelf.without_key.clone();
        let mut take =
            |positions: Option<&Vec<usize>>| found.extend(positions.into_iter().flatten());
        question.principals.iter().for_each(|entity| take(shelf.by_principal.get(entity)));
        question.resources.iter().for_each(|entity| take(shelf.by_resource.get(entity)));
        for (attribute, by_value) in &shelf.by_attribute {
            match (question.attribute)(*attribute) {
                Some(value) => take(by_value.get(value)),
                // Not known: nothing can be left out.
                None => by_value.values().for_each(|positions| take(Some(positions))),
            }
        }
        found.sort_unstable();
        found
    }
}

impl Shelf {
    fn put(&mut self, key: Option<Key>, position: usize) {
        let place = match key {
            None => &mut self.without_key,
            Some(Key::Resource(entity)) => self.by_resource.entry(entity).or_default(),
            Some(Key::Principal(entity)) => self.by_principal.entry(entity).or_default(),
            Some(Key::Attribute(attribute, value)) => {
                self.by_attribute.entry(attribute).or_default().entry(value).or_default()
            }
        };
        place.push(position);
    }
}
