//! From tokens to a syntax tree: one function a level of precedence, loosest first.

use super::ast::{
    Arithmetic, Axis, Comparison, Expr, NameTest, NodeTest, Part, Relation, SetOperation, Start,
    Step,
};
use super::error::{CompileError, CompileErrorKind};
use super::functions;
use super::lexer::{self, Token};
use super::{Dialect, MAX_EXPRESSION_BYTES, MAX_NESTING};

type Result<T> = std::result::Result<T, CompileError>;

pub(super) fn parse(text: &str, dialect: Dialect) -> Result<Expr> {
    if text.len() > MAX_EXPRESSION_BYTES {
        let kind = CompileErrorKind::TooLong { limit: MAX_EXPRESSION_BYTES };
        return Err(lexer::error(text, 0, kind));
    }
    let tokens = lexer::tokens(text, dialect)?;
    let mut parser = Parser { text, tokens, at: 0, dialect, depth: 0, variables: Vec::new() };
    let expression = parser.expression()?;
    if *parser.peek() != Token::End {
        return Err(parser.unexpected("an operator or the end"));
    }
    Ok(expression)
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(usize, Token)>,
    at: usize,
    dialect: Dialect,
    depth: usize,
    variables: Vec<String>,
}

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
    fn peek(&self) -> &Token {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> &Token {
        self.tokens.get(self.at + ahead).map_or(&Token::End, |(_, token)| token)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = (self.at + 1).min(self.tokens.len());
        token
    }

    fn error(&self, kind: CompileErrorKind) -> CompileError {
        let at = self.tokens.get(self.at).map_or(self.text.len(), |(at, _)| *at);
        lexer::error(self.text, at, kind)
    }

    fn unexpected(&self, expected: &'static str) -> CompileError {
        self.error(CompileErrorKind::Expected { expected, found: self.peek().describe() })
    }

    fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        if found {
            self.at += 1;
        }
        found
    }

    fn expect(&mut self, symbol: &'static str) -> Result<()> {
        if self.eat(symbol) { Ok(()) } else { Err(self.unexpected(symbol)) }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(found) if found == word)
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.at += 1;
        }
        found
    }

    /// A word that is an operator in XPath 2.0 only.
    fn eat_word2(&mut self, word: &str) -> bool {
        self.dialect == Dialect::XPath2 && self.eat_word(word)
    }

    fn expect_word(&mut self, word: &'static str) -> Result<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.unexpected(word)) }
    }

    /// The whole expression, or what stands in parentheses: a list with commas in XPath 2.0.
    fn expression(&mut self) -> Result<Expr> {
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

    fn single(&mut self) -> Result<Expr> {
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

    fn path(&mut self) -> Result<Expr> {
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
            let inner = if self.dialect == Dialect::XPath2 && self.depth < MAX_NESTING {
                self.expression()?
            } else {
                self.single()?
            };
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
