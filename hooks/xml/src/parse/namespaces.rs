//! The namespace bindings in scope while reading, with constant-time look-up.

use std::collections::HashMap;

use crate::name::{XML_NAMESPACE, XMLNS_NAMESPACE};

/// The number of a namespace URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Uri(u32);

impl Uri {
    /// No namespace.
    pub(super) const NONE: Self = Self(0);
    const XML: Self = Self(1);
    /// The namespace of `xmlns` attributes.
    pub(super) const XMLNS: Self = Self(2);
}

/// The bindings of every prefix, innermost last.
#[derive(Debug)]
pub(super) struct Scope<'t> {
    uris: Vec<Box<str>>,
    ids: HashMap<Box<str>, Uri>,
    bindings: HashMap<&'t str, Vec<Uri>>,
    /// Prefixes in the order they were bound, to unbind when an element closes.
    bound: Vec<&'t str>,
}

impl<'t> Scope<'t> {
    pub(super) fn new() -> Self {
        let mut scope = Self {
            uris: Vec::new(),
            ids: HashMap::new(),
            bindings: HashMap::new(),
            bound: Vec::new(),
        };
        for uri in ["", XML_NAMESPACE, XMLNS_NAMESPACE] {
            scope.intern(uri);
        }
        scope.bindings.insert("xml", vec![Uri::XML]);
        scope
    }

    fn intern(&mut self, uri: &str) -> Uri {
        if let Some(&id) = self.ids.get(uri) {
            return id;
        }
        let id = Uri(u32::try_from(self.uris.len()).unwrap_or(u32::MAX));
        self.uris.push(uri.into());
        self.ids.insert(uri.into(), id);
        id
    }

    /// Binds a prefix until [`close`](Self::close) goes back behind this point.
    pub(super) fn bind(&mut self, prefix: &'t str, uri: &str) {
        let uri = self.intern(uri);
        self.bindings.entry(prefix).or_default().push(uri);
        self.bound.push(prefix);
    }

    /// What to hand to [`close`](Self::close) to undo the bindings made from now on.
    pub(super) fn mark(&self) -> usize {
        self.bound.len()
    }

    pub(super) fn close(&mut self, mark: usize) {
        for prefix in self.bound.drain(mark..) {
            if let Some(stack) = self.bindings.get_mut(prefix) {
                stack.pop();
            }
        }
    }

    /// What a prefix is bound to; an unbound default is "no namespace".
    pub(super) fn lookup(&self, prefix: &str) -> Option<Uri> {
        let bound = self.bindings.get(prefix).and_then(|stack| stack.last()).copied();
        match bound {
            Some(Uri::NONE) if !prefix.is_empty() => None,
            None if prefix.is_empty() => Some(Uri::NONE),
            bound => bound,
        }
    }

    pub(super) fn text(&self, uri: Uri) -> &str {
        self.uris.get(uri.0 as usize).map_or("", |text| text)
    }
}
