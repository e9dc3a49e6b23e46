//! One element of the transform file: its path, and what that selects in the target.

use std::cell::OnceCell;
use std::rc::Rc;

use cofferdam_xml::xpath::{self, Dialect, Namespaces};
use cofferdam_xml::{Document, NodeId, XML_NAMESPACE};

use super::TRANSFORM_NAMESPACE;
use super::entry::{File, Place};
use super::failure::Failure;
use super::kind::{self, Locator};
use super::syntax::Call;

/// The prefix that stands for the default namespace in paths.
const DEFAULT_NAMESPACE_PREFIX: &str = "_defaultNamespace";

/// A failure, and the place it is reported at when it is not that of whatever noticed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) failure: Failure,
    pub(super) place: Option<Place>,
}

impl From<Failure> for Located {
    fn from(failure: Failure) -> Self {
        Self { failure, place: None }
    }
}

/// An element of the transform file in the course of a transformation. What its path selects is
/// looked up once, when first needed.
pub(super) struct Context<'t> {
    pub(super) transform: &'t Document,
    pub(super) element: NodeId,
    pub(super) parent: Option<Rc<Self>>,
    path: OnceCell<Result<String, Located>>,
    parent_path: OnceCell<Result<String, Located>>,
    namespaces: OnceCell<Namespaces>,
    targets: OnceCell<Result<Vec<NodeId>, Located>>,
    target_parents: OnceCell<Result<Vec<NodeId>, Located>>,
    /// The copy of the element in the target document.
    pub(super) copy: OnceCell<NodeId>,
}

impl<'t> Context<'t> {
    pub(super) fn new(
        transform: &'t Document,
        element: NodeId,
        parent: Option<Rc<Self>>,
    ) -> Rc<Self> {
        Rc::new(Self {
            transform,
            element,
            parent,
            path: OnceCell::new(),
            parent_path: OnceCell::new(),
            namespaces: OnceCell::new(),
            targets: OnceCell::new(),
            target_parents: OnceCell::new(),
            copy: OnceCell::new(),
        })
    }

    /// An attribute of the transform vocabulary.
    pub(super) fn vocabulary(&self, local: &str) -> Option<NodeId> {
        self.transform.attribute(self.element, TRANSFORM_NAMESPACE, local)
    }

    /// Where an element or attribute of the transform file stands.
    pub(super) fn place(&self, node: NodeId) -> Option<Place> {
        let span = self.transform.span(node)?;
        let offset = span.start + u32::from(self.transform.is_element(node));
        Some(Place { file: File::Transform, position: self.transform.position(offset) })
    }

    /// The path of what the element is about.
    pub(super) fn path(&self) -> Result<&str, Located> {
        let path = self.path.get_or_init(|| self.find_path().map_err(|error| self.placed(error)));
        path.as_deref().map_err(Clone::clone)
    }

    /// The path of the parent of that: what something is inserted into.
    pub(super) fn parent_path(&self) -> Result<&str, Located> {
        let path = self.parent_path.get_or_init(|| {
            // `XPath` locates the node itself that something goes into.
            match self.locator().map_err(|error| self.placed(error))? {
                (Locator::XPath, _) => Ok(self.path()?.to_owned()),
                _ => self.outer_path(),
            }
        });
        path.as_deref().map_err(Clone::clone)
    }

    /// Points an error without a place to the element.
    fn placed(&self, error: Located) -> Located {
        Located { place: error.place.or_else(|| self.place(self.element)), ..error }
    }

    fn outer_path(&self) -> Result<String, Located> {
        match &self.parent {
            Some(parent) => Ok(parent.path()?.to_owned()),
            None => Ok(String::new()),
        }
    }

    fn find_path(&self) -> Result<String, Located> {
        let outer = self.outer_path()?;
        let (locator, arguments) = self.locator()?;
        let step = self.step();
        let with = |predicate: &str| format!("{}{step}{}", slashed(&outer), bracketed(predicate));
        Ok(match locator {
            Locator::Default => with(""),
            Locator::Match => with(&self.match_predicate(&arguments)?),
            Locator::Condition => with(single("Condition", &arguments)?),
            Locator::XPath => match single("XPath", &arguments)? {
                path if path.starts_with('/') => path.to_owned(),
                path => format!("{}/{path}", with("")).replace("/./", "/"),
            },
        })
    }

