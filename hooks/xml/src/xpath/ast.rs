//! The syntax tree of an expression. Chains of operators are lists, so that a long chain is not a
//! deep tree.

use super::functions::Function;

#[derive(Debug, Clone)]
pub(super) enum Expr {
    /// `a, b`; `()` is the empty one.
    Sequence(Vec<Expr>),
    For {
        bindings: Vec<(String, Expr)>,
        body: Box<Expr>,
    },
    Quantified {
        every: bool,
        bindings: Vec<(String, Expr)>,
        satisfies: Box<Expr>,
    },
    If {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Or(Vec<Expr>),
    And(Vec<Expr>),
    Compare {
        first: Box<Expr>,
        rest: Vec<(Comparison, Expr)>,
    },
    Range(Box<Expr>, Box<Expr>),
    Arithmetic {
        first: Box<Expr>,
        rest: Vec<(Arithmetic, Expr)>,
    },
    Sets {
        first: Box<Expr>,
        rest: Vec<(SetOperation, Expr)>,
    },
    Negate(Box<Expr>),
    Path {
        start: Start,
        steps: Vec<Step>,
    },
    Filter {
        primary: Box<Expr>,
        predicates: Vec<Expr>,
    },
    Literal(String),
    Number(f64),
    Variable(String),
    /// `.`
    Context,
    Call {
        function: &'static Function,
        arguments: Vec<Expr>,
    },
}

/// Where a path begins.
#[derive(Debug, Clone)]
pub(super) enum Start {
    /// `/`
    Root,
    /// At the context item.
    Context,
    /// At the result of an expression.
    Expr(Box<Expr>),
}

#[derive(Debug, Clone)]
pub(super) enum Step {
    Axis {
        axis: Axis,
        test: NodeTest,
        predicates: Vec<Expr>,
    },
    /// An expression evaluated for each node (XPath 2.0).
    Expr(Expr),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Axis {
    Ancestor,
    AncestorOrSelf,
    Attribute,
    Child,
    Descendant,
    DescendantOrSelf,
    Following,
    FollowingSibling,
    Namespace,
    Parent,
    Preceding,
    PrecedingSibling,
    Itself,
}

impl Axis {
    /// The names of the axes.
    pub(super) const TABLE: [(&'static str, Self); 13] = [
        ("ancestor", Self::Ancestor),
        ("ancestor-or-self", Self::AncestorOrSelf),
        ("attribute", Self::Attribute),
        ("child", Self::Child),
        ("descendant", Self::Descendant),
        ("descendant-or-self", Self::DescendantOrSelf),
        ("following", Self::Following),
        ("following-sibling", Self::FollowingSibling),
        ("namespace", Self::Namespace),
        ("parent", Self::Parent),
        ("preceding", Self::Preceding),
        ("preceding-sibling", Self::PrecedingSibling),
        ("self", Self::Itself),
    ];
}

#[derive(Debug, Clone)]
pub(super) enum NodeTest {
    Name(NameTest),
    /// `node()`
    Any,
    Text,
    Comment,
    /// `processing-instruction()`, perhaps with a target.
    ProcessingInstruction(Option<String>),
    /// `element()`, perhaps with a name.
    Element(Option<NameTest>),
    /// `attribute()`, perhaps with a name.
    Attribute(Option<NameTest>),
    /// `document-node()`
    Document,
}

/// `*`, `name`, `p:name`, `p:*`, `*:name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NameTest {
    pub(super) prefix: Part,
    pub(super) local: Part,
}

/// One half of a name test. As a prefix, `Is("")` means "in no namespace".
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Any,
    Is(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// `=`: true for any pair.
    General(Relation),
    /// `eq`: of two single values.
    Value(Relation),
    /// `is`
    Same,
    /// `<<`
    Before,
    /// `>>`
    After,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    IntegerDivide,
    Modulo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetOperation {
    Union,
    Intersect,
    Except,
}

impl Expr {
    /// Whether this, as a predicate, keeps or drops a node by itself: it cannot be a number, and
    /// does not ask for the position. Then `//x[..]` may be read as `/descendant::x[..]`.
    pub(super) fn ignores_position(&self) -> bool {
        let never_a_number = match self {
            Self::Or(_)
            | Self::And(_)
            | Self::Compare { .. }
            | Self::Quantified { .. }
            | Self::Literal(_)
            | Self::Sets { .. } => true,
            Self::Path { steps, .. } => steps.iter().all(|step| matches!(step, Step::Axis { .. })),
            Self::Call { function, .. } => function.gives_boolean,
            _ => false,
        };
        never_a_number && !self.asks_position()
    }

    fn asks_position(&self) -> bool {
        let any = |list: &[Self]| list.iter().any(Self::asks_position);
        match self {
            Self::Sequence(list) | Self::Or(list) | Self::And(list) => any(list),
            Self::For { bindings, body: last }
            | Self::Quantified { bindings, satisfies: last, .. } => {
                last.asks_position() || bindings.iter().any(|(_, each)| each.asks_position())
            }
            Self::If { condition, then, otherwise } => {
                [condition, then, otherwise].iter().any(|each| each.asks_position())
            }
            Self::Compare { first, rest } => {
                first.asks_position() || rest.iter().any(|(_, each)| each.asks_position())
            }
            Self::Arithmetic { first, rest } => {
                first.asks_position() || rest.iter().any(|(_, each)| each.asks_position())
            }
            Self::Sets { first, rest } => {
                first.asks_position() || rest.iter().any(|(_, each)| each.asks_position())
            }
            Self::Range(first, second) => first.asks_position() || second.asks_position(),
            Self::Negate(inner) => inner.asks_position(),
            // Inside of predicates and later steps, positions are those of another focus.
            Self::Path { start: Start::Expr(start), .. } => start.asks_position(),
            Self::Filter { primary, .. } => primary.asks_position(),
            Self::Call { function, arguments } => {
                matches!(function.name, "position" | "last") || any(arguments)
            }
            Self::Path { .. }
            | Self::Literal(_)
            | Self::Number(_)
            | Self::Variable(_)
            | Self::Context => false,
        }
    }
}
