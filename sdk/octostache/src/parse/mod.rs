//! The parser: the grammar of the [crate page](crate), rule by rule.
//!
//! Recursive descent with ordered choice and full backtracking. What keeps that cheap: the result
//! for each `#{` is remembered (so each is parsed once, however many enclosing blocks turn out
//! to be unclosed), and nesting is limited. The work is at most `max_depth` passes over the text.

mod block;
mod calculation;
mod expression;
mod lexis;
mod outcome;
mod symbol;
mod template;

pub(crate) use symbol::parse_path_prefix;
pub(crate) use template::{parse_lenient, parse_strict};
