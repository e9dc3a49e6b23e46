//! The variables in a file, as they are deserialised: an object of names or an array of rows.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::file::node::Node;
use crate::{Sensitivity, Value};

/// Names and values in the order of the file.
#[derive(Debug)]
pub(super) struct Entries(pub(super) Vec<(String, Value)>);

/// The table that a TOML file may keep its variables in, so that it can hold other things.
const TOML_TABLE: &str = "variables.";

impl Entries {
    /// Takes the table off that a TOML file may keep its variables in.
    pub(super) fn of_toml(self) -> Vec<(String, Value)> {
        let rename = |(name, value): (String, Value)| match name.strip_prefix(TOML_TABLE) {
            Some(rest) => (rest.to_owned(), value),
            None => (name, value),
        };
        self.0.into_iter().map(rename).collect()
    }
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EntriesVisitor)
    }
}

struct EntriesVisitor;

impl<'de> Visitor<'de> for EntriesVisitor {
    type Value = Entries;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of names and values, or an array of `{\"k\": name, \"v\": value}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some((name, node)) = map.next_entry::<String, Node>()? {
            node.flatten_into(name, &mut entries);
        }
        Ok(Entries(entries))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Entries, A::Error> {
        let mut entries = Vec::new();
        while let Some(Row(name, value)) = rows.next_element()? {
            entries.push((name, value));
        }
        Ok(Entries(entries))
    }
}

/// One element of an array.
struct Row(String, Value);

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object `{\"k\": name, \"v\": value, \"s\": sensitive}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let (mut name, mut text, mut sensitive) = (None, None, false);
        while let Some(key) = map.next_key::<String>()? {
            match key.to_ascii_lowercase().as_str() {
                "k" | "name" => name = Some(map.next_value::<String>()?),
                "v" | "value" => match map.next_value()? {
                    Node::Text(value) => text = value,
                    Node::Marked(_) | Node::Table(_) => {
                        return Err(A::Error::custom("a variable's value must be a text"));
                    }
                },
                "s" | "issensitive" | "sensitive" => sensitive |= map.next_value::<bool>()?,
                "type" => {
                    let kind = map.next_value::<Option<String>>()?.unwrap_or_default();
                    sensitive |= kind.eq_ignore_ascii_case("sensitive");
                }
                "id" | "scope" | "description" | "prompt" | "iseditable" => {
                    map.next_value::<IgnoredAny>()?;
                }
                _ => {
                    return Err(A::Error::custom(format!(
                        "unknown key `{key}`; a variable has `k`, `v` and `s` (or `Name`, `Value`, \
                         `IsSensitive`)"
                    )));
                }
            }
        }
        let name = name.ok_or_else(|| A::Error::custom("a variable without a name (`k`)"))?;
        let sensitivity = if sensitive { Sensitivity::Sensitive } else { Sensitivity::Plain };
        Ok(Row(name, Value::new(text, sensitivity)))
    }
}
