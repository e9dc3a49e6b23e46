//! Symbols: finding what a path leads to, and what that is worth.

use std::sync::Arc;

use super::machine::Machine;
use super::scope::{Context, Item, Level, Link, Round, Scope, Text};
use super::template::Output;
use crate::Error;
use crate::ast::{Symbol, SymbolStep};
use crate::binding::{NodeId, NodeValue, ROOT};
use crate::dotnet::text::equals_ignoring_case;
use crate::json::Json;
use crate::parse::parse_strict;

/// The names in front of what an `each` says about its rounds.
const ROUND_PATH: [&str; 3] = ["Octopus", "Template", "Each"];

/// A step of a path, all symbols in it resolved.
#[derive(Debug)]
pub(super) enum PlainStep {
    Name(String),
    Index(String),
}

impl PlainStep {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Name(text) | Self::Index(text) => text,
        }
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(self, Self::Name(text) if equals_ignoring_case(text, name))
    }
}

/// What a path leads to.
#[derive(Debug)]
pub(super) enum Place<'p> {
    Node(NodeId),
    Item(&'p Item),
    /// Something inside a JSON value.
    Json {
        json: Json,
        literal: bool,
    },
    /// Text that is made up, such as the number of the round.
    Made(String),
}

/// A place and the scope it was found in.
pub(super) type Found<'p> = (Place<'p>, Scope<'p>);

impl<'v> Machine<'v> {
    /// The value of a symbol; `None` if it leads nowhere.
    pub(super) fn resolve(
        &mut self,
        symbol: &Symbol,
        context: Context<'_>,
    ) -> Result<Option<Text>, Error> {
        self.resolve_with(symbol, context, |machine, place, context| {
            let source = machine.options.trace.then(|| machine.describe(place));
            let value = machine.value(place, symbol, context)?;
            if let Some(source) = source {
                let depth = context.depth;
                machine.trace(depth, |_| {
                    (symbol.to_string(), source, value.as_ref().map(|value| value.text.clone()))
                })?;
            }
            Ok(value)
        })
    }

    /// Finds what a symbol leads to and hands it to `act`, in the context of values: where it was
    /// found, with the symbol at the end of the chain of references.
    pub(super) fn resolve_with<T>(
        &mut self,
        symbol: &Symbol,
        context: Context<'_>,
        act: impl FnOnce(&mut Self, &Place<'_>, Context<'_>) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        self.budget.step()?;
        check_recursion(symbol, context.chain)?;
        let link = Link { symbol, before: context.chain };
        let context = Context { chain: Some(&link), level: Level::Value, ..context.deeper() };
        self.budget.check_depth(context.depth)?;
        let steps = self.plain_steps(symbol, context)?;
        let found = match &steps {
            Some(steps) => self.find(steps, symbol, context)?,
            None => None,
        };
        match found {
            Some((place, scope)) => act(self, &place, Context { scope, ..context }),
            None => {
                self.trace(context.depth, |_| (symbol.to_string(), "not found".to_owned(), None))?;
                Ok(None)
            }
        }
    }

    /// Resolves the symbols in a path; `None` if one of them leads nowhere. What is missing inside
    /// the value of an index is not reported, only the path that has it.
    fn plain_steps(
        &mut self,
        symbol: &Symbol,
        context: Context<'_>,
    ) -> Result<Option<Vec<PlainStep>>, Error> {
        let mut steps = Vec::with_capacity(symbol.steps.len());
        for step in &symbol.steps {
            steps.push(match step {
                SymbolStep::Name(name) => PlainStep::Name(name.clone()),
                SymbolStep::Index(text) => PlainStep::Index(text.clone()),
                SymbolStep::IndexBySymbol(inner) => {
                    match self.unreported(|machine| machine.resolve(inner, context))? {
                        Some(value) => PlainStep::Index(value.text),
                        None => return Ok(None),
                    }
                }
            });
        }
        Ok(Some(steps))
    }

