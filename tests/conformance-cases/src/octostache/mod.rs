//! Cases of the template language: `octostache.json`.

mod case;
mod compare;
mod outcome;
mod run;

pub use case::{Case, Operation};
pub use compare::{Difference, compare};
pub use outcome::Outcome;
pub use run::run;
