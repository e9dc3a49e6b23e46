//! Cases of the template language: `octostache.json`.

mod all;
mod case;
mod compare;
mod outcome;
mod run;

pub use all::all;
pub use case::{Case, Operation};
pub use compare::compare;
pub use outcome::Outcome;
pub use run::run;
