//! XML: which nodes variables select, and what they become.

use cofferdam_hook_files::Log;
use cofferdam_xml::xpath::{EvaluateError, Item, Namespaces};
use cofferdam_xml::{Document, NodeKind, Options, parse};

use super::edited::{Edited, Refusal};
use crate::edit::Replacement;
use crate::names::Names;
use crate::{Error, Failure, SyntaxError, messages};

/// The edits that put the values of variables into an XML text.
///
/// A variable is tried as XPath 2.0 if its name has a `/` or `:`; one that is no XPath names nothing. Variables are
/// taken in order, and each XPath sees the values that those before it have set.
/// # Errors
/// [`Failure::Syntax`] if the text is not well-formed, [`Failure::Other`] if a variable cannot be evaluated or its value not
/// be written as XML, or if its XPath selects no nodes but computes something.
pub(crate) fn replace(
    text: &str,
    names: &mut Names<'_>,
    log: &mut dyn Log,
) -> Result<Replacement, Failure> {
    let document = parse(text, &Options::default())
        .map_err(|error| SyntaxError::at(text, error.offset as usize, error.kind.to_string()))?;
    let namespaces = namespaces(&document, log);
    let mut edited = Edited::new(document);
    let mut found = false;
    let mut last = None;
    for (variable, path) in names.xpaths().iter() {
        let name = names.name(*variable);
        let fails = |reason: String| Error::XPath { name: name.to_owned(), reason };
        let document = edited.document();
        let nodes = match path.evaluate(document, document.root(), &namespaces) {
            Ok(result) => result,
            Err(EvaluateError::UnboundPrefix { .. }) => continue,
            Err(error) => return Err(fails(error.to_string()).into()),
        };
        for item in nodes.items() {
            messages::found(log, name);
            found = true;
            let Item::Node(node) = *item else {
                return Err(fails("it selects no part of the document".into()).into());
            };
            let value = names.value(*variable)?.unwrap_or_default();
            match edited.set(node, &value) {
                Ok(()) => last = Some(name),
                Err(Refusal::NotMarkup) => log.warning(&format!(
                    "Could not set the value of the XML element at XPath '{name}' to '{value}'. Expected a valid XML fragment. Skipping replacement of this element."
                )),
                Err(Refusal::NoValue(kind)) => {
                    log.warning(&format!("XML Node of type '{kind}' is not supported"));
                }
                Err(Refusal::Unwritable(reason)) => return Err(fails(reason).into()),
            }
        }
    }
    let fails = |reason| Error::XPath { name: last.unwrap_or_default().to_owned(), reason };
    Ok(Replacement { edits: edited.into_edits().map_err(fails)?, found })
}

/// The prefixes of the whole document; of several meanings of one the first counts.
fn namespaces(document: &Document, log: &mut dyn Log) -> Namespaces {
    let mut namespaces = Namespaces::new();
    let elements = document
        .descendants(document.root())
        .filter(|node| document.kind(*node) == NodeKind::Element);
    for element in elements {
        for attribute in document.attributes(element) {
            let Some(prefix) =
                document.declared_prefix(attribute).filter(|prefix| !prefix.is_empty())
            else {
                continue;
            };
            let uri = document.value(attribute);
            match namespaces.get(prefix) {
                None => namespaces.bind(prefix, &uri),
                Some(existing) if existing == uri => {}
                Some(existing) => log.warning(&format!(
                    "The namespace '{uri}' could not be mapped to the '{prefix}' prefix, as another namespace '{existing}' is already mapped to that prefix. XPath selectors using this prefix may not return the expected nodes. You can avoid this by ensuring all namespaces in your document have unique prefixes."
                )),
            }
        }
    }
    namespaces
}
