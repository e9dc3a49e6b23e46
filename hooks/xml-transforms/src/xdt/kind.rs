//! The table of transforms and locators.

use super::failure::Failure;

/// What is done to the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Replace,
    Remove,
    RemoveAll,
    Insert,
    InsertIfMissing,
    InsertBefore,
    InsertAfter,
    SetAttributes,
    SetTokenizedAttributes,
    RemoveAttributes,
    CommentOut,
}

/// A kind of transform.
#[derive(Debug)]
pub(super) struct TransformKind {
    pub(super) name: &'static str,
    pub(super) action: Action,
    /// It changes every match, not only the first one.
    pub(super) all_targets: bool,
    /// Its target is the parent of what the path selects, and missing it is an error.
    pub(super) on_parent: bool,
}

const fn first(name: &'static str, action: Action) -> TransformKind {
    TransformKind { name, action, all_targets: false, on_parent: false }
}

const fn all(name: &'static str, action: Action) -> TransformKind {
    TransformKind { name, action, all_targets: true, on_parent: false }
}

const fn on_parent(name: &'static str, action: Action) -> TransformKind {
    TransformKind { name, action, all_targets: false, on_parent: true }
}

/// Every transform there is.
static TRANSFORMS: [TransformKind; 11] = [
    first("Replace", Action::Replace),
    first("Remove", Action::Remove),
    all("RemoveAll", Action::RemoveAll),
    on_parent("Insert", Action::Insert),
    on_parent("InsertIfMissing", Action::InsertIfMissing),
    on_parent("InsertBefore", Action::InsertBefore),
    on_parent("InsertAfter", Action::InsertAfter),
    all("SetAttributes", Action::SetAttributes),
    all("SetTokenizedAttributes", Action::SetTokenizedAttributes),
    all("RemoveAttributes", Action::RemoveAttributes),
    first("CommentOut", Action::CommentOut),
];

/// How an element of the transform file selects what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Locator {
    /// By its name alone.
    Default,
    Match,
    Condition,
    XPath,
}

/// Every locator that can be written.
const LOCATORS: [(&str, Locator); 4] = [
    ("DefaultLocator", Locator::Default),
    ("Match", Locator::Match),
    ("Condition", Locator::Condition),
    ("XPath", Locator::XPath),
];

/// Types of the original's namespace that cannot be made, and whether their constructors are why.
/// All other types there are of another kind altogether.
const UNMAKEABLE: [(&str, &str); 4] = [
    ("InsertBase", "Transform"),
    ("Transform", ""),
    ("AttributeTransform", "Transform"),
    ("Locator", ""),
];

/// Other types that the original's namespace holds; none is a transform or a locator.
const OTHER_TYPES: [&str; 18] = [
    "CommonErrors",
    "IXmlOriginalDocumentService",
    "IXmlTransformationLogger",
    "MessageType",
    "MissingTargetMessage",
    "NamedTypeFactory",
    "SetTokenizedAttributeStorage",
    "TransformFlags",
    "XPathAxis",
    "XmlElementContext",
    "XmlFileInfoDocument",
    "XmlFormatter",
    "XmlNodeContext",
    "XmlNodeException",
    "XmlTransformableDocument",
    "XmlTransformation",
    "XmlTransformationException",
    "XmlTransformationLogger",
];

/// The transform of this name; names are case-sensitive.
pub(super) fn transform(name: &str) -> Result<&'static TransformKind, Failure> {
    TRANSFORMS
        .iter()
        .find(|kind| kind.name == name)
        .ok_or_else(|| unknown(name, "Transform", LOCATORS.iter().any(|(known, _)| *known == name)))
}

/// The locator of this name; names are case-sensitive.
pub(super) fn locator(name: &str) -> Result<Locator, Failure> {
    let found = LOCATORS.iter().find(|(known, _)| *known == name);
    found
        .map(|(_, locator)| *locator)
        .ok_or_else(|| unknown(name, "Locator", TRANSFORMS.iter().any(|kind| kind.name == name)))
}

fn unknown(name: &str, role: &'static str, has_other_role: bool) -> Failure {
    let name = name.to_owned();
    match UNMAKEABLE.iter().find(|(known, _)| **known == *name) {
        Some((_, base)) if *base == role => Failure::NoConstructor { name },
        Some(_) => Failure::WrongType { name, role },
        None if has_other_role || OTHER_TYPES.contains(&name.as_str()) => {
            Failure::WrongType { name, role }
        }
        None => Failure::UnknownType { name, role },
    }
}
