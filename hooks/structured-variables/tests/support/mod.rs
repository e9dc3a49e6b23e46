//! What the property tests share: replacing in a text, reading YAML back.

#![allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "each test program uses a part of this"
)]

use cofferdam_hook_structured_variables::{Failure, Format, Names, apply, replace_text};
use cofferdam_octostache::Variables;
use granit_parser::{Event, Parser, ScalarStyle};

/// The variables, none of which is a template.
pub fn literal(pairs: &[(&str, &str)]) -> Variables {
    let mut variables = Variables::new();
    for (name, value) in pairs {
        variables.set_literal(name, value);
    }
    variables
}

/// A text with the values of variables put in.
pub fn replaced(format: Format, text: &str, variables: &Variables) -> Result<String, Failure> {
    let edits = replace_text(format, text, &mut Names::new(variables), &mut Vec::new())?;
    Ok(apply(text, &edits))
}

/// The nodes of a YAML text, without style and place.
pub fn yaml_nodes(text: &str) -> Result<Vec<String>, String> {
    let options =
        granit_parser::options! { emit_anchor_events: true, emit_unresolved_aliases: true };
    let mut nodes = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| format!("{error}\n{text}"))?;
        nodes.push(match event {
            Event::Scalar(_, ScalarStyle::Plain, ..) if span.is_empty() => "null".into(),
            Event::Scalar(value, ScalarStyle::Plain, _, None) => value.into_owned(),
            Event::Scalar(value, ..) => format!("{value:?}"),
            Event::SequenceStart(..) => "[".into(),
            Event::SequenceEnd => "]".into(),
            Event::MappingStart(..) => "{".into(),
            Event::MappingEnd => "}".into(),
            Event::Anchor(_, name) => format!("&{name}"),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                span.slice(text).unwrap_or_default().to_owned()
            }
            _ => continue,
        });
    }
    Ok(nodes)
}
