//! What a Cofferdam hook written in Rust needs.
//!
//! A hook is an ordinary program. It works in the current directory, prints its log, and exits
//! with 0 or not. This crate adds what `println!` and `std::env` do not have:
//!
//! ```no_run
//! use cofferdam_sdk::{artifact, fail, log, output, progress, variables};
//!
//! fn main() {
//!     let environment = variables::require("Octopus.Environment.Name").unwrap_or_else(|e| fail(e));
//!     log::info(format!("configuring for {environment}"));
//!     progress::report(50, "writing app.conf");
//!     let text = format!("environment = {environment}\n");
//!     std::fs::write("app.conf", text).unwrap_or_else(|e| fail(format!("cannot write app.conf: {e}")));
//!     output::set("ConfigFile", "app.conf");
//!     artifact::create("app.conf", "app.conf");
//! }
//! ```
//!
//! # One interface, three ways
//!
//! | built for | how it talks to Cofferdam |
//! |---|---|
//! | `wasm32-wasip2` | typed imports, package `cofferdam:hook` |
//! | `wasm32-wasip1` | environment variables in, service messages out (`##octopus[...]`) |
//! | the machine itself | as `wasm32-wasip1`, so that a hook's own tests can run natively |
//!
//! The same source does the same on all three, with two differences that come with the second
//! way: [`variables::definitions`] cannot know raw definitions and secrecy there, and returns
//! evaluated values as literals; and names that no environment variable can have (an `=` in the
//! name) are missing.
//!
//! # Build
//!
//! ```text
//! cargo build --release --target wasm32-wasip2
//! ```

mod channel;

pub mod artifact;
pub mod facts;
mod failure;
pub mod log;
pub mod output;
pub mod progress;
pub mod variables;

pub use failure::{explain_failure, fail};
