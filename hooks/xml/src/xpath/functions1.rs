//! The functions of XPath 1.0, section 4.

use super::error::EvaluateError;
use super::evaluate::{Evaluator, Focus, Items, one};
use super::number as numbers;
use super::value::{Item, effective_boolean};
use crate::chars::is_space;
use crate::name::XML_NAMESPACE;
use crate::node::NodeKind;

type Arguments = Vec<Vec<Item>>;

fn text_item(text: impl Into<String>) -> Items {
    one(Item::String(text.into()))
}

fn truth_item(value: bool) -> Items {
    one(Item::Boolean(value))
}

/// The first argument, or the context item when there is none.
fn first_or_context(arguments: Arguments, focus: Focus<'_>) -> Vec<Item> {
    arguments.into_iter().next().unwrap_or_else(|| vec![focus.item.clone()])
}

/// The arguments as strings.
pub(super) fn texts<const N: usize>(
    evaluator: &mut Evaluator<'_>,
    arguments: &Arguments,
) -> Result<[String; N], EvaluateError> {
    let mut texts = [const { String::new() }; N];
    for (text, argument) in texts.iter_mut().zip(arguments) {
        *text = evaluator.text(argument)?;
    }
    Ok(texts)
}

pub(super) fn nodes_only(items: &[Item]) -> Result<(), EvaluateError> {
    if items.iter().all(Item::is_node) {
        return Ok(());
    }
    Err(EvaluateError::Type { what: "a value where nodes are needed" })
}

pub(super) fn last(_: &mut Evaluator<'_>, _: Arguments, focus: Focus<'_>) -> Items {
    one(Item::Number(focus.size as f64))
}

pub(super) fn position(_: &mut Evaluator<'_>, _: Arguments, focus: Focus<'_>) -> Items {
    one(Item::Number(focus.position as f64))
}

pub(super) fn count(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let items = arguments.into_iter().next().unwrap_or_default();
    if evaluator.dialect == super::Dialect::XPath1 {
        nodes_only(&items)?;
    }
    one(Item::Number(items.len() as f64))
}

/// Elements by `xml:id`: no DTD is read, so no other attribute is an ID.
pub(super) fn id(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let document = evaluator.document;
    let mut wanted = Vec::new();
    for item in arguments.iter().flatten() {
        let text = item.text(document);
        evaluator.charge_text(text.len())?;
        wanted.extend(text.split(is_space).map(str::to_owned));
    }
    wanted.sort_unstable();
    let mut found = Vec::new();
    for node in document.descendants(document.root()) {
        evaluator.charge(1)?;
        let id = document.attribute(node, XML_NAMESPACE, "id");
        let matches = id.is_some_and(|id| {
            let id = document.value(id);
            wanted.binary_search_by(|each| each.as_str().cmp(&id)).is_ok()
        });
        if matches {
            found.push(Item::Node(node));
        }
    }
    Ok(found)
}

pub(super) fn local_name(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let items = first_or_context(arguments, focus);
    nodes_only(&items)?;
    let name = items.first().and_then(|item| evaluator.name_of(item));
    text_item(name.map_or_else(String::new, |name| name.local.into_string()))
}

pub(super) fn namespace_uri(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let items = first_or_context(arguments, focus);
    nodes_only(&items)?;
    let name = items.first().and_then(|item| evaluator.name_of(item));
    text_item(name.map_or_else(String::new, |name| name.namespace.into_string()))
}

pub(super) fn name(evaluator: &mut Evaluator<'_>, arguments: Arguments, focus: Focus<'_>) -> Items {
    let items = first_or_context(arguments, focus);
    nodes_only(&items)?;
    let name = items.first().and_then(|item| evaluator.name_of(item));
    text_item(name.map_or_else(String::new, |name| name.to_string()))
}

pub(super) fn string(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let items = first_or_context(arguments, focus);
    text_item(evaluator.text(&items)?)
}

pub(super) fn concat(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let mut out = String::new();
    for argument in &arguments {
        out.push_str(&evaluator.text(argument)?);
    }
    text_item(out)
}

pub(super) fn starts_with(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, start] = texts(evaluator, &arguments)?;
    truth_item(text.starts_with(&start))
}

pub(super) fn contains(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let [text, part] = texts(evaluator, &arguments)?;
    truth_item(text.contains(&part))
}

