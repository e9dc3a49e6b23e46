//! Finding the settings of a document.

use std::collections::HashMap;

use cofferdam_hook_files::fold_case;
use cofferdam_xml::{Document, NodeId};

/// The kinds of settings, in the order in which they are changed for a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// `appSettings/add`
    App,
    /// `connectionStrings/add`
    Connection,
    /// `setting` in `applicationSettings`
    Application,
}

impl Kind {
    /// The attribute with the setting's name.
    const fn name_attribute(self) -> &'static str {
        match self {
            Self::App => "key",
            Self::Connection | Self::Application => "name",
        }
    }

    /// The attribute with the value, for the kinds that have it in one.
    pub(crate) const fn value_attribute(self) -> Option<&'static str> {
        match self {
            Self::App => Some("value"),
            Self::Connection => Some("connectionString"),
            Self::Application => None,
        }
    }
}

/// The settings of a document by name, case folded; for each name by kind, then in document order.
pub(crate) fn settings(document: &Document) -> HashMap<String, Vec<(Kind, NodeId)>> {
    let mut found: HashMap<String, Vec<(Kind, NodeId)>> = HashMap::new();
    // Where the outermost `applicationSettings` that is open now ends.
    let mut application_end = 0;
    for element in document.descendants(document.root()) {
        let Some(local) = local_name(document, element) else { continue };
        let Some(span) = document.span(element) else { continue };
        let in_application = span.start < application_end;
        if local == "applicationSettings" && !in_application {
            application_end = span.end;
        }
        let parent = document.parent(element).and_then(|parent| local_name(document, parent));
        let kind = match (local, parent) {
            ("add", Some("appSettings")) => Kind::App,
            ("add", Some("connectionStrings")) => Kind::Connection,
            ("setting", _) if in_application => Kind::Application,
            _ => continue,
        };
        if let Some(name) = document.attribute(element, "", kind.name_attribute()) {
            found.entry(fold_case(&document.value(name))).or_default().push((kind, element));
        }
    }
    for list in found.values_mut() {
        list.sort_by_key(|(kind, _)| *kind);
    }
    found
}

/// The local name of an element.
pub(crate) fn local_name(document: &Document, node: NodeId) -> Option<&str> {
    document.name(node).filter(|_| document.is_element(node)).map(|name| &*name.local)
}
