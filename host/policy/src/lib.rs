//! Decides what a hook may do.

mod context;
mod facts;
mod policy;
mod verdict;
mod wants;

pub use context::{Context, VariableFacts, WallsContext};
pub use facts::{HookFacts, HookOrigin, PackageFacts};
pub use policy::Policy;
pub use verdict::{Refusal, Verdict};
pub use wants::{Want, Wanted, Wants};
