//! `each`: what is iterated, and the rounds.

use std::cell::OnceCell;

use super::machine::Machine;
use super::resolve::Place;
use super::scope::{Context, Item, Level, Round, Scope, Text};
use super::template::Output;
use crate::ast::{Repetition, Symbol};
use crate::binding::NodeValue;
use crate::json::Json;
use crate::{Error, Options, Variables};

/// What parts the items of a list.
const LIST_SEPARATOR: char = ',';

impl Machine<'_> {
    pub(super) fn repetition(
        &mut self,
        token: &Repetition,
        context: Context<'_>,
        output: &mut Output,
    ) -> Result<(), Error> {
        let collection = &token.collection;
        let items = self.resolve_with(collection, context, |machine, place, context| {
            machine.items(place, collection, context)
        })?;
        let items = items.unwrap_or_default();
        self.trace(context.depth, |_| {
            (
                collection.to_string(),
                "collection of an each".to_owned(),
                Some(items.len().to_string()),
            )
        })?;
        for (index, item) in items.iter().enumerate() {
            self.budget.step()?;
            let round = Round {
                variable: &token.variable,
                item,
                index,
                count: items.len(),
                outer: context.scope,
            };
            let context = Context { scope: Scope::Round(&round), ..context.deeper() };
            self.template(&token.body, context, output)?;
        }
        Ok(())
    }

    /// The items of what is at a place: its indexes if it has no value of its own, else what its
    /// value says.
    fn items(
        &mut self,
        place: &Place<'_>,
        symbol: &Symbol,
        context: Context<'_>,
    ) -> Result<Option<Vec<Item>>, Error> {
        if let Place::Node(id) | Place::Item(Item::Node(id)) = place {
            let node = self.variables.tree().node(*id);
            if node.value == NodeValue::None {
                return Ok(Some(node.indexes.iter().map(|(_, id)| Item::Node(*id)).collect()));
            }
        }
        match self.value(place, symbol, context)? {
            Some(value) => self.items_of_value(&value, symbol).map(Some),
            None => Ok(None),
        }
    }

    /// The elements of a JSON array, the properties of a JSON object, or the parts between commas.
    fn items_of_value(&mut self, value: &Text, symbol: &Symbol) -> Result<Vec<Item>, Error> {
        self.budget.write(value.text.len())?;
        let literal = value.literal;
        let item =
            |text: String| Item::Text { value: Text { text, literal }, json: OnceCell::new() };
        match self.read_container(&value.text)? {
            Some(Json::Array(array)) => array
                .elements
                .iter()
                .map(|element| Ok(item(self.json_text(element, symbol)?)))
                .collect(),
            Some(Json::Object(object)) => object
                .iter()
                .map(|(name, value)| {
                    // The original refuses it here, although nobody may ask for it.
                    if let Json::BigInteger(_) = value {
                        self.json_text(value, symbol)?;
                    }
                    let key = Text { text: name.to_owned(), literal };
                    Ok(Item::Property { key, value: value.clone() })
                })
                .collect(),
            _ => Ok(value.text.split(LIST_SEPARATOR).map(|part| item(part.to_owned())).collect()),
        }
    }
}

/// What `each` would iterate over, the items unevaluated: the values of indexes, which are their own
/// texts where there is no other, or what the value says.
pub(crate) fn indexes(variables: &Variables, path: &Symbol) -> Result<Vec<String>, Error> {
    let options = Options::default();
    let mut machine = Machine::new(variables, &options);
    let context = Context { scope: Scope::Variables, chain: None, level: Level::Value, depth: 0 };
    let texts = machine.resolve_with(path, context, |machine, place, context| {
        if let Place::Node(id) = place {
            let node = machine.variables.tree().node(*id);
            if node.value == NodeValue::None {
                let mut texts = Vec::new();
                for (name, index) in node.indexes.iter() {
                    let raw = machine.raw_text(&Place::Node(*index), path)?;
                    texts.push(raw.map_or_else(|| name.to_owned(), |raw| raw.text));
                }
                return Ok(Some(texts));
            }
        }
        let Some(value) = machine.value(place, path, context)? else { return Ok(None) };
        let items = machine.items_of_value(&value, path)?;
        let texts: Vec<_> = items
            .into_iter()
            .filter_map(|item| match item {
                Item::Text { value, .. } | Item::Property { key: value, .. } => Some(value.text),
                Item::Node(_) => None,
            })
            .collect();
        Ok(Some(texts))
    })?;
    Ok(texts.unwrap_or_default())
}
