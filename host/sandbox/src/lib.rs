//! Run one WebAssembly command under exactly the capabilities it was granted, behind two walls.
//!
//! A *hook* is a WASI command: a preview 1 module or a WASI 0.2 component. It runs in a process of
//! its own, a *worker*, which before it sees a byte of the hook gives up everything it does not
//! need. So two things hold a hostile hook, and a hole in one of them is not enough:
//!
//! 1. **WebAssembly**: no import, no ability. One folder, the variables that were granted, no
//!    network, no processes; a clock and random numbers as granted.
//! 2. **The operating system** (Linux): Landlock leaves the worker its folder and nothing else of
//!    the file system and the network; the folder is its root directory, so that nothing else even
//!    has a path; a system call filter kills it for every call that is not on
//!    a short list; it has no capabilities, no environment, no descriptors but its channel and its
//!    folders, and cannot gain privileges. Other systems have no such wall, and [`Walls`] says so.
//!
//! Compiling and even parsing happen in such a worker too. The supervising process never holds a
//! parsed hook, and does not believe its workers: see [`HookError::Protocol`].
//!
//! # Use
//!
//! The program's `main` lets the process become a worker first:
//!
//! ```no_run
//! use cofferdam_capability::{Grant, GrantTerms, Limits};
//! use cofferdam_sandbox::{Enclosure, HookEvent, Inputs, ModuleSource, Sandbox, SandboxSettings};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     cofferdam_sandbox::run_if_worker();
//!
//!     let sandbox = Sandbox::new(SandboxSettings::new("/var/cache/cofferdam/code"))?;
//!     let bytes = std::fs::read("hook.wasm")?;
//!     let source = ModuleSource { name: "hook.wasm", bytes: &bytes };
//!     let module = sandbox.prepare(&source, &Limits::default())?;
//!
//!     let enclosure = Enclosure::open("/srv/app/1.2.3")?;
//!     // Policy makes grants; this is the narrowest there is.
//!     let grant = Grant::issue(GrantTerms::default(), Vec::new());
//!     let report = sandbox.run(&module, &enclosure, &grant, Inputs::default(), &mut |event| {
//!         if let HookEvent::Line { text, .. } = event {
//!             println!("{text}");
//!         }
//!     })?;
//!     println!("{} ms behind: {}", report.wall_ms, report.walls);
//!     Ok(())
//! }
//! ```
//!
//! # Limits
//!
//! Each limit of [`cofferdam_capability::LIMITS`] ends the hook with [`HookError::Limit`] (or
//! [`PrepareError::Limit`]), which names it. Time is kept by the supervisor, whose kill works in a
//! loop, in a host call and in a sleep alike. What a hook writes is counted before it is written.
//! Memory that is refused is no error by itself: only a hook that cannot live without it ends.
//! `artifact-size` is left to whoever copies the artifact.
//!
//! # HTTP
//!
//! A component that imports `wasi:http/outgoing-handler` can ask for requests. They go to the
//! supervisor, one at a time, each whole; what the grant does not cover is denied there, the rest is
//! handed to the caller's [`HttpBroker`] (the crate `cofferdam-http` has one). A worker never has a
//! socket. Redirects are the hook's to follow, with a request of its own.
//!
//! # Users
//!
//! Started as root, a worker keeps two capabilities (`DAC_OVERRIDE`, `FOWNER`), with which it can
//! change files in its enclosure that belong to others. With [`SandboxSettings::worker_user`] it
//! becomes that user and keeps none. Then that user must be able to read, write and search the
//! enclosure and what is in it. Its parents do not matter: the folder is handed over open.
//!
//! # What a hook says
//!
//! Lines, log messages, output variables, artifacts and progress come as [`HookEvent`]s in the
//! order in which the hook did them, whether printed as service messages or said through the typed
//! interface `cofferdam:hook`. Texts are bounded and valid UTF-8, and not to be trusted otherwise.
//!
//! # Compiled code
//!
//! Compiled once and kept in [`SandboxSettings::cache_dir`], each entry with a MAC over engine,
//! module, facts and code; it is verified whenever it is used. An entry that does not verify is
//! removed and compiled again; a folder that others may write is an error.
//!
//! # Not here
//!
//! TCP and host actions are refused to every hook; preview 1 modules have no HTTP, because preview 1
//! has none.

mod cache;
mod cancel;
mod connection;
mod digest;
mod enclosure;
mod engine;
mod error;
mod event;
mod http;
mod inputs;
mod inspect;
mod lockdown;
mod module;
mod probe;
mod report;
mod sandbox;
mod settings;
mod supervisor;
mod worker;

pub use cancel::CancelToken;
#[cfg(feature = "test-switches")]
pub use cofferdam_worker_protocol::TestSwitches;
pub use cofferdam_worker_protocol::{
    DeploymentFacts, HookVariable, HttpFailureKind, Import, ImportedAbility, LogLevel, ModuleKind,
    Probe, ProbeMemory, ProbeTarget, RequiredWalls, UserIds, WallState, Walls,
};
pub use digest::{Digest, InvalidDigest};
pub use enclosure::{Enclosure, EnclosureError};
pub use engine::EngineFacts;
pub use error::{CacheError, HookError, PrepareError, SandboxError};
pub use event::{HookEvent, OutputStream};
pub use http::{HttpBounds, HttpBroker, HttpFailure, HttpRequest, HttpResponse};
pub use inputs::{Inputs, StandIn};
pub use module::{Module, ModuleFacts, ModuleSource};
pub use probe::{ProbeOutcome, ProbeReport, probe_names};
pub use report::{HookReport, HttpExchange};
pub use sandbox::Sandbox;
pub use settings::SandboxSettings;
pub use worker::run_if_worker;
