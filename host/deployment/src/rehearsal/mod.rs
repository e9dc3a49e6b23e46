//! Trying a deployment out: everything really runs, on copies, and nothing of it remains.

mod clone_tree;
mod departure;
mod diff;
mod observer;
mod rehearse;
mod report;
mod scenery;
mod scratch;
mod shadow;
mod stubs;

pub use departure::Departure;
pub use diff::TextDiff;
pub use observer::Watcher;
pub use rehearse::RehearseError;
pub use report::{
    FileDiff, Rehearsal, RehearsedArtifact, RehearsedFailure, RehearsedHook, RehearsedMessage,
    RehearsedOutput, RehearsedRefusal, StubbedRequest,
};
pub(crate) use scenery::Scenery;
pub use scenery::SceneryError;
pub use scratch::{Scratch, ScratchError};
pub use stubs::{InvalidStubs, StubLog, Stubs};
