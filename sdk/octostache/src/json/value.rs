//! JSON values.

use std::collections::HashMap;
use std::sync::Arc;

use crate::dotnet::calendar::Moment;

/// A JSON value. Containers are shared, so that a copy is cheap.
#[derive(Debug, Clone)]
pub(crate) enum Json {
    /// `null`, `undefined`, and whatever is not there.
    Null,
    Bool(bool),
    /// An integer of 64 bits.
    Integer(i64),
    /// An integer that does not fit in 64 bits: its digits.
    BigInteger(String),
    Float(f64),
    Text(String),
    /// Text that looks like a date and time.
    Date(Moment),
    Array(Arc<Array>),
    Object(Arc<Object>),
}

impl Json {
    /// Whether any text in it has a token (`#{`) in it.
    pub(crate) fn has_token(&self) -> bool {
        match self {
            Self::Text(text) => text.contains("#{"),
            Self::Array(array) => array.has_token,
            Self::Object(object) => object.has_token,
            _ => false,
        }
    }
}

/// The elements of an array.
#[derive(Debug)]
pub(crate) struct Array {
    pub(crate) elements: Vec<Json>,
    has_token: bool,
}

impl Array {
    pub(crate) fn new(elements: Vec<Json>) -> Self {
        let has_token = elements.iter().any(Json::has_token);
        Self { elements, has_token }
    }
}

/// The properties of an object, in order. Names are case-sensitive; of several properties with
/// one name the last counts, in the place of the first.
#[derive(Debug, Default)]
pub(crate) struct Object {
    properties: Vec<(String, Json)>,
    places: HashMap<String, usize>,
    /// Whether any text in it has, or had before it was replaced, a token in it.
    has_token: bool,
}

impl Object {
    pub(crate) fn insert(&mut self, name: String, value: Json) {
        self.has_token |= name.contains("#{") || value.has_token();
        if let Some(place) = self.places.get(&name) {
            self.properties[*place].1 = value;
        } else {
            self.places.insert(name.clone(), self.properties.len());
            self.properties.push((name, value));
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.places.get(name).map(|place| &self.properties[*place].1)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Json)> {
        self.properties.iter().map(|(name, value)| (name.as_str(), value))
    }
}
