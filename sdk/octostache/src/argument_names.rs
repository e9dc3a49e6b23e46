//! Which names a template mentions.

use std::collections::HashSet;

use crate::ast::{
    Arithmetic, Condition, Expression, FilterOption, Operand, Symbol, SymbolStep, Template, Token,
};
use crate::{Error, Limits};

/// The names that a template mentions, each once, in the order of the text: every step of a path
/// by itself, symbols that are indexes included, and the literals of comparisons. Of an `each`,
/// only the collection counts.
///
/// # Errors
/// [`Error::Parse`] if the template does not parse, [`Error::Limit`] if it nests too deep.
pub fn argument_names(template: &str) -> Result<Vec<String>, Error> {
    let template = crate::parse_template(template, &Limits::default())?;
    let mut names = Names::default();
    names.template(&template);
    Ok(names.found)
}

#[derive(Default)]
struct Names {
    found: Vec<String>,
    before: HashSet<String>,
}

impl Names {
    fn add(&mut self, name: &str) {
        if self.before.insert(name.to_owned()) {
            self.found.push(name.to_owned());
        }
    }

    fn template(&mut self, template: &Template) {
        template.tokens.iter().for_each(|token| self.token(token));
    }

    fn token(&mut self, token: &Token) {
        match token {
            Token::Text(_) | Token::Unparsed(_) => {}
            Token::Substitution(token) => self.expression(&token.expression),
            Token::Conditional(token) => {
                for branch in &token.branches {
                    self.condition(&branch.condition);
                    self.template(&branch.body);
                }
                self.template(&token.otherwise);
            }
            Token::Repetition(token) => self.symbol(&token.collection),
            Token::Calculation(token) => self.arithmetic(&token.arithmetic),
        }
    }

    fn condition(&mut self, condition: &Condition) {
        match condition {
            Condition::Truthy(expression) => self.expression(expression),
            Condition::Comparison { left, right, .. } => {
                self.expression(left);
                match right {
                    Operand::Expression(right) => self.expression(right),
                    Operand::Literal(text) => self.add(text),
                }
            }
        }
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Symbol(symbol) => self.symbol(symbol),
            Expression::FilterChain { argument, filters } => {
                if let Some(symbol) = argument {
                    self.symbol(symbol);
                }
                for option in filters.iter().flat_map(|filter| &filter.options) {
                    if let FilterOption::Token(token) = option {
                        self.token(token);
                    }
                }
            }
        }
    }

    fn symbol(&mut self, symbol: &Symbol) {
        for step in &symbol.steps {
            match step {
                SymbolStep::Name(name) => self.add(name),
                SymbolStep::Index(_) => {}
                SymbolStep::IndexBySymbol(inner) => self.symbol(inner),
            }
        }
    }

    fn arithmetic(&mut self, arithmetic: &Arithmetic) {
        match arithmetic {
            Arithmetic::Number(_) => {}
            Arithmetic::Symbol(symbol) => self.symbol(symbol),
            Arithmetic::Chain { first, rest } => {
                self.arithmetic(first);
                rest.iter().for_each(|(_, operand)| self.arithmetic(operand));
            }
        }
    }
}
