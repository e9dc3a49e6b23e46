//! What supervisor and worker say to each other.
//!
//! One byte stream each way. Frames are a length (32 bits, little endian) and a postcard value.
//! The supervisor trusts nothing that comes from a worker: frames are bounded before memory is
//! taken for them, every value is checked by its type, and what cannot be decoded ends the worker.

#[cfg(not(unix))]
mod connection_pipes;
#[cfg(unix)]
mod connection_unix;
mod frame;
mod from_worker;
mod to_worker;

#[cfg(not(unix))]
pub(crate) use connection_pipes::{Arrival, Connection};
#[cfg(unix)]
pub(crate) use connection_unix::{Arrival, Connection};
pub(crate) use frame::{FrameBuffer, FrameError, encode};
pub(crate) use from_worker::{Counters, Ending, FromWorker, HttpHead, Level, Refusal, TaskFailure};
pub(crate) use to_worker::{
    HttpAnswer, MAX_TO_WORKER_FRAME_BYTES, PreopenPlan, RunTask, Setup, Task, ToWorker,
};

/// The version of the protocol. Both ends are the same program, so that any other version is a
/// mistake: an old program file that was replaced while it ran.
pub(crate) const PROTOCOL_VERSION: u16 = 2;

/// The largest frame that a worker may send: a chunk of compiled code, a printed block, an output
/// variable, the head of an HTTP request. Anything larger is refused before it is read.
pub(crate) const MAX_FROM_WORKER_FRAME_BYTES: usize = 4 * 1024 * 1024;

/// The most refusals that a worker reports; more from it is a broken worker.
pub(crate) const MAX_REFUSALS: u32 = 100;

/// How much of a large thing (module, compiled code, body of an HTTP message) travels in one frame: large enough that the
/// cost of a frame does not matter, small enough that neither side holds much.
pub(crate) const CHUNK_BYTES: usize = 256 * 1024;

/// Decodes what a worker sent, as the supervisor does. For fuzzing: must not panic, whatever the
/// bytes are, and what was decoded is the same after it was encoded.
#[doc(hidden)]
#[expect(clippy::panic, reason = "a broken promise is told to the fuzzer by panicking")]
pub fn fuzz_decode_from_worker(bytes: &[u8]) {
    let mut buffer = FrameBuffer::new(MAX_FROM_WORKER_FRAME_BYTES);
    buffer.extend(bytes);
    while let Ok(Some(message)) = buffer.next::<FromWorker>() {
        let mut again = FrameBuffer::new(MAX_FROM_WORKER_FRAME_BYTES);
        match encode(&message, MAX_FROM_WORKER_FRAME_BYTES) {
            Ok(frame) => again.extend(&frame),
            Err(error) => panic!("{message:?} cannot be encoded: {error}"),
        }
        assert_eq!(again.next::<FromWorker>(), Ok(Some(message)));
    }
}
