//! Trying a deployment out: everything really runs, on copies, and nothing of it remains.

mod clone_tree;
mod compare_records;
mod departure;
mod diff;
mod learn;
mod lesson;
mod observer;
mod rehearse;
mod report;
mod reproduce;
mod scenery;
mod scratch;
mod shadow;
mod stubs;

pub use departure::Departure;
pub use diff::TextDiff;
pub use learn::{LearnError, learn};
pub use lesson::Lesson;
pub use observer::Watcher;
pub use rehearse::RehearseError;
pub use report::{
    FileDiff, Rehearsal, RehearsedArtifact, RehearsedFailure, RehearsedHook, RehearsedMessage,
    RehearsedOutput, RehearsedRefusal, StubbedRequest,
};
pub use reproduce::{FolderComparison, ReproduceError, Reproduced, recorded_policy};
pub(crate) use scenery::Scenery;
pub use scenery::SceneryError;
pub use scratch::{Scratch, ScratchError};
pub use stubs::{InvalidStubs, StubLog, Stubs};