pub(super) fn substring_before(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, part] = texts(evaluator, &arguments)?;
    text_item(text.split_once(&part).map_or("", |(before, _)| before))
}

pub(super) fn substring_after(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, part] = texts(evaluator, &arguments)?;
    text_item(text.split_once(&part).map_or("", |(_, after)| after))
}

/// Characters from a 1-based position on; both numbers are rounded first.
pub(super) fn substring(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text] = texts(evaluator, &arguments)?;
    let start = numbers::round(evaluator.number(&arguments[1])?);
    let end = match arguments.get(2) {
        Some(length) => start + numbers::round(evaluator.number(length)?),
        None => f64::INFINITY,
    };
    let kept = |at: usize| at as f64 >= start && (at as f64) < end;
    let out: String =
        text.chars().enumerate().filter(|(at, _)| kept(at + 1)).map(|(_, c)| c).collect();
    text_item(out)
}

pub(super) fn string_length(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let text = evaluator.text(&first_or_context(arguments, focus))?;
    one(Item::Number(text.chars().count() as f64))
}

pub(super) fn normalize_space(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let text = evaluator.text(&first_or_context(arguments, focus))?;
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    text_item(words.join(" "))
}

pub(super) fn translate(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let [text, from, to] = texts(evaluator, &arguments)?;
    evaluator.charge(from.len())?;
    let mut table = std::collections::HashMap::new();
    let mut to = to.chars();
    for c in from.chars() {
        let replacement = to.next();
        table.entry(c).or_insert(replacement);
    }
    let out: String =
        text.chars().filter_map(|c| table.get(&c).copied().unwrap_or(Some(c))).collect();
    text_item(out)
}

pub(super) fn boolean(_: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    truth_item(arguments.first().is_some_and(|items| effective_boolean(items)))
}

pub(super) fn not(_: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    truth_item(!arguments.first().is_some_and(|items| effective_boolean(items)))
}

pub(super) fn truth(_: &mut Evaluator<'_>, _: Arguments, _: Focus<'_>) -> Items {
    truth_item(true)
}

pub(super) fn falsehood(_: &mut Evaluator<'_>, _: Arguments, _: Focus<'_>) -> Items {
    truth_item(false)
}

/// Whether the nearest `xml:lang` is the given language or a variety of it.
pub(super) fn lang(evaluator: &mut Evaluator<'_>, arguments: Arguments, focus: Focus<'_>) -> Items {
    let [wanted] = texts(evaluator, &arguments)?;
    let document = evaluator.document;
    let node = match focus.item {
        Item::Node(node) => *node,
        Item::Namespace(namespace) => namespace.element,
        _ => return truth_item(false),
    };
    let found = document
        .self_and_ancestors(node)
        .filter(|&each| document.kind(each) == NodeKind::Element)
        .find_map(|each| document.attribute(each, XML_NAMESPACE, "lang"));
    let language = found.map(|attribute| document.value(attribute).to_lowercase());
    let wanted = wanted.to_lowercase();
    truth_item(language.is_some_and(|language| {
        language.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    }))
}

pub(super) fn number(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    one(Item::Number(evaluator.number(&first_or_context(arguments, focus))?))
}

pub(super) fn sum(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    let items = arguments.into_iter().next().unwrap_or_default();
    if evaluator.dialect == super::Dialect::XPath1 {
        nodes_only(&items)?;
    }
    let mut sum = 0.0;
    for item in &items {
        sum += evaluator.number(std::slice::from_ref(item))?;
    }
    one(Item::Number(sum))
}

/// A function of one number. In XPath 2.0, of nothing it makes nothing.
pub(super) fn numeric(
    evaluator: &mut Evaluator<'_>,
    arguments: &Arguments,
    function: impl Fn(f64) -> f64,
) -> Items {
    let items = arguments.first().map_or(&[][..], Vec::as_slice);
    if items.is_empty() && evaluator.dialect == super::Dialect::XPath2 {
        return Ok(Vec::new());
    }
    let value = evaluator.number(items)?;
    one(Item::Number(function(value)))
}

pub(super) fn floor(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    numeric(evaluator, &arguments, f64::floor)
}

pub(super) fn ceiling(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    numeric(evaluator, &arguments, f64::ceil)
}

pub(super) fn round(evaluator: &mut Evaluator<'_>, arguments: Arguments, _: Focus<'_>) -> Items {
    numeric(evaluator, &arguments, numbers::round)
}
