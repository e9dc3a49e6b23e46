//! What supervisor and worker say to each other, and how what a hook prints is read.
//!
//! Everything here decodes what may come from an enemy: a worker whose hook broke out of WebAssembly
//! writes what it likes to the channel, and any hook prints what it likes. So this is a crate of its
//! own, without the engine: small enough to be read in one sitting, and fuzzed on every change.
//!
//! # Messages
//!
//! One byte stream each way. Frames are a length (32 bits, little endian) and a
//! [postcard](https://postcard.jamesmunns.com) value: [`ToWorker`] and [`FromWorker`]. The supervisor
//! trusts nothing that comes from a worker: [`FrameBuffer`] bounds a frame before memory is taken for
//! it, every value is checked by its type, and what cannot be decoded ends the worker. What a message
//! means, and whether it has its place then, is the supervisor's to say (`cofferdam-sandbox`).
//!
//! ```
//! use cofferdam_worker_protocol::{FrameBuffer, FromWorker, MAX_FROM_WORKER_FRAME_BYTES, encode};
//!
//! let frame = encode(&FromWorker::Stdout(b"hello\n".to_vec()), MAX_FROM_WORKER_FRAME_BYTES)?;
//! let mut arrived = FrameBuffer::new(MAX_FROM_WORKER_FRAME_BYTES);
//! arrived.extend(&frame[..3]);
//! assert_eq!(arrived.take::<FromWorker>()?, None);
//! arrived.extend(&frame[3..]);
//! assert!(matches!(arrived.take()?, Some(FromWorker::Stdout(_))));
//! # Ok::<(), cofferdam_worker_protocol::FrameError>(())
//! ```
//!
//! # What is printed
//!
//! [`StdoutReader`] and [`LineReader`] cut a stream into lines and [service
//! messages](ServiceMessage), in memory that is bounded whatever is printed.

mod frame;
mod from_worker;
mod given;
mod http_failure;
mod import;
mod log_level;
mod printed;
mod probe;
mod service_message;
#[cfg(feature = "test-switches")]
mod test_switches;
mod to_worker;
mod walls;

pub use frame::{FrameBuffer, FrameError, encode};
pub use from_worker::{Counters, Ending, FromWorker, HttpHead, Refusal, TaskFailure};
pub use given::{DeploymentFacts, HookVariable};
pub use http_failure::HttpFailureKind;
pub use import::{Import, ImportedAbility, ModuleKind};
pub use log_level::LogLevel;
pub use printed::{Found, LineReader, StdoutReader};
pub use probe::{Probe, ProbeMemory, ProbeTarget};
pub use service_message::ServiceMessage;
#[cfg(feature = "test-switches")]
pub use test_switches::TestSwitches;
pub use to_worker::{HttpAnswer, PreopenPlan, RunTask, Setup, Task, ToWorker};
pub use walls::{RequiredWalls, UserIds, WallState, Walls};

/// The version of the protocol. Both ends are the same program, so that any other version is a
/// mistake: an old program file that was replaced while it ran.
pub const PROTOCOL_VERSION: u16 = 2;

/// The largest frame that a worker may send: a chunk of compiled code, a printed block, an output
/// variable, the head of an HTTP request. Anything larger is refused before it is read.
pub const MAX_FROM_WORKER_FRAME_BYTES: usize = 4 * 1024 * 1024;

/// The largest frame to a worker. The supervisor makes them itself, of variables mostly.
pub const MAX_TO_WORKER_FRAME_BYTES: usize = 64 * 1024 * 1024;

/// The most refusals that a worker reports; more from it is a broken worker.
pub const MAX_REFUSALS: u32 = 100;

/// How much of a large thing (module, compiled code, body of an HTTP message) travels in one frame:
/// large enough that the cost of a frame does not matter, small enough that neither side holds much.
pub const CHUNK_BYTES: usize = 256 * 1024;
