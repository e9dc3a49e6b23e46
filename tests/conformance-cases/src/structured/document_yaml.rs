//! YAML documents as nodes: values, types, order, anchors, tags and comments count, layout and style do not.

use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::Difference;

/// Whether two texts are the same documents. The first is the original's, which writes `''` for a value that is
/// not there.
pub(crate) fn same(expected: &str, actual: &str) -> Result<(), Difference> {
    let (expected, actual) = (parse(expected)?, parse(actual)?);
    if actual == expected {
        return Ok(());
    }
    Err(Difference::new(format!("{expected:?}"), format!("{actual:?}")))
}

#[derive(Debug, PartialEq)]
struct Documents {
    nodes: Vec<String>,
    comments: Vec<String>,
}

fn parse(text: &str) -> Result<Documents, Difference> {
    let options = granit_parser::options! {
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        max_buffered_comment_events: 10_000,
    };
    let mut documents = Documents { nodes: Vec::new(), comments: Vec::new() };
    let mut names = HashMap::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) =
            event.map_err(|error| Difference::new("YAML", format!("{error}, in {text:?}")))?;
        let tag = |tag: &Option<std::borrow::Cow<'_, granit_parser::Tag>>| {
            tag.as_ref()
                .map(|tag| format!(" !<{}{}>", tag.handle(), tag.suffix()))
                .unwrap_or_default()
        };
        documents.nodes.push(match event {
            Event::Comment(comment, _) => {
                documents.comments.push(comment.trim().to_owned());
                continue;
            }
            Event::Anchor(id, name) => {
                names.insert(id, name.to_string());
                format!("&{name}")
            }
            Event::Alias(id) => format!("*{}", names.get(&id).cloned().unwrap_or_default()),
            Event::UnresolvedAlias(name) => format!("*{name}"),
            Event::Scalar(value, style, _, tagged) => {
                let absent = span.is_empty() && style == ScalarStyle::Plain;
                let value = if absent { "" } else { value.as_ref() };
                let kind =
                    if tagged.is_some() { tag(&tagged) } else { resolve(value, style).to_owned() };
                format!("{value:?} {kind}")
            }
            Event::SequenceStart(_, _, tagged) => format!("[{}", tag(&tagged)),
            Event::SequenceEnd => "]".into(),
            Event::MappingStart(_, _, tagged) => format!("{{{}", tag(&tagged)),
            Event::MappingEnd => "}".into(),
            Event::DocumentEnd => "...".into(),
            _ => continue,
        });
    }
    Ok(documents)
}

/// The texts of the scalars, keys among them, in order.
pub(crate) fn scalars(text: &str) -> Result<Vec<String>, Difference> {
    let mut scalars = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, _) =
            event.map_err(|error| Difference::new("YAML", format!("{error}, in {text:?}")))?;
        if let Event::Scalar(value, ..) = event {
            scalars.push(value.into_owned());
        }
    }
    Ok(scalars)
}

/// What a plain scalar means.
fn resolve(value: &str, style: ScalarStyle) -> &'static str {
    if style != ScalarStyle::Plain || value.is_empty() {
        return "text";
    }
    match value {
        "~" | "null" | "Null" | "NULL" => "null",
        _ if ["true", "false", "yes", "no", "on", "off"]
            .contains(&value.to_lowercase().as_str()) =>
        {
            "truth"
        }
        _ if value.parse::<f64>().is_ok()
            && value.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) =>
        {
            "number"
        }
        _ if value.starts_with("0x") || value.starts_with("0o") => "number",
        _ => "text",
    }
}
