//! Cases of deployment steps: a folder, variables, a hook, and what becomes of the folder.
//!
//! ```no_run
//! use cofferdam_conformance_cases::steps::{self, Outcome};
//! # let run_somehow = |_: &std::path::Path, _: &steps::Definitions| Outcome::default();
//! for case in steps::all(&cofferdam_conformance_cases::vectors())? {
//!     let folder = tempfile::tempdir()?;
//!     let variables = case.prepare(folder.path())?;
//!     let outcome = run_somehow(folder.path(), &variables);
//!     if let Err(difference) = case.judge(folder.path(), &outcome) {
//!         println!("{}: {difference}", case.id());
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod case;
mod category;
mod hook;
mod native;
mod outcome;

pub use crate::configvars::only_settings_differ;
pub use case::{Definitions, StepCase, all};
pub use category::Category;
pub use hook::Hook;
pub use native::{Step, run_natively, test};
pub use outcome::Outcome;