    fn locator(&self) -> Result<(Locator, Vec<String>), Located> {
        let Some(attribute) = self.vocabulary("Locator") else {
            return Ok((Locator::Default, Vec::new()));
        };
        let found = Call::parse(&self.transform.value(attribute))
            .and_then(|call| Ok((kind::locator(&call.name)?, call.argument_list())));
        found.map_err(|failure| Located { failure, place: self.place(attribute) })
    }

    /// The step of a path that selects by the element's name.
    fn step(&self) -> String {
        match self.transform.name(self.element) {
            Some(name) if !name.namespace.is_empty() && name.prefix.is_empty() => {
                format!("{DEFAULT_NAMESPACE_PREFIX}:{}", name.local)
            }
            Some(name) => name.to_string(),
            None => String::new(),
        }
    }

    /// `@a='..' and @b='..'`, values pasted as they are.
    fn match_predicate(&self, keys: &[String]) -> Result<String, Failure> {
        if keys.is_empty() {
            return Err(Failure::TooFewArguments { locator: "Match", count: 1 });
        }
        let mut parts = Vec::with_capacity(keys.len());
        for key in keys {
            let attribute = self.transform.attributes(self.element).find(|&each| {
                self.transform.name(each).is_some_and(|name| name.to_string() == *key)
            });
            let Some(attribute) = attribute else {
                return Err(Failure::NoMatchAttribute { name: key.clone() });
            };
            parts.push(format!("@{key}='{}'", self.transform.value(attribute)));
        }
        Ok(parts.join(" and "))
    }

    /// The prefixes in scope at the element; the default namespace has a prefix of its own.
    pub(super) fn namespaces(&self) -> &Namespaces {
        self.namespaces.get_or_init(|| {
            let mut namespaces = Namespaces::new();
            for (prefix, uri) in self.transform.namespaces_in_scope(self.element) {
                let prefix = if prefix.is_empty() { DEFAULT_NAMESPACE_PREFIX } else { &prefix };
                namespaces.bind(prefix, &uri);
            }
            namespaces.bind("xml", XML_NAMESPACE);
            namespaces
        })
    }

    /// What the path selects.
    pub(super) fn targets(&self, target: &Document) -> Result<&[NodeId], Located> {
        let found = self.targets.get_or_init(|| {
            let path = self.path()?;
            Ok(select(target, target.root(), path, self.namespaces())?)
        });
        found.as_deref().map_err(Clone::clone)
    }

    /// What the parent's path selects.
    pub(super) fn target_parents(&self, target: &Document) -> Result<&[NodeId], Located> {
        let found = self.target_parents.get_or_init(|| {
            if self.parent.is_none() {
                return Err(Failure::NoSuchNode.into());
            }
            let path = self.parent_path()?;
            Ok(select(target, target.root(), path, self.namespaces())?)
        });
        found.as_deref().map_err(Clone::clone)
    }
}

/// The nodes that a path of XPath 1.0 selects.
pub(super) fn select(
    document: &Document,
    context: NodeId,
    path: &str,
    namespaces: &Namespaces,
) -> Result<Vec<NodeId>, Failure> {
    xpath::compile_as(path, Dialect::XPath1)
        .map_err(|error| Failure::compile(path, &error))?
        .select(document, context, namespaces)
        .map_err(Failure::evaluate)
}

fn single<'a>(locator: &'static str, arguments: &'a [String]) -> Result<&'a str, Failure> {
    match arguments {
        [only] => Ok(only),
        _ => Err(Failure::WrongArgumentCount { locator, count: 1 }),
    }
}

fn slashed(path: &str) -> String {
    if path.ends_with('/') { path.to_owned() } else { format!("{path}/") }
}

fn bracketed(predicate: &str) -> String {
    if predicate.is_empty() {
        return String::new();
    }
    let open = if predicate.starts_with('[') { "" } else { "[" };
    let close = if predicate.ends_with(']') { "" } else { "]" };
    format!("{open}{predicate}{close}")
}
