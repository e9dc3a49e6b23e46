//! Reading TOML: one text or several, and errors with their place.

use std::fmt;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::source::Place;

/// One text, or a list of them: `"a"` is `["a"]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Texts(pub Vec<String>);

impl std::ops::Deref for Texts {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextsVisitor;

        impl<'de> Visitor<'de> for TextsVisitor {
            type Value = Texts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts(vec![text.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                Ok(Texts(texts))
            }
        }

        deserializer.deserialize_any(TextsVisitor)
    }
}

/// What is wrong with a TOML text.
pub(crate) fn toml_problem(name: &str, text: &str, error: &toml::de::Error) -> Problem {
    let place = error.span().map(|span| Place::of_offset(name, text, span.start));
    Problem::new(place, error.message().trim_end().to_owned())
}
