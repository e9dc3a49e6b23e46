//! Which prefix a name is written with, and which declarations a tag needs: the rules of .NET's
//! `XmlTextWriter`.

use std::collections::HashMap;

use cofferdam_xml::{Name, XML_NAMESPACE};

/// What an element does to the default namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Default {
    /// There never was any.
    Unset,
    /// It comes from further out.
    Inherited,
    /// The element's name needs it, and no attribute has declared it yet.
    Needed,
    /// An attribute declares it.
    Declared,
}

/// An element being written.
#[derive(Debug)]
struct Open {
    default: String,
    state: Default,
    /// The number of bindings before this element.
    mark: usize,
    generated: usize,
}

#[derive(Debug)]
struct Binding {
    prefix: String,
    uri: String,
    /// An attribute of the tree declares it; otherwise the writer has to.
    declared: bool,
}

/// The namespaces in scope while writing.
pub(super) struct Prefixes {
    open: Vec<Open>,
    bindings: Vec<Binding>,
    /// The prefix found for a namespace, as long as `bindings` stays as it is.
    found: HashMap<String, Option<String>>,
}

impl Prefixes {
    pub(super) fn new() -> Self {
        let outermost =
            Open { default: String::new(), state: Default::Unset, mark: 0, generated: 0 };
        Self { open: vec![outermost], bindings: Vec::new(), found: HashMap::new() }
    }

    /// The prefix that an element is written with: one in scope for its namespace, rather than its
    /// own.
    pub(super) fn of_element(&mut self, name: &Name) -> String {
        if name.namespace.is_empty() {
            return String::new();
        }
        if let Some(prefix) = self.find_prefix(&name.namespace) {
            return prefix;
        }
        let default = self.open.last().map_or("", |open| &open.default);
        if *default == *name.namespace { String::new() } else { name.prefix.to_string() }
    }

    /// Goes into an element with this prefix and namespace.
    pub(super) fn open(&mut self, prefix: &str, uri: &str) {
        let (default, state) = match self.open.last() {
            Some(Open { default, state: Default::Unset, .. }) => (default.clone(), Default::Unset),
            Some(parent) => (parent.default.clone(), Default::Inherited),
            None => (String::new(), Default::Unset),
        };
        self.open.push(Open { default, state, mark: self.bindings.len(), generated: 0 });
        self.bind(prefix, uri, false);
    }

    /// Leaves the innermost element.
    pub(super) fn close(&mut self) {
        if let Some(open) = self.open.pop()
            && self.bindings.len() > open.mark
        {
            self.bindings.truncate(open.mark);
            self.found.clear();
        }
    }

    /// Binds a prefix (empty: the default) in the innermost element. `declared`: by an attribute of
    /// the tree, so that the writer does not have to.
    pub(super) fn bind(&mut self, prefix: &str, uri: &str, declared: bool) {
        let Some(open) = self.open.last_mut() else { return };
        if prefix.is_empty() {
            if open.state != Default::Declared && (open.state != Default::Needed || declared) {
                uri.clone_into(&mut open.default);
            }
            open.state = if declared { Default::Declared } else { Default::Needed };
            return;
        }
        if prefix == "xml" {
            return;
        }
        let mark = open.mark;
        let existing = self.bindings.iter().rposition(|each| each.prefix == prefix);
        match existing {
            Some(at) if self.bindings[at].uri == uri => self.bindings[at].declared |= declared,
            existing => {
                if let Some(at) = existing.filter(|&at| declared && at >= mark) {
                    self.bindings[at].declared = true;
                }
                self.bindings.push(Binding {
                    prefix: prefix.to_owned(),
                    uri: uri.to_owned(),
                    declared,
                });
                self.found.clear();
            }
        }
    }

    /// A prefix that is bound to a namespace: the innermost that is not hidden.
    fn find_prefix(&mut self, uri: &str) -> Option<String> {
        if uri == XML_NAMESPACE {
            return Some("xml".to_owned());
        }
        if let Some(known) = self.found.get(uri) {
            return known.clone();
        }
        let found = self.bindings.iter().enumerate().rev().find(|(at, binding)| {
            binding.uri == uri
                && !self.bindings[at + 1..].iter().any(|later| later.prefix == binding.prefix)
        });
        let prefix = found.map(|(_, binding)| binding.prefix.clone());
        self.found.insert(uri.to_owned(), prefix.clone());
        prefix
    }

    /// The prefix that an attribute is written with, bound if need be.
    pub(super) fn of_attribute(&mut self, name: &Name) -> String {
        let uri = &*name.namespace;
        if uri.is_empty() {
            return String::new();
        }
        let mark = self.open.last().map_or(0, |open| open.mark);
        // A prefix that this very element binds already may mean something else.
        let own = Some(&*name.prefix).filter(|prefix| {
            !prefix.is_empty() && !self.bindings[mark..].iter().any(|each| each.prefix == *prefix)
        });
        match (self.find_prefix(uri), own) {
            (Some(found), None) => found,
            (Some(found), Some(own)) if found == own => found,
            (_, own) => {
                let prefix = own.map_or_else(|| self.generate_prefix(), str::to_owned);
                self.bind(&prefix, uri, false);
                prefix
            }
        }
    }

    /// `d3p1`: depth 3, the first one there.
    fn generate_prefix(&mut self) -> String {
        let depth = self.open.len() - 1;
        let Some(open) = self.open.last_mut() else { return String::new() };
        open.generated += 1;
        format!("d{depth}p{}", open.generated)
    }

    /// The declarations that the tag being written still needs, as attributes.
    pub(super) fn take_missing(&mut self) -> Vec<(String, String)> {
        let [.., parent, open] = self.open.as_slice() else { return Vec::new() };
        let default = (open.state == Default::Needed && open.default != parent.default)
            .then(|| ("xmlns".to_owned(), open.default.clone()));
        let mut missing: Vec<(String, String)> = Vec::new();
        for binding in self.bindings[open.mark..].iter_mut().rev().filter(|each| !each.declared) {
            binding.declared = true;
            missing.push((format!("xmlns:{}", binding.prefix), binding.uri.clone()));
        }
        missing.extend(default);
        missing
    }
}
