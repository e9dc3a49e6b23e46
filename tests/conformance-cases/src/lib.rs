//! Conformance cases: what went into the original, what came out, and what comes out of ours.
//!
//! The cases are data, in the layout of `tests/vectors`; this crate reads them and judges. Two kinds:
//!
//! * [`octostache`]: one call of the template language. It is run in one place and judged in
//!   another: [`octostache::run`] needs nothing but memory and also works inside a hook; the
//!   [`Outcome`](octostache::Outcome) travels as JSON; [`octostache::compare`] says whether it is what
//!   the original produced.
//! * [`steps`] (with the feature of that name): one deployment step in one folder. A
//!   [`StepCase`](steps::StepCase) lays out the folder, says with which variables which hook is to
//!   be run there, and judges what became of the folder and what was said. How the hook is run is up
//!   to the caller: natively in the tests of the hooks, in the sandbox by `make conformance`.
//!
//! Where ours differs on purpose, a list next to the vectors says so: [`Deviations`].

#[cfg(feature = "steps")]
mod configvars;
mod deviations;
mod difference;
mod load;
pub mod octostache;
#[cfg(feature = "steps")]
pub mod steps;
#[cfg(feature = "steps")]
mod structured;
#[cfg(feature = "steps")]
mod xdt;

pub use deviations::{Deviations, Verdict};
pub use difference::Difference;
pub use load::{LoadError, repository_vectors, vectors};
