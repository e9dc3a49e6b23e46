//! The variables that ask for transforms.

use crate::steps::Definitions;

pub(crate) const IGNORE_ERRORS: &str = "Octopus.Action.Package.IgnoreConfigTransformationErrors";
pub(crate) const WARNINGS_AS_ERRORS: &str =
    "Octopus.Action.Package.TreatConfigTransformationWarningsAsErrors";

/// Variables that apply these transforms, and no other.
pub(crate) fn applying(transforms: &str) -> Definitions {
    let mut definitions = Definitions::new();
    set(
        &mut definitions,
        "Octopus.Action.EnabledFeatures",
        "Octopus.Features.ConfigurationTransforms",
    );
    let additional = "Octopus.Action.Package.AdditionalXmlConfigurationTransforms";
    set(&mut definitions, additional, transforms);
    definitions
}

/// Adds a variable.
pub(crate) fn set(definitions: &mut Definitions, name: &str, value: &str) {
    definitions.push((name.to_owned(), Some(value.to_owned())));
}

/// Whether a variable says yes.
pub(crate) fn flag(definitions: &Definitions, name: &str, default: bool) -> bool {
    let value = definitions.iter().rev().find(|(other, _)| other == name);
    let value = value.and_then(|(_, value)| value.as_deref());
    value.map_or(default, |value| value.eq_ignore_ascii_case("true"))
}
