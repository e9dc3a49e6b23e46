//! Lossless XML: a tree that knows where everything stands, and XPath over it.
//!
//! Configuration files are written by people, and people want back what they wrote. So this
//! reader keeps the text, and every node, attribute, tag and value knows its [`Span`] in it. To
//! change a value, replace its span; every other byte stays what it was.
//!
//! ```
//! use cofferdam_xml::{Edits, Options, escape, parse, xpath};
//!
//! let text = "<app>\n  <add key='Port'   value='80' /> <!-- note -->\n</app>\n";
//! let document = parse(text, &Options::default())?;
//!
//! let path = xpath::compile("/app/add[@key = 'Port']/@value")?;
//! let mut edits = Edits::new();
//! for attribute in path.select(&document, document.root(), &xpath::Namespaces::new())? {
//!     let span = document.inner_span(attribute).expect("it was parsed");
//!     edits.replace(span, escape::attribute("8080", '\'')?);
//! }
//!
//! let changed = edits.apply(document.source())?;
//! assert_eq!(changed, "<app>\n  <add key='Port'   value='8080' /> <!-- note -->\n</app>\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # The tree
//!
//! [`parse()`] gives a [`Document`]: an arena of nodes, each named by a [`NodeId`]. A
//! [`NodeKind::Document`] is the parent of everything at the top; attributes hang off their
//! element and are no children. Text in one place is one node, but CDATA sections and references
//! to declared entities are nodes of their own beside it.
//!
//! | to find | use |
//! |---|---|
//! | neighbours | [`Document::children`], [`attributes`](Document::attributes), [`parent`](Document::parent), [`descendants`](Document::descendants), ... |
//! | what a node is | [`kind`](Document::kind), [`name`](Document::name), [`value`](Document::value), [`string_value`](Document::string_value) |
//! | where it stands | [`span`](Document::span) (all of it), [`inner_span`](Document::inner_span) (between tags, quotes or delimiters), [`start_tag_span`](Document::start_tag_span), [`name_span`](Document::name_span), [`position`](Document::position) (line and column) |
//! | nodes by expression | [`xpath`] |
//!
//! The tree can also be changed in place ([`Document::create_element`], [`Document::append_child`],
//! [`Document::detach`], [`Document::set_value`], [`Document::import`]), for those who write the
//! result with a serialiser of their own. XPath sees such changes.
//!
//! # What is refused
//!
//! The reader is strict (XML 1.0 fifth edition, Namespaces in XML 1.0): whatever it accepts, others
//! accept too. It never opens a file: external entities and DTDs are not loaded. Every resource
//! has a limit ([`limits`]), entity expansion included, and no input makes it recurse deeply. An
//! error is a [`ParseError`] with line and column. Bytes are the caller's business: hand in text
//! that was decoded already ([`declared_encoding`] helps), without a byte order mark.

mod change;
pub mod chars;
mod doctype;
mod document;
mod edits;
mod entities;
mod error;
pub mod escape;
pub mod limits;
mod name;
mod navigate;
mod node;
mod parse;
mod sniff;
mod span;
pub mod xpath;

pub use doctype::Doctype;
pub use document::{Declaration, Document};
pub use edits::{EditError, Edits};
pub use error::{ParseError, ParseErrorKind};
pub use limits::Limits;
pub use name::{Name, XML_NAMESPACE, XMLNS_NAMESPACE};
pub use node::{NodeId, NodeKind};
pub use parse::{Options, parse, parse_fragment};
pub use sniff::declared_encoding;
pub use span::{LineIndex, Position, Span};
