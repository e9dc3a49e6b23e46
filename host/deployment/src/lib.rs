//! Deploys a package by convention.
//!
//! The flow is a straight line of values:
//!
//! 1. [`SettingsBuilder`] gathers options, variables and files and validates them: [`Settings`].
//! 2. [`plan`] reads the package, finds the hooks, asks policy, and touches nothing: [`Deployment`],
//!    with its [`Plan`] as data to print, to store, and to compare with one that was stored. [`begin`](begin())
//!    makes the same plan, and unpacks the package beside its place while it reads it.
//! 3. [`Deployment::run`] does what the plan says, once: [`Outcome`].
//!
//! [`Deployment::rehearse`] does the same on copies of everything that a deployment writes to, and
//! leaves nothing: [`Rehearsal`].
//!
//! Everything on the way is an [`Event`] that each [`Observer`] sees: console, journal, audit log.
//! Sensitive values are masked before.
//!
//! What is done, and in what order, stands in one table: [`CONVENTIONS`]. What can be configured, in
//! another: [`OPTIONS`]. Hooks run in a sandbox behind [`HookRunner`]; this crate parses no file that
//! came out of a package, and touches what hooks touched only beneath an open directory, following
//! no link.
//!
//! # What lies on the disk
//!
//! ```text
//! <root>/.cofferdam/lock             one deployment at a time
//! <root>/.cofferdam/journal.sqlite   every deployment, see `Journal`
//! <root>/.cofferdam/artifacts/<id>/  artifacts, unless they go elsewhere
//! <root>/.cofferdam/staging/<id>/    a package that is unpacked and not decided about yet
//! <root>[/<tenant>][/<environment>]/<package>/<version>[_N]
//! ```
//!
//! The journal says that a deployment runs before its folder is made, and says how it ended after
//! everything that it wrote is on the disk. Whatever happens in between, the next deployment to the
//! root reports it, and removes a folder that was not extracted completely, and what was unpacked by
//! a deployment that never began.

mod artifacts;
mod attest;
mod audit_observer;
mod begin;
mod changes;
mod contents;
mod convention;
mod derived;
mod event;
mod failure;
pub mod feature;
mod folder_digest;
mod folders;
mod free_space;
mod grant_use;
mod hook_runner;
pub mod journal;
mod lock;
mod mask_event;
mod nearest;
mod observer;
mod open_folder;
mod outcome;
mod plan;
mod purge_pattern;
mod rehearsal;
mod reporter;
mod result_file;
mod retention;
mod run;
mod services;
mod settings;
mod stage;
mod variable_digests;

pub use attest::wall_records;
pub use audit_observer::AuditObserver;
pub use begin::begin;
pub use changes::{Change, ChangeKind, EntryKind, Snapshot};
pub use convention::{BuiltIn, CONVENTIONS, Convention, ConventionKind, HookSource, ON_FAILURE};
pub use derived::DERIVED_VARIABLES;
pub use event::{Event, EventKind, HookName};
pub use failure::{Failure, RunError};
pub use folder_digest::{FolderDigestError, folder_digest};
pub use folders::{FolderError, ReleaseFolders, STATE_FOLDER, open_root, open_state_folder};
pub use free_space::free_space;
pub use hook_runner::{HookRunner, PreparedHook};
pub use journal::{Journal, JournalError};
pub use lock::{LockError, LockHolder, RootLock};
pub use observer::{Observer, ObserverError};
pub use outcome::{
    ArtifactRecord, ConventionReport, FailureReport, HookRun, Outcome, OutputRecord, Status,
};
pub use plan::{
    Deployment, Difference, PLAN_FORMAT, Plan, PlanError, PlanKey, PlanKeyError, PlannedAction,
    PlannedConvention, PlannedHook, PlannedInstallation, PlannedPackage, PlannedProvenance,
    PlannedSignature, PlannedWant, Refusals, RootFile, SavedPlan, SignatureStanding, Survey, plan,
    root_file, survey, survey_hook,
};
pub use rehearsal::{
    Departure, FileDiff, FolderComparison, InvalidStubs, LearnError, Lesson, Rehearsal,
    RehearseError, RehearsedArtifact, RehearsedFailure, RehearsedHook, RehearsedMessage,
    RehearsedOutput, RehearsedRefusal, ReproduceError, Reproduced, SceneryError, Scratch,
    ScratchError, StubLog, StubbedRequest, Stubs, TextDiff, Watcher, learn, recorded_policy,
};
pub use result_file::{RESULT_FORMAT, ResultFailure, ResultFile, UnusedGrant};
pub use retention::{RetentionError, Retired, apply as apply_retention, to_remove};
pub use services::{BuiltInHooks, NoBuiltInHooks, Services};
pub use settings::{
    CustomHook, CustomInstallation, DEFAULT_GRACE_PERIOD_MS, DEFAULT_LOCK_TIMEOUT_MS,
    DeploymentOption, HookModule, OPTIONS, OptionKind, RetentionRule, Settings, SettingsBuilder,
    SettingsError, SettingsFile, option,
};
pub use stage::{InvalidStage, PACKAGE_HOOK_STAGES, Stage};