    /// Walks the path in the innermost scope, then in the one around it, and so on.
    fn find<'p>(
        &mut self,
        steps: &[PlainStep],
        symbol: &Symbol,
        context: Context<'p>,
    ) -> Result<Option<Found<'p>>, Error> {
        let mut scope = context.scope;
        loop {
            self.budget.step()?;
            let context = Context { scope, ..context };
            match scope {
                Scope::Variables => {
                    let place = self.walk(Place::Node(ROOT), steps, symbol, context)?;
                    return Ok(place.map(|place| (place, scope)));
                }
                Scope::Round(round) => {
                    if let Some((first, rest)) = steps.split_first()
                        && first.is_name(round.variable)
                        && let Some(place) =
                            self.walk(Place::Item(round.item), rest, symbol, context)?
                    {
                        return Ok(Some((place, scope)));
                    }
                    if let Some(text) = about_round(round, steps) {
                        return Ok(Some((Place::Made(text), scope)));
                    }
                    scope = round.outer;
                }
            }
        }
    }

    fn walk<'p>(
        &mut self,
        start: Place<'p>,
        steps: &[PlainStep],
        symbol: &Symbol,
        context: Context<'p>,
    ) -> Result<Option<Place<'p>>, Error> {
        let mut place = start;
        for step in steps {
            self.budget.step()?;
            place = match self.direct_step(&place, step) {
                Some(next) => next,
                None => match self.drill(&place, step.text(), symbol, context)? {
                    Some(next) => next,
                    None => return Ok(None),
                },
            };
        }
        Ok(Some(place))
    }

    /// The child or index of that name, if the place has one of its own.
    fn direct_step<'p>(&self, place: &Place<'p>, step: &PlainStep) -> Option<Place<'p>> {
        match place {
            Place::Node(id) | Place::Item(Item::Node(id)) => {
                let node = self.variables.tree().node(*id);
                let next = match step {
                    PlainStep::Name(name) => node.children.get(name),
                    PlainStep::Index(text) if text == "*" && node.indexes.iter().len() > 0 => {
                        node.indexes.iter().next().map(|(_, id)| id)
                    }
                    PlainStep::Index(text) => node.indexes.get(text),
                };
                next.map(|id| Place::Node(*id))
            }
            Place::Item(Item::Property { key, value }) => {
                let literal = key.literal;
                if step.is_name("Key") {
                    Some(Place::Json { json: Json::Text(key.text.clone()), literal })
                } else if step.is_name("Value") {
                    Some(Place::Json { json: value.clone(), literal })
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// The text at a place before it is evaluated; `None` if there is none. Notes which variable
    /// it was read from.
    pub(super) fn raw_text(
        &mut self,
        place: &Place<'_>,
        symbol: &Symbol,
    ) -> Result<Option<Text>, Error> {
        let text = match place {
            Place::Node(id) | Place::Item(Item::Node(id)) => {
                match &self.variables.tree().node(*id).value {
                    NodeValue::None => return Ok(None),
                    NodeValue::IndexText(text) => Text { text: text.clone(), literal: false },
                    NodeValue::Variable(variable) => {
                        self.note_use(*variable);
                        let (value, literal) = self.variables.value_at(*variable);
                        Text { text: value.unwrap_or_default().to_owned(), literal }
                    }
                }
            }
            Place::Item(Item::Text { value, .. } | Item::Property { key: value, .. }) => {
                value.clone()
            }
            Place::Json { json, literal } => {
                Text { text: self.json_text(json, symbol)?, literal: *literal }
            }
            Place::Made(text) => Text { text: text.clone(), literal: false },
        };
        self.budget.write(text.text.len())?;
        Ok(Some(text))
    }

    pub(super) fn json_text(&self, json: &Json, symbol: &Symbol) -> Result<String, Error> {
        json.to_text(self.local_offset(), self.conventions)
            .ok_or_else(|| Error::JsonIntegerTooLarge { symbol: symbol.to_string() })
    }

    /// The value of a place, evaluated.
    pub(super) fn value(
        &mut self,
        place: &Place<'_>,
        symbol: &Symbol,
        context: Context<'_>,
    ) -> Result<Option<Text>, Error> {
        let Some(raw) = self.raw_text(place, symbol)? else { return Ok(None) };
        let node = match place {
            Place::Node(id) | Place::Item(Item::Node(id)) => Some(*id),
            _ => None,
        };
        self.evaluate_value(raw, node, context).map(Some)
    }

    /// Evaluates the text of a value as a template. What does not parse stays as it is.
    pub(super) fn evaluate_value(
        &mut self,
        raw: Text,
        node: Option<NodeId>,
        context: Context<'_>,
    ) -> Result<Text, Error> {
        if raw.literal || !raw.text.contains("#{") {
            return Ok(raw);
        }
        self.budget.read(raw.text.len())?;
        let known = node.map(|id| &self.variables.tree().node(id).template);
        let template = match known.and_then(|cell| cell.get()) {
            Some(template) => template.clone(),
            None => {
                // What nests deeper than what is left could not be evaluated either.
                let parsed = parse_strict(&raw.text, self.budget.depth_left(context.depth))
                    .map_err(|_| self.budget.depth_error())?;
                let template = parsed.ok().map(Arc::new);
                if let Some(cell) = known {
                    // Another thread may have been quicker: with the same result.
                    let _ = cell.set(template.clone());
                }
                template
            }
        };
        let Some(template) = template else { return Ok(raw) };
        let mut output = Output::default();
        self.template(&template, context, &mut output)?;
        Ok(output.text)
    }

    /// Where a value comes from, for people.
    fn describe(&self, place: &Place<'_>) -> String {
        match place {
            Place::Node(id) | Place::Item(Item::Node(id)) => {
                match &self.variables.tree().node(*id).value {
                    NodeValue::None => "a prefix of longer names, without a value".to_owned(),
                    NodeValue::IndexText(_) => "the index itself".to_owned(),
                    NodeValue::Variable(place) => {
                        format!("variable {}", self.variables.name_at(*place))
                    }
                }
            }
            Place::Item(_) => "the item of the loop".to_owned(),
            Place::Json { .. } => "inside a JSON value".to_owned(),
            Place::Made(_) => "the round of the loop".to_owned(),
        }
    }
}

/// A reference that is already on its way is a circle. One to the same variable from another
/// place is not, yet: it becomes one in the next turn.
fn check_recursion(symbol: &Symbol, chain: Option<&Link<'_>>) -> Result<(), Error> {
    let same = |other: &Symbol| {
        (symbol.position.line, symbol.position.column)
            == (other.position.line, other.position.column)
            && symbol.steps.len() == other.steps.len()
            && symbol.to_string() == other.to_string()
    };
    let links = || std::iter::successors(chain, |link| link.before);
    if !links().any(|link| same(link.symbol)) {
        return Ok(());
    }
    let mut chain: Vec<_> = links().map(|link| link.symbol.to_string()).collect();
    chain.reverse();
    chain.push(symbol.to_string());
    Err(Error::Recursion { symbol: symbol.to_string(), chain })
}

/// `Octopus.Template.Each.Index`, `.First` and `.Last`.
fn about_round(round: &Round<'_>, steps: &[PlainStep]) -> Option<String> {
    let (what, path) = steps.split_last()?;
    if path.len() != ROUND_PATH.len()
        || !path.iter().zip(ROUND_PATH).all(|(step, name)| step.is_name(name))
    {
        return None;
    }
    let truth = |value: bool| if value { "True" } else { "False" }.to_owned();
    if what.is_name("Index") {
        Some(round.index.to_string())
    } else if what.is_name("First") {
        Some(truth(round.index == 0))
    } else if what.is_name("Last") {
        Some(truth(round.index + 1 == round.count))
    } else {
        None
    }
}
