//! Where names are looked up: the variables, and the loops around a token.

use std::cell::OnceCell;

use crate::ast::Symbol;
use crate::binding::NodeId;
use crate::json::Json;

/// A text on its way through an evaluation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) text: String,
    /// Whether a literal variable had a part in it. Such a text is never evaluated again.
    pub(crate) literal: bool,
}

/// Where names are looked up, innermost first.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope<'s> {
    /// The variables.
    Variables,
    /// One round of an `each`.
    Round(&'s Round<'s>),
}

/// One round of an `each`.
#[derive(Debug)]
pub(crate) struct Round<'s> {
    /// The name of the loop variable.
    pub(crate) variable: &'s str,
    pub(crate) item: &'s Item,
    pub(crate) index: usize,
    pub(crate) count: usize,
    /// The scope around the loop.
    pub(crate) outer: Scope<'s>,
}

/// What a loop variable stands for.
#[derive(Debug)]
pub(crate) enum Item {
    /// An index of the collection.
    Node(NodeId),
    /// A piece of the collection's value.
    Text {
        value: Text,
        /// The value read as JSON, once somebody needed it.
        json: OnceCell<Option<Json>>,
    },
    /// A property of a JSON object.
    Property { key: Text, value: Json },
}

/// Whose tokens are evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// The template's.
    Template,
    /// Those in the options of a filter in the template.
    Option,
    /// Those in the value of a variable: there, neither `null` nor custom filters have a meaning.
    Value,
}

/// One reference of the chain that led from the template to a token.
#[derive(Debug)]
pub(crate) struct Link<'c> {
    pub(crate) symbol: &'c Symbol,
    pub(crate) before: Option<&'c Link<'c>>,
}

/// Everything around a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'c> {
    pub(crate) scope: Scope<'c>,
    pub(crate) chain: Option<&'c Link<'c>>,
    pub(crate) level: Level,
    pub(crate) depth: usize,
}

impl Context<'_> {
    /// The context of something nested, with everything else as it is.
    pub(crate) fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }
}
