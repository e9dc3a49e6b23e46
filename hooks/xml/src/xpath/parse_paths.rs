//! The grammar of paths: steps, node tests, predicates, and what a path may begin with.

use super::Dialect;
use super::ast::{Axis, Expr, NameTest, NodeTest, Part, Start, Step};
use super::error::CompileErrorKind;
use super::functions;
use super::lexer::Token;
use super::parser::{Parser, Result};

impl Parser<'_> {
    pub(super) fn path(&mut self) -> Result<Expr> {
        let mut steps = Vec::new();
        let start = if self.eat("//") {
            steps.push(any_descendant());
            steps.push(self.step()?);
            Start::Root
        } else if self.eat("/") {
            if self.starts_step() {
                steps.push(self.step()?);
            }
            Start::Root
        } else if self.starts_primary() {
            let primary = self.filter()?;
            if !self.is_symbol("/") && !self.is_symbol("//") {
                return Ok(primary);
            }
            Start::Expr(Box::new(primary))
        } else {
            steps.push(self.step()?);
            Start::Context
        };
        loop {
            if self.eat("//") {
                steps.push(any_descendant());
            } else if !self.eat("/") {
                break;
            }
            steps.push(self.step()?);
        }
        simplify(&mut steps);
        Ok(Expr::Path { start, steps })
    }

    fn starts_step(&self) -> bool {
        match self.peek() {
            Token::Symbol(symbol) => matches!(*symbol, "." | ".." | "@" | "*"),
            Token::Name(_) | Token::Prefixed(..) | Token::AnyLocal(_) | Token::AnyPrefix(_) => true,
            _ => self.dialect == Dialect::XPath2 && self.starts_primary(),
        }
    }

    /// Whether something other than an axis step stands here: a literal, a call, `(`, `.`.
    fn starts_primary(&self) -> bool {
        match self.peek() {
            Token::Literal(_) | Token::Number(_) | Token::Variable(_) => true,
            Token::Symbol(symbol) => matches!(*symbol, "(" | "."),
            Token::Name(name) => *self.peek_at(1) == Token::Symbol("(") && !self.is_kind_test(name),
            Token::Prefixed(..) => *self.peek_at(1) == Token::Symbol("("),
            _ => false,
        }
    }

    fn is_kind_test(&self, name: &str) -> bool {
        matches!(name, "node" | "text" | "comment" | "processing-instruction")
            || (self.dialect == Dialect::XPath2
                && matches!(name, "element" | "attribute" | "document-node"))
    }

    fn filter(&mut self) -> Result<Expr> {
        let primary = self.primary()?;
        let predicates = self.predicates()?;
        Ok(if predicates.is_empty() {
            primary
        } else {
            Expr::Filter { primary: Box::new(primary), predicates }
        })
    }

    fn primary(&mut self) -> Result<Expr> {
        match self.next() {
            Token::Literal(value) => Ok(Expr::Literal(value)),
            Token::Number(value) => Ok(Expr::Number(value)),
            Token::Variable(name) if self.variables.contains(&name) => Ok(Expr::Variable(name)),
            Token::Variable(name) => {
                self.at -= 1;
                Err(self.error(CompileErrorKind::UnknownVariable(name)))
            }
            Token::Symbol(".") => Ok(Expr::Context),
            Token::Symbol("(") => {
                if self.dialect == Dialect::XPath2 && self.eat(")") {
                    return Ok(Expr::Sequence(Vec::new()));
                }
                let inner = self.expression()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Name(name) => self.call(name),
            Token::Prefixed(prefix, name) if prefix == "fn" && self.dialect == Dialect::XPath2 => {
                self.call(name)
            }
            Token::Prefixed(prefix, name) => {
                self.at -= 1;
                Err(self.error(CompileErrorKind::UnknownFunction(format!("{prefix}:{name}"))))
            }
            _ => {
                self.at -= 1;
                Err(self.unexpected("an expression"))
            }
        }
    }

    fn call(&mut self, name: String) -> Result<Expr> {
        let Some(function) = functions::find(&name, self.dialect) else {
            self.at -= 1;
            return Err(self.error(CompileErrorKind::UnknownFunction(name)));
        };
        self.expect("(")?;
        let mut arguments = Vec::new();
        if !self.eat(")") {
            loop {
                arguments.push(self.single()?);
                if self.eat(")") {
                    break;
                }
                self.expect(",")?;
            }
        }
        if !function.takes(arguments.len()) {
            return Err(self.error(CompileErrorKind::ArgumentCount {
                name: function.name,
                takes: function.arity(),
                given: arguments.len(),
            }));
        }
        Ok(Expr::Call { function, arguments })
    }

    fn predicates(&mut self) -> Result<Vec<Expr>> {
        let mut predicates = Vec::new();
        while self.eat("[") {
            let inner = self.expression()?;
            self.expect("]")?;
            predicates.push(inner);
        }
        Ok(predicates)
    }

    fn step(&mut self) -> Result<Step> {
        if self.eat(".") {
            let predicates = self.predicates()?;
            return Ok(Step::Axis { axis: Axis::Itself, test: NodeTest::Any, predicates });
        }
        if self.eat("..") {
            let predicates = self.predicates()?;
            return Ok(Step::Axis { axis: Axis::Parent, test: NodeTest::Any, predicates });
        }
        if self.dialect == Dialect::XPath2 && self.starts_primary() {
            return Ok(Step::Expr(self.filter()?));
        }
        let axis = self.axis()?;
        let test = self.node_test()?;
        let axis = match (&axis, &test) {
            (None, NodeTest::Attribute(_)) => Axis::Attribute,
            (None, _) => Axis::Child,
            (Some(axis), _) => *axis,
        };
        Ok(Step::Axis { axis, test, predicates: self.predicates()? })
    }

    /// `@` or `axis::`; `None` when neither is written.
    fn axis(&mut self) -> Result<Option<Axis>> {
        if self.eat("@") {
            return Ok(Some(Axis::Attribute));
        }
        if *self.peek_at(1) != Token::Symbol("::") {
            return Ok(None);
        }
        let Token::Name(name) = self.peek().clone() else {
            return Err(self.unexpected("an axis"));
        };
        let Some(&(_, axis)) = Axis::TABLE.iter().find(|(known, _)| *known == name) else {
            return Err(self.error(CompileErrorKind::UnknownAxis(name)));
        };
        self.at += 2;
        Ok(Some(axis))
    }

    fn node_test(&mut self) -> Result<NodeTest> {
        if let Token::Name(name) = self.peek()
            && *self.peek_at(1) == Token::Symbol("(")
            && self.is_kind_test(name)
        {
            return self.kind_test();
        }
        match self.name_test() {
            Some(test) => Ok(NodeTest::Name(test)),
            None => Err(self.unexpected("a step")),
        }
    }

    fn name_test(&mut self) -> Option<NameTest> {
        let (prefix, local) = match self.peek().clone() {
            Token::Symbol("*") => (Part::Any, Part::Any),
            Token::Name(name) => (Part::Is(String::new()), Part::Is(name)),
            Token::Prefixed(prefix, name) => (Part::Is(prefix), Part::Is(name)),
            Token::AnyLocal(prefix) => (Part::Is(prefix), Part::Any),
            Token::AnyPrefix(name) => (Part::Any, Part::Is(name)),
            _ => return None,
        };
        self.at += 1;
        Some(NameTest { prefix, local })
    }

    fn kind_test(&mut self) -> Result<NodeTest> {
        let Token::Name(kind) = self.next() else { return Err(self.unexpected("a node test")) };
        self.expect("(")?;
        let test = match kind.as_str() {
            "node" => NodeTest::Any,
            "text" => NodeTest::Text,
            "comment" => NodeTest::Comment,
            "element" => NodeTest::Element(self.name_test()),
            "attribute" => NodeTest::Attribute(self.name_test()),
            "document-node" => NodeTest::Document,
            _ => NodeTest::ProcessingInstruction(match self.peek().clone() {
                Token::Literal(target) => {
                    self.at += 1;
                    Some(target)
                }
                Token::Name(target) if self.dialect == Dialect::XPath2 => {
                    self.at += 1;
                    Some(target)
                }
                _ => None,
            }),
        };
        self.expect(")")?;
        Ok(test)
    }
}

/// What `//` stands for.
fn any_descendant() -> Step {
    Step::Axis { axis: Axis::DescendantOrSelf, test: NodeTest::Any, predicates: Vec::new() }
}

/// Reads `descendant-or-self::node()/child::x[..]` as `descendant::x[..]` where it is the same:
/// where no predicate counts positions.
fn simplify(steps: &mut Vec<Step>) {
    let mut at = 0;
    while at + 1 < steps.len() {
        let from_any = matches!(&steps[at], Step::Axis {
            axis: Axis::DescendantOrSelf, test: NodeTest::Any, predicates
        } if predicates.is_empty());
        if let Step::Axis { axis: axis @ Axis::Child, predicates, .. } = &mut steps[at + 1]
            && from_any
            && predicates.iter().all(Expr::ignores_position)
        {
            *axis = Axis::Descendant;
            steps.remove(at);
        }
        at += 1;
    }
}
