//! From what the engine returned to how the hook ended.

use cofferdam_capability::LimitName;
use cofferdam_worker_protocol::Ending;
use wasmtime::component::ResourceTableError;
use wasmtime::{Error, Trap, WasmBacktrace};
use wasmtime_wasi::I32Exit;

use super::meter::Meter;
use super::stop::{CodeUnusable, LimitReached};

/// How many functions of a back trace are named.
const MAX_FRAMES: usize = 5;

/// The longest message about a trap, in bytes; a function's name can be of any length.
const MAX_MESSAGE_BYTES: usize = 4096;

/// How a run ended.
pub(super) fn of_result(result: Result<i32, Error>, meter: &Meter) -> Ending {
    match result {
        Ok(code) => Ending::Exit(code),
        Err(error) => match (of_error(&error), meter.refused()) {
            // The program did not survive the allocation that it was refused.
            (Ending::Trap(_), Some(limit)) => Ending::Limit(limit),
            (ending, _) => ending,
        },
    }
}

/// What an error of the engine says about the hook.
pub(super) fn of_error(error: &Error) -> Ending {
    if let Some(exit) = error.downcast_ref::<I32Exit>() {
        return Ending::Exit(exit.0);
    }
    if let Some(LimitReached(limit)) = error.downcast_ref::<LimitReached>() {
        return Ending::Limit(*limit);
    }
    if let Some(CodeUnusable(why)) = error.downcast_ref::<CodeUnusable>() {
        return Ending::CodeUnusable(bounded(why.clone()));
    }
    if let Some(Trap::StackOverflow) = error.downcast_ref::<Trap>() {
        return Ending::Limit(LimitName::Stack);
    }
    // Streams, pollables and directory listings are descriptors of a kind.
    if let Some(ResourceTableError::Full) = error.downcast_ref::<ResourceTableError>() {
        return Ending::Limit(LimitName::OpenFiles);
    }
    let message = error.root_cause().to_string();
    // The engine has no type for it: "resource limit exceeded: instance count too high at 201".
    if message.starts_with("resource limit exceeded") {
        return Ending::Limit(LimitName::Instances);
    }
    Ending::Trap(bounded(message + &functions(error)))
}

/// The functions that were running: ` in f, called by g`.
fn functions(error: &Error) -> String {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return String::new() };
    let names: Vec<&str> =
        trace.frames().iter().filter_map(|frame| frame.func_name()).take(MAX_FRAMES).collect();
    if names.is_empty() { String::new() } else { format!(" in {}", names.join(", called by ")) }
}

fn bounded(mut message: String) -> String {
    if message.len() > MAX_MESSAGE_BYTES {
        let end = (0..=MAX_MESSAGE_BYTES).rev().find(|end| message.is_char_boundary(*end));
        message.truncate(end.unwrap_or(0));
    }
    message
}
