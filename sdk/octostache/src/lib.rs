//! The `#{...}` template language of Octopus Deploy, as one pure-Rust crate.
//!
//! (This page grows with the crate; see the items below.)

mod clock;
mod error;
mod evaluation;
mod filter;
pub mod limits;
mod options;
mod variables;

pub use clock::Clock;
pub use error::{Error, Limit, Position};
pub use evaluation::{Evaluation, Step};
pub use filter::CustomFilters;
pub use limits::Limits;
pub use options::{Culture, Options};
pub use variables::Variables;
