//! Conformance cases: what went into the original, what came out, and what comes out of ours.
//!
//! A case is run in one place and judged in another: [`octostache::run`] needs nothing but
//! memory and also works inside a hook; the [`Outcome`](octostache::Outcome) travels as JSON;
//! [`octostache::compare`] says whether it is what the original produced.

pub mod octostache;
