//! Names of elements, attributes and processing instructions.

use std::fmt;

/// The namespace that the prefix `xml` is always bound to.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";

/// The namespace of namespace declarations (`xmlns`, `xmlns:p`).
pub const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";

/// A name: prefix as written, local part, and the namespace it stands in.
///
/// Two names mean the same when namespace and local part agree; equality here is stricter and
/// compares the prefix too.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Name {
    /// The prefix as written; empty when there is none.
    pub prefix: Box<str>,
    /// The part after the prefix.
    pub local: Box<str>,
    /// The namespace URI; empty when the name is in no namespace.
    pub namespace: Box<str>,
}

impl Name {
    /// A name in no namespace.
    #[must_use]
    pub fn local(local: &str) -> Self {
        Self::new("", local, "")
    }

    /// A name with prefix (empty: none) and namespace (empty: none).
    #[must_use]
    pub fn new(prefix: &str, local: &str, namespace: &str) -> Self {
        Self { prefix: prefix.into(), local: local.into(), namespace: namespace.into() }
    }

    /// Whether namespace and local part are these.
    #[must_use]
    pub fn is(&self, namespace: &str, local: &str) -> bool {
        *self.local == *local && *self.namespace == *namespace
    }

    /// Whether this names a namespace declaration (`xmlns` or `xmlns:p`).
    #[must_use]
    pub fn declares_namespace(&self) -> bool {
        *self.namespace == *XMLNS_NAMESPACE
    }
}

/// The name as written: `prefix:local` or `local`.
impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.prefix.is_empty() {
            write!(out, "{}:", self.prefix)?;
        }
        out.write_str(&self.local)
    }
}
