//! Drilling: steps of a path that lead into a JSON value.

use std::cell::OnceCell;

use super::machine::Machine;
use super::resolve::Place;
use super::scope::{Context, Item, Text};
use crate::Error;
use crate::ast::Symbol;
use crate::binding::{NodeId, NodeJson, NodeValue};
use crate::dotnet::number::parse_int32;
use crate::json::{Json, read};

impl Machine<'_> {
    /// One step into the JSON at a place; `None` if there is no JSON, or none with such steps.
    pub(super) fn drill<'p>(
        &mut self,
        place: &Place<'p>,
        step: &str,
        symbol: &Symbol,
        context: Context<'p>,
    ) -> Result<Option<Place<'p>>, Error> {
        let Some((json, literal)) = self.container_at(place, symbol, context)? else {
            return Ok(None);
        };
        let found = match &json {
            // `[]` leads nowhere, not even to a property without a name.
            _ if step.is_empty() => return Ok(None),
            Json::Object(object) => object.get(step).cloned().unwrap_or(Json::Null),
            Json::Array(array) => {
                let Some(index) = parse_int32(step) else { return Ok(None) };
                let Ok(place) = usize::try_from(index) else {
                    return Err(Error::NegativeJsonIndex { symbol: symbol.to_string(), index });
                };
                array.elements.get(place).cloned().unwrap_or(Json::Null)
            }
            _ => return Ok(None),
        };
        Ok(Some(Place::Json { json: found, literal }))
    }

    /// The JSON container at a place, and whether it is literal.
    fn container_at(
        &mut self,
        place: &Place<'_>,
        symbol: &Symbol,
        context: Context<'_>,
    ) -> Result<Option<(Json, bool)>, Error> {
        match place {
            Place::Json { json: json @ (Json::Array(_) | Json::Object(_)), literal } => {
                if *literal || !json.has_token() {
                    return Ok(Some((json.clone(), *literal)));
                }
                let text = self.json_text(json, symbol)?;
                self.budget.write(text.len())?;
                self.evaluated_container(Text { text, literal: false }, None, context)
            }
            Place::Json { json: Json::Text(text), literal } => {
                let text = Text { text: text.clone(), literal: *literal };
                self.container_in(&text, None, context)
            }
            Place::Json { .. } | Place::Made(_) => Ok(None),
            Place::Item(Item::Property { key, .. }) => self.container_in(key, None, context),
            Place::Item(Item::Text { value, json }) => match json.get() {
                Some(known) => Ok(known.clone().map(|json| (json, value.literal))),
                None => self.container_in(value, Some(json), context),
            },
            Place::Node(id) | Place::Item(Item::Node(id)) => {
                self.container_at_node(*id, symbol, context)
            }
        }
    }

    /// The container that a text is; it is remembered in `cell` if it is always the same.
    fn container_in(
        &mut self,
        raw: &Text,
        cell: Option<&OnceCell<Option<Json>>>,
        context: Context<'_>,
    ) -> Result<Option<(Json, bool)>, Error> {
        if !raw.literal && raw.text.contains("#{") {
            return self.evaluated_container(raw.clone(), None, context);
        }
        let json = self.read_container(&raw.text)?;
        if let Some(cell) = cell {
            // It was empty a moment ago, and nobody else has it.
            let _ = cell.set(json.clone());
        }
        Ok(json.map(|json| (json, raw.literal)))
    }

    fn container_at_node(
        &mut self,
        id: NodeId,
        symbol: &Symbol,
        context: Context<'_>,
    ) -> Result<Option<(Json, bool)>, Error> {
        let node = self.variables.tree().node(id);
        let NodeValue::Variable(variable) = node.value else { return Ok(None) };
        self.note_use(variable);
        let (text, literal) = self.variables.value_at(variable);
        let text = text.unwrap_or_default();
        if node.json.get().is_none() {
            let json = if !literal && text.contains("#{") {
                NodeJson::Template
            } else {
                self.read_container(text)?.map_or(NodeJson::None, NodeJson::Container)
            };
            // If another thread was quicker, it was with the same result.
            let _ = node.json.set(json);
        }
        match node.json.get() {
            Some(NodeJson::Container(json)) => Ok(Some((json.clone(), literal))),
            Some(NodeJson::Template) => {
                let place = Place::Node(id);
                let Some(raw) = self.raw_text(&place, symbol)? else { return Ok(None) };
                self.evaluated_container(raw, Some(id), context)
            }
            Some(NodeJson::None) | None => Ok(None),
        }
    }

    /// Evaluates a value as a template before reading it as JSON. Where that leads in a circle,
    /// the value is no JSON; what is missing in it is reported when it is used, not here.
    fn evaluated_container(
        &mut self,
        raw: Text,
        node: Option<NodeId>,
        context: Context<'_>,
    ) -> Result<Option<(Json, bool)>, Error> {
        let evaluated = self.unreported(|machine| machine.evaluate_value(raw, node, context));
        let value = match evaluated {
            Err(Error::Recursion { .. }) => return Ok(None),
            other => other?,
        };
        Ok(self.read_container(&value.text)?.map(|json| (json, value.literal)))
    }

    /// Reads a JSON array or object.
    pub(super) fn read_container(&mut self, text: &str) -> Result<Option<Json>, Error> {
        self.budget.read(text.len())?;
        let json = read(text, self.local_offset());
        Ok(json.filter(|json| matches!(json, Json::Array(_) | Json::Object(_))))
    }
}
