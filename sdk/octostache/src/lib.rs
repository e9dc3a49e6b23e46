//! The `#{...}` template language of Octopus Deploy, as one pure-Rust crate.
//!
//! (This page grows with the crate; see the items below.)

mod argument_names;
pub mod ast;
mod binding;
mod clock;
mod dotnet;
mod echo;
mod error;
mod evaluate;
mod evaluation;
mod filter;
mod json;
pub mod limits;
mod name_map;
mod options;
mod parse;
mod source;
mod template;
mod variables;

pub use argument_names::argument_names;
pub use clock::Clock;
pub use error::{Error, Limit, Position};
pub use evaluation::{Evaluation, Step};
pub use filter::CustomFilters;
pub use limits::Limits;
pub use options::{Culture, Options};
pub use template::{parse_template, parse_template_leniently};
pub use variables::Variables;
