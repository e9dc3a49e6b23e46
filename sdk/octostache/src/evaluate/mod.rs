//! The evaluator: what each node of the syntax tree is worth.

mod budget;
mod calculation;
mod collection;
mod condition;
mod drill;
mod filter_chain;
mod machine;
mod resolve;
mod scope;
mod template;

pub(crate) use collection::indexes;
pub(crate) use condition::is_truthy;
pub(crate) use machine::evaluate;
