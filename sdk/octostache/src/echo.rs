//! The canonical text of a syntax tree: how tokens print themselves.

use std::fmt::{self, Display, Formatter, Write};

use crate::ast::{
    Arithmetic, Calculation, Condition, Conditional, Expression, FilterCall, FilterOption, Operand,
    Operator, Repetition, Substitution, Symbol, SymbolStep, Template, Token,
};
use crate::dotnet::number::shortest;

impl Display for Template {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.tokens.iter().try_for_each(|token| token.fmt(f))
    }
}

impl Display for Token {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write_escaped(f, text),
            Self::Unparsed(text) => f.write_str(text),
            Self::Substitution(token) => token.fmt(f),
            Self::Conditional(token) => token.fmt(f),
            Self::Repetition(token) => token.fmt(f),
            Self::Calculation(token) => token.fmt(f),
        }
    }
}

/// Text in which `#{` would be read as the beginning of a token gets a second `#`.
fn write_escaped(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&text.replace("#{", "##{"))
}

impl Display for Substitution {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "#{{{}}}", self.expression)
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Symbol(symbol) => symbol.fmt(f),
            Self::FilterChain { argument, filters } => {
                if let Some(symbol) = argument {
                    symbol.fmt(f)?;
                }
                filters.iter().try_for_each(|filter| write!(f, " | {filter}"))
            }
        }
    }
}

impl Display for FilterCall {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        self.options.iter().try_for_each(|option| write!(f, " {option}"))
    }
}

impl Display for FilterOption {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => write_literal(f, text),
            Self::Token(token) => token.fmt(f),
        }
    }
}

fn write_literal(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    write_escaped(f, text)?;
    f.write_char('"')
}

impl Display for Symbol {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                SymbolStep::Name(name) if index == 0 => f.write_str(name)?,
                SymbolStep::Name(name) => write!(f, ".{name}")?,
                SymbolStep::Index(text) => write!(f, "[{text}]")?,
                SymbolStep::IndexBySymbol(symbol) => write!(f, "[#{{{symbol}}}]")?,
            }
        }
        Ok(())
    }
}

impl Display for Conditional {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_branches(f, self, 0)
    }
}

/// What is left of a conditional from one branch on: how it is echoed when the condition of that
/// branch cannot be evaluated.
pub(crate) struct FromBranch<'a>(pub(crate) &'a Conditional, pub(crate) usize);

impl Display for FromBranch<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write_branches(f, self.0, self.1)
    }
}

/// An `elseif` prints as an `if` inside an `else`, an `unless` as an `if` with its branches
/// exchanged.
fn write_branches(f: &mut Formatter<'_>, token: &Conditional, from: usize) -> fmt::Result {
    let branches = token.branches.get(from..).unwrap_or_default();
    if let (true, [branch]) = (token.negated, branches) {
        let (condition, body, otherwise) = (&branch.condition, &branch.body, &token.otherwise);
        return write!(f, "#{{if {condition}}}{otherwise}#{{else}}{body}#{{/if}}");
    }
    for (index, branch) in branches.iter().enumerate() {
        if index > 0 {
            f.write_str("#{else}")?;
        }
        write!(f, "#{{if {}}}{}", branch.condition, branch.body)?;
    }
    if !token.otherwise.tokens.is_empty() {
        write!(f, "#{{else}}{}", token.otherwise)?;
    }
    branches.iter().try_for_each(|_| f.write_str("#{/if}"))
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truthy(expression) => expression.fmt(f),
            Self::Comparison { left, right, equal } => {
                let operator = if *equal { "==" } else { "!=" };
                // The space at the end is Octopus's.
                write!(f, "{left} {operator} {right} ")
            }
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expression(expression) => expression.fmt(f),
            // Not escaped, unlike an option.
            Self::Literal(text) => write!(f, "\"{text}\""),
        }
    }
}

impl Display for Repetition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { variable, collection, body, .. } = self;
        write!(f, "#{{each {variable} in {collection}}}{body}#{{/each}}")
    }
}

/// A calculation is echoed without its keyword, spaces and parentheses.
impl Display for Calculation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "#{{{}}}", self.arithmetic)
    }
}

impl Display for Arithmetic {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => f.write_str(&shortest(*number)),
            Self::Symbol(symbol) => symbol.fmt(f),
            Self::Chain { first, rest } => {
                first.fmt(f)?;
                rest.iter().try_for_each(|(operator, operand)| write!(f, "{operator}{operand}"))
            }
        }
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_char(match self {
            Self::Add => '+',
            Self::Subtract => '-',
            Self::Multiply => '*',
            Self::Divide => '/',
        })
    }
}
