//! XPath 1.0, and the part of XPath 2.0 that people use, over a [`Document`].
//!
//! [`compile`] once, [`evaluate`](XPath::evaluate) often. Complete for 1.0: all thirteen axes
//! (the namespace axis included), all functions, all conversions. On top of that, in
//! [`Dialect::XPath2`]:
//!
//! * `*:local` as a name test, `element()`, `attribute()`, `document-node()`
//! * sequences `(a, b)`, ranges `1 to 3`, `for $x in .. return ..`, `some`/`every .. satisfies ..`,
//!   `if (..) then .. else ..`, `intersect`, `except`, `idiv`, `is`, `<<`, `>>`
//! * value comparisons `eq ne lt le gt ge`, string comparison of untyped values
//! * functions as steps (`a/string()`), and the functions of [`functions`]: `lower-case`,
//!   `ends-with`, `matches`, `replace`, `tokenize`, `string-join`, `exists`, `distinct-values`, ...
//! * comments `(: .. :)`
//!
//! There are no types from schemas, no `cast`, no dates; all numbers are doubles.
//!
//! Evaluation is bounded: by [`MAX_EXPRESSION_BYTES`], [`MAX_NESTING`] and [`MAX_STEPS`].

mod ast;
mod axes;
mod compare;
mod error;
mod evaluate;
pub mod functions;
mod lexer;
mod number;
mod parse_operators;
mod parse_paths;
mod parser;
mod path;
mod value;

pub use error::{CompileError, CompileErrorKind, EvaluateError};
pub use value::{Item, NamespaceNode, Value};

use std::collections::HashMap;

use crate::document::Document;
use crate::node::NodeId;

/// Bytes of one expression. Hand-written ones stay below 200.
pub const MAX_EXPRESSION_BYTES: usize = 16 * 1024;

/// Parentheses, predicates and calls inside each other. Keeps parsing and evaluating within
/// 256 KiB of stack.
pub const MAX_NESTING: usize = 48;

/// Nodes visited and expressions evaluated (and, at a sixteenth of the price, bytes of text made) in
/// one evaluation. A little more than `//x[@y='z']` costs in the largest document that the parser
/// accepts, and about a second of work.
pub const MAX_STEPS: u64 = 40_000_000;

/// Which language an expression is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// XPath 1.0: what XDT uses.
    XPath1,
    /// XPath 2.0 without schema types: what structured configuration variables use.
    XPath2,
}

/// The prefixes that an expression may use. An unprefixed name is always in no namespace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespaces {
    bindings: HashMap<String, String>,
}

impl Namespaces {
    /// No prefixes but `xml`.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Binds `prefix` to `uri`; an earlier binding of the prefix is replaced.
    pub fn bind(&mut self, prefix: &str, uri: &str) {
        self.bindings.insert(prefix.to_owned(), uri.to_owned());
    }

    /// What `prefix` is bound to.
    #[must_use]
    pub fn get(&self, prefix: &str) -> Option<&str> {
        if prefix == "xml" {
            return Some(crate::name::XML_NAMESPACE);
        }
        self.bindings.get(prefix).map(String::as_str)
    }
}

/// A compiled expression, for any document.
#[derive(Debug, Clone)]
pub struct XPath {
    expression: ast::Expr,
    dialect: Dialect,
}

/// Compiles an expression of [`Dialect::XPath2`].
///
/// # Errors
///
/// When it is not an expression of that language, calls an unknown function, or exceeds a limit.
pub fn compile(expression: &str) -> Result<XPath, CompileError> {
    compile_as(expression, Dialect::XPath2)
}

/// Compiles an expression of the given language.
///
/// # Errors
///
/// As for [`compile`].
pub fn compile_as(expression: &str, dialect: Dialect) -> Result<XPath, CompileError> {
    Ok(XPath { expression: parser::parse(expression, dialect)?, dialect })
}

impl XPath {
    /// Evaluates the expression with `context` as the context node.
    ///
    /// # Errors
    ///
    /// When a prefix is not bound, a value has the wrong type, or [`MAX_STEPS`] is exceeded.
    pub fn evaluate(
        &self,
        document: &Document,
        context: NodeId,
        namespaces: &Namespaces,
    ) -> Result<Value, EvaluateError> {
        evaluate::evaluate(&self.expression, self.dialect, document, context, namespaces)
    }

    /// The nodes that the expression selects, each once, in document order (a sequence such as `//b, //a` may
    /// have them otherwise).
    ///
    /// # Errors
    ///
    /// As for [`evaluate`](Self::evaluate), and when the result is anything else than nodes.
    pub fn select(
        &self,
        document: &Document,
        context: NodeId,
        namespaces: &Namespaces,
    ) -> Result<Vec<NodeId>, EvaluateError> {
        let value = self.evaluate(document, context, namespaces)?;
        let mut nodes = value.into_nodes().ok_or(EvaluateError::NotNodes)?;
        nodes.sort_by_key(|node| document.document_order(*node));
        nodes.dedup();
        Ok(nodes)
    }
}
