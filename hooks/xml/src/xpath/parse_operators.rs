//! The grammar down to paths: one function a level of precedence, loosest first.

use super::ast::{Arithmetic, Comparison, Expr, Relation, SetOperation};
use super::error::CompileErrorKind;
use super::lexer::Token;
use super::parser::{Parser, Result};
use super::{Dialect, MAX_NESTING};

/// The operators of general and value comparisons.
const GENERAL: [(&str, Relation); 6] = [
    ("=", Relation::Equal),
    ("!=", Relation::NotEqual),
    ("<", Relation::Less),
    ("<=", Relation::LessOrEqual),
    (">", Relation::Greater),
    (">=", Relation::GreaterOrEqual),
];
const VALUE: [(&str, Relation); 6] = [
    ("eq", Relation::Equal),
    ("ne", Relation::NotEqual),
    ("lt", Relation::Less),
    ("le", Relation::LessOrEqual),
    ("gt", Relation::Greater),
    ("ge", Relation::GreaterOrEqual),
];

impl Parser<'_> {
    /// The whole expression, or what stands in parentheses: a list with commas in XPath 2.0.
    pub(super) fn expression(&mut self) -> Result<Expr> {
        let first = self.single()?;
        if self.dialect == Dialect::XPath1 || !self.is_symbol(",") {
            return Ok(first);
        }
        let mut list = vec![first];
        while self.eat(",") {
            list.push(self.single()?);
        }
        Ok(Expr::Sequence(list))
    }

    pub(super) fn single(&mut self) -> Result<Expr> {
        if self.depth >= MAX_NESTING {
            return Err(self.error(CompileErrorKind::TooDeep { limit: MAX_NESTING }));
        }
        self.depth += 1;
        let variables = self.variables.len();
        let expression = self.single_unchecked();
        self.variables.truncate(variables);
        self.depth -= 1;
        expression
    }

    fn single_unchecked(&mut self) -> Result<Expr> {
        if self.dialect == Dialect::XPath2
            && let Token::Name(word) = self.peek()
        {
            let binds = matches!(self.peek_at(1), Token::Variable(_));
            match word.as_str() {
                "for" if binds => return self.for_expression(),
                "some" if binds => return self.quantified(false),
                "every" if binds => return self.quantified(true),
                "if" if *self.peek_at(1) == Token::Symbol("(") => {
                    return self.if_expression();
                }
                _ => {}
            }
        }
        self.or()
    }

    fn for_expression(&mut self) -> Result<Expr> {
        self.at += 1;
        let bindings = self.bindings()?;
        self.expect_word("return")?;
        Ok(Expr::For { bindings, body: Box::new(self.single()?) })
    }

    fn quantified(&mut self, every: bool) -> Result<Expr> {
        self.at += 1;
        let bindings = self.bindings()?;
        self.expect_word("satisfies")?;
        Ok(Expr::Quantified { every, bindings, satisfies: Box::new(self.single()?) })
    }

    /// `$x in .., $y in ..`: every variable is visible from the next binding on.
    fn bindings(&mut self) -> Result<Vec<(String, Expr)>> {
        let mut bindings = Vec::new();
        loop {
            let Token::Variable(name) = self.peek().clone() else {
                return Err(self.unexpected("a variable"));
            };
            self.at += 1;
            self.expect_word("in")?;
            let value = self.single()?;
            self.variables.push(name.clone());
            bindings.push((name, value));
            if !self.eat(",") {
                return Ok(bindings);
            }
        }
    }

    fn if_expression(&mut self) -> Result<Expr> {
        self.at += 1;
        self.expect("(")?;
        let condition = Box::new(self.expression()?);
        self.expect(")")?;
        self.expect_word("then")?;
        let then = Box::new(self.single()?);
        self.expect_word("else")?;
        let otherwise = Box::new(self.single()?);
        Ok(Expr::If { condition, then, otherwise })
    }

    fn or(&mut self) -> Result<Expr> {
        let first = self.and()?;
        let mut list = vec![first];
        while self.eat_word("or") {
            list.push(self.and()?);
        }
        Ok(single_or(list, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr> {
        let first = self.comparison()?;
        let mut list = vec![first];
        while self.eat_word("and") {
            list.push(self.comparison()?);
        }
        Ok(single_or(list, Expr::And))
    }

    /// Comparisons. XPath 1.0 chains them, and `<` binds tighter than `=`.
    fn comparison(&mut self) -> Result<Expr> {
        if self.dialect == Dialect::XPath1 {
            return self.chain(
                |parser| parser.chain(Self::range, |parser| parser.general_operator(&GENERAL[2..])),
                |parser| parser.general_operator(&GENERAL[..2]),
            );
        }
        let first = self.range()?;
        let Some(operator) = self.comparison_operator() else { return Ok(first) };
        let second = self.range()?;
        Ok(Expr::Compare { first: Box::new(first), rest: vec![(operator, second)] })
    }

    fn chain(
        &mut self,
        operand: impl Fn(&mut Self) -> Result<Expr>,
        operator: impl Fn(&mut Self) -> Option<Comparison>,
    ) -> Result<Expr> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        while let Some(found) = operator(self) {
            rest.push((found, operand(self)?));
        }
        Ok(if rest.is_empty() { first } else { Expr::Compare { first: Box::new(first), rest } })
    }

    fn general_operator(&mut self, table: &[(&str, Relation)]) -> Option<Comparison> {
        let Token::Symbol(symbol) = self.peek() else { return None };
        let &(_, relation) = table.iter().find(|(text, _)| text == symbol)?;
        self.at += 1;
        Some(Comparison::General(relation))
    }

    fn comparison_operator(&mut self) -> Option<Comparison> {
        if let Some(general) = self.general_operator(&GENERAL) {
            return Some(general);
        }
        let found = match self.peek() {
            Token::Symbol("<<") => Comparison::Before,
            Token::Symbol(">>") => Comparison::After,
            Token::Name(word) if word == "is" => Comparison::Same,
            Token::Name(word) => {
                let &(_, relation) = VALUE.iter().find(|(text, _)| text == word)?;
                Comparison::Value(relation)
            }
            _ => return None,
        };
        self.at += 1;
        Some(found)
    }

    fn range(&mut self) -> Result<Expr> {
        let first = self.additive()?;
        if self.eat_word2("to") {
            return Ok(Expr::Range(Box::new(first), Box::new(self.additive()?)));
        }
        Ok(first)
    }

    fn additive(&mut self) -> Result<Expr> {
        let first = self.multiplicative()?;
        let mut rest = Vec::new();
        loop {
            let operator = if self.eat("+") {
                Arithmetic::Add
            } else if self.eat("-") {
                Arithmetic::Subtract
            } else {
                return Ok(arithmetic(first, rest));
            };
            rest.push((operator, self.multiplicative()?));
        }
    }

    fn multiplicative(&mut self) -> Result<Expr> {
        let first = self.set_or_unary()?;
        let mut rest = Vec::new();
        loop {
            let operator = if self.eat("*") {
                Arithmetic::Multiply
            } else if self.eat_word("div") {
                Arithmetic::Divide
            } else if self.eat_word("mod") {
                Arithmetic::Modulo
            } else if self.eat_word2("idiv") {
                Arithmetic::IntegerDivide
            } else {
                return Ok(arithmetic(first, rest));
            };
            rest.push((operator, self.set_or_unary()?));
        }
    }

    /// XPath 1.0 negates a union; XPath 2.0 unites what may be negated. Written down, both come
    /// to: signs, then a union.
    fn set_or_unary(&mut self) -> Result<Expr> {
        let mut signs = 0;
        let mut negative = false;
        loop {
            if self.eat("-") {
                negative = !negative;
            } else if self.dialect == Dialect::XPath1 || !self.eat("+") {
                break;
            }
            signs += 1;
        }
        let operand = self.union()?;
        Ok(match (signs, negative) {
            (0, _) => operand,
            (_, true) => Expr::Negate(Box::new(operand)),
            (_, false) => Expr::Negate(Box::new(Expr::Negate(Box::new(operand)))),
        })
    }

    fn union(&mut self) -> Result<Expr> {
        let first = self.intersection()?;
        let mut rest = Vec::new();
        while self.eat("|") || self.eat_word2("union") {
            rest.push((SetOperation::Union, self.intersection()?));
        }
        Ok(sets(first, rest))
    }

    fn intersection(&mut self) -> Result<Expr> {
        let first = self.path()?;
        let mut rest = Vec::new();
        loop {
            let operator = if self.eat_word2("intersect") {
                SetOperation::Intersect
            } else if self.eat_word2("except") {
                SetOperation::Except
            } else {
                return Ok(sets(first, rest));
            };
            rest.push((operator, self.path()?));
        }
    }
}

fn single_or(mut list: Vec<Expr>, many: impl Fn(Vec<Expr>) -> Expr) -> Expr {
    match (list.len(), list.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            list.extend(last);
            many(list)
        }
    }
}

fn arithmetic(first: Expr, rest: Vec<(Arithmetic, Expr)>) -> Expr {
    if rest.is_empty() { first } else { Expr::Arithmetic { first: Box::new(first), rest } }
}

fn sets(first: Expr, rest: Vec<(SetOperation, Expr)>) -> Expr {
    if rest.is_empty() { first } else { Expr::Sets { first: Box::new(first), rest } }
}
