//! The syntax tree of a template.
//!
//! What the grammar of the [crate page](crate) reads, as data. Every node prints itself in
//! *canonical form* (`Display`), which is also how a token that could not be evaluated is echoed.

use std::sync::Arc;

use crate::Position;

/// A parsed template: tokens, one after the other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Template {
    /// In the order of the text. Shared, because parsing with backtracking reuses them.
    pub tokens: Vec<Arc<Token>>,
}

/// One piece of a template.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Token {
    /// Literal text, with escapes (`##{`) already resolved.
    Text(String),
    /// Text that starts like a token but is none (in lenient mode only).
    Unparsed(String),
    /// `#{expression}`
    Substitution(Substitution),
    /// `#{if}` or `#{unless}` up to its closer.
    Conditional(Conditional),
    /// `#{each}` up to its closer.
    Repetition(Repetition),
    /// `#{calc}`
    Calculation(Calculation),
}

/// Where a token stands in its template, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

/// `#{expression}`
#[derive(Debug, Clone, PartialEq)]
pub struct Substitution {
    /// What to print.
    pub expression: Expression,
    /// The whole token.
    pub span: Span,
}

/// Something with a value: a symbol, or a symbol with filters behind it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Expression {
    /// A variable.
    Symbol(Symbol),
    /// `symbol | filter options | ...`; the symbol may be absent.
    FilterChain {
        /// What goes into the first filter.
        argument: Option<Symbol>,
        /// At least one.
        filters: Vec<FilterCall>,
    },
}

/// One filter and its options.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterCall {
    /// As written; names of filters ignore case.
    pub name: String,
    /// In order.
    pub options: Vec<FilterOption>,
}

/// One option of a filter.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FilterOption {
    /// A word or quoted text, without its quotes.
    Literal(String),
    /// A nested token.
    Token(Arc<Token>),
}

/// The path of a variable: `A.B[c].D`
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    /// At least one; the first is always a [`SymbolStep::Name`].
    pub steps: Vec<SymbolStep>,
    /// Where it starts in its template: two symbols at different places are different links of a
    /// chain of references.
    pub position: Position,
}

/// One step of a [`Symbol`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum SymbolStep {
    /// `.name`, or the first name.
    Name(String),
    /// `[text]`; `*` stands for the first index there is.
    Index(String),
    /// `[#{symbol}]`: the index is the value of the symbol.
    IndexBySymbol(Symbol),
}

/// `#{if}...#{elseif}...#{else}...#{/if}` or `#{unless}...#{else}...#{/unless}`
#[derive(Debug, Clone, PartialEq)]
pub struct Conditional {
    /// Whether this is an `unless`: the body is for when the condition is false.
    pub negated: bool,
    /// The `if` (or `unless`), then every `elseif`. At least one.
    pub branches: Vec<Branch>,
    /// What is behind `#{else}`; empty if there is none.
    pub otherwise: Template,
    /// The whole token.
    pub span: Span,
}

/// One condition of a [`Conditional`], and what it guards.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// When the body counts.
    pub condition: Condition,
    /// What it prints.
    pub body: Template,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Condition {
    /// Whether the expression has a true value.
    Truthy(Expression),
    /// `left == right` or `left != right`, by ordinal comparison.
    Comparison {
        /// Always an expression: a literal on the left is put on the right.
        left: Expression,
        /// What it is compared with.
        right: Operand,
        /// `==` if true, `!=` if not.
        equal: bool,
    },
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Operand {
    /// Something with a value.
    Expression(Expression),
    /// Quoted text.
    Literal(String),
}

/// `#{each variable in collection}...#{/each}`
#[derive(Debug, Clone, PartialEq)]
pub struct Repetition {
    /// The name that each item gets.
    pub variable: String,
    /// What is iterated.
    pub collection: Symbol,
    /// What is printed for each item.
    pub body: Template,
    /// The whole token.
    pub span: Span,
}

/// `#{calc arithmetic}`
#[derive(Debug, Clone, PartialEq)]
pub struct Calculation {
    /// What to compute.
    pub arithmetic: Arithmetic,
    /// The whole token.
    pub span: Span,
}

/// The expression of a [`Calculation`]: operands with operators between them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Arithmetic {
    /// A number.
    Number(f64),
    /// A variable that has to hold a number.
    Symbol(Symbol),
    /// `first op operand op operand ...`: operators of one precedence, left to right.
    Chain {
        /// The leftmost operand.
        first: Box<Arithmetic>,
        /// At least one.
        rest: Vec<(Operator, Arithmetic)>,
    },
}

/// An operator of [`Arithmetic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}
