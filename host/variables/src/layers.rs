//! `Layers`: variables from several places, put together in one order.

use crate::{Value, VariableSet};

/// A place that variables come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Built into the program.
    Default,
    /// The settings file.
    Settings,
    /// `--variables` files.
    Files,
    /// `--variable` and `--sensitive-variable`.
    CommandLine,
    /// Found by Cofferdam itself.
    Derived,
}

/// What there is to know about one [`Layer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerFacts {
    /// Which layer this is.
    pub layer: Layer,
    /// How messages and listings call it.
    pub name: &'static str,
    /// Where its variables come from.
    pub from: &'static str,
}

/// All layers; a later one wins.
pub const PRECEDENCE: [LayerFacts; 5] = [
    LayerFacts { layer: Layer::Default, name: "default", from: "built into the program" },
    LayerFacts {
        layer: Layer::Settings,
        name: "settings",
        from: "the settings file: its named settings, then its `[variables]`",
    },
    LayerFacts {
        layer: Layer::Files,
        name: "file",
        from: "`--variables` files, the last one given wins",
    },
    LayerFacts {
        layer: Layer::CommandLine,
        name: "command line",
        from: "options of the command line, the last one given wins",
    },
    LayerFacts {
        layer: Layer::Derived,
        name: "derived",
        from: "found by Cofferdam: the previous installation, the folders of this one",
    },
];

impl Layer {
    /// What the table says of this layer.
    #[must_use]
    pub fn facts(self) -> &'static LayerFacts {
        // The enum and the table have the same order, which a test checks.
        &PRECEDENCE[self as usize]
    }
}

/// Variables from several places, which may be added in any order.
#[derive(Debug, Clone, Default)]
pub struct Layers(Vec<(Layer, String, Value)>);

impl Layers {
    /// No variables.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one variable.
    pub fn add(&mut self, layer: Layer, name: impl Into<String>, value: Value) {
        self.0.push((layer, name.into(), value));
    }

    /// Adds many.
    pub fn extend(&mut self, layer: Layer, variables: impl IntoIterator<Item = (String, Value)>) {
        self.0.extend(variables.into_iter().map(|(name, value)| (layer, name, value)));
    }

    /// The layer that a variable's value comes from, for `--origin` listings.
    #[must_use]
    pub fn origin(&self, name: &str) -> Option<Layer> {
        let key = crate::NameKey::new(name);
        let same = self.0.iter().filter(|(_, other, _)| crate::NameKey::new(other) == key);
        same.map(|(layer, _, _)| *layer).max()
    }

    /// Puts them together.
    #[must_use]
    pub fn into_set(mut self) -> VariableSet {
        self.0.sort_by_key(|(layer, _, _)| *layer);
        let mut set = VariableSet::new();
        for (_, name, value) in self.0 {
            set.set(&name, value);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_layer_in_its_order() {
        for (index, facts) in PRECEDENCE.iter().enumerate() {
            assert_eq!(facts.layer as usize, index, "{}", facts.name);
        }
    }

    #[test]
    fn the_later_place_wins_and_within_it_the_later_statement() {
        let mut layers = Layers::new();
        layers.add(Layer::CommandLine, "Color", Value::plain("first option"));
        layers.add(Layer::CommandLine, "COLOR", Value::plain("last option"));
        layers.add(Layer::Files, "Color", Value::plain("file"));
        layers.add(Layer::Default, "color", Value::plain("default"));
        layers.add(Layer::Default, "Size", Value::plain("1"));
        assert_eq!(layers.origin("color"), Some(Layer::CommandLine));
        let set = layers.into_set();
        assert_eq!(set.get("color"), Some(&Value::plain("last option")));
        assert_eq!(set.get("size"), Some(&Value::plain("1")));
    }
}
