//! Functions of nodes: where they are in the document, and what they are called.

use super::arguments::{
    Arguments, first_or_context, nodes_only, take, text_item, texts, truth_item,
};
use crate::chars::is_space;
use crate::name::XML_NAMESPACE;
use crate::node::NodeKind;
use crate::xpath::error::EvaluateError;
use crate::xpath::evaluate::{Evaluator, Focus, Items};
use crate::xpath::value::Item;

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

pub(super) fn root(
    evaluator: &mut Evaluator<'_>,
    mut arguments: Arguments,
    focus: Focus<'_>,
) -> Items {
    let items =
        if arguments.is_empty() { vec![focus.item.clone()] } else { take(&mut arguments, 0) };
    nodes_only(&items)?;
    Ok(items.first().map(|_| Item::Node(evaluator.document.root())).into_iter().collect())
}

/// Always false: that a value is nil only a schema can say.
pub(super) fn nilled(_: &mut Evaluator<'_>, _: Arguments, _: Focus<'_>) -> Items {
    truth_item(false)
}

pub(super) fn in_scope_prefixes(
    evaluator: &mut Evaluator<'_>,
    arguments: Arguments,
    _: Focus<'_>,
) -> Items {
    let Some([Item::Node(element)]) = arguments.first().map(Vec::as_slice) else {
        return Err(EvaluateError::Type { what: "a value where one element is needed" });
    };
    let mut prefixes = evaluator.document.namespaces_in_scope(*element);
    evaluator.charge(prefixes.len())?;
    prefixes.push(("xml".to_owned(), String::new()));
    Ok(prefixes.into_iter().map(|(prefix, _)| Item::String(prefix)).collect())
}
