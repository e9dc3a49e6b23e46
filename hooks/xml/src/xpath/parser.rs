//! From tokens to a syntax tree: the parser's state and its small steps. The grammar itself is in
//! `parse_operators` and `parse_paths`.

use super::ast::Expr;
use super::error::{CompileError, CompileErrorKind};
use super::lexer::{self, Token};
use super::{Dialect, MAX_EXPRESSION_BYTES};

pub(super) type Result<T> = std::result::Result<T, CompileError>;

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

pub(super) struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(usize, Token)>,
    pub(super) at: usize,
    pub(super) dialect: Dialect,
    pub(super) depth: usize,
    pub(super) variables: Vec<String>,
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> &Token {
        self.peek_at(0)
    }

    pub(super) fn peek_at(&self, ahead: usize) -> &Token {
        self.tokens.get(self.at + ahead).map_or(&Token::End, |(_, token)| token)
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = (self.at + 1).min(self.tokens.len());
        token
    }

    pub(super) fn error(&self, kind: CompileErrorKind) -> CompileError {
        let at = self.tokens.get(self.at).map_or(self.text.len(), |(at, _)| *at);
        lexer::error(self.text, at, kind)
    }

    pub(super) fn unexpected(&self, expected: &'static str) -> CompileError {
        self.error(CompileErrorKind::Expected { expected, found: self.peek().describe() })
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        matches!(self.peek(), Token::Symbol(found) if *found == symbol)
    }

    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let found = self.is_symbol(symbol);
        if found {
            self.at += 1;
        }
        found
    }

    pub(super) fn expect(&mut self, symbol: &'static str) -> Result<()> {
        if self.eat(symbol) { Ok(()) } else { Err(self.unexpected(symbol)) }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Token::Name(found) if found == word)
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.at += 1;
        }
        found
    }

    /// A word that is an operator in XPath 2.0 only.
    pub(super) fn eat_word2(&mut self, word: &str) -> bool {
        self.dialect == Dialect::XPath2 && self.eat_word(word)
    }

    pub(super) fn expect_word(&mut self, word: &'static str) -> Result<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.unexpected(word)) }
    }
}
