//! Inspecting and compiling, behind the walls and without a single file.

use super::channel::{Channel, ChannelError};
use super::entry::{left_out, raise_walls, receive_module};
use crate::engine;
use crate::inspect;
use crate::lockdown::{Purpose, ResourcePlan, WallPlan};

use cofferdam_capability::LimitName;
use cofferdam_worker_protocol::{CHUNK_BYTES, FromWorker, Setup, TaskFailure};

/// The descriptors a compiling worker needs: channel, and what threads open for a moment.
const DESCRIPTORS: u64 = 16;

/// Says what a module is.
pub(super) fn inspect(channel: &mut Channel, setup: &Setup, size: u64) -> Result<(), ChannelError> {
    if confine(channel, setup)?.is_none() {
        return Ok(());
    }
    let module = receive_module(channel, size)?;
    let answer = match describe(&module) {
        Ok((description, _)) => {
            channel.outbox().send(&description)?;
            FromWorker::Done
        }
        Err(failure) => FromWorker::Failed(failure),
    };
    channel.outbox().send(&answer)
}

/// Says what a module is, and compiles it when it can be run.
pub(super) fn compile(channel: &mut Channel, setup: &Setup, size: u64) -> Result<(), ChannelError> {
    if confine(channel, setup)?.is_none() {
        return Ok(());
    }
    let module = receive_module(channel, size)?;
    let (description, binary) = match describe(&module) {
        Ok(described) => described,
        Err(failure) => return channel.outbox().send(&FromWorker::Failed(failure)),
    };
    let runnable = is_runnable(&description);
    channel.outbox().send(&description)?;
    // What cannot be run is not compiled; the supervisor makes the error of the description.
    if runnable {
        match native_code(&binary) {
            Ok(code) => {
                for part in code.chunks(CHUNK_BYTES) {
                    channel.outbox().send(&FromWorker::Code(part.to_vec()))?;
                }
            }
            Err(error) => {
                let failure = TaskFailure::Invalid(format!("{error:#}"));
                return channel.outbox().send(&FromWorker::Failed(failure));
            }
        }
    }
    channel.outbox().send(&FromWorker::Done)
}

/// Puts up the walls: the root directory is empty, and no folder stays in reach.
fn confine(channel: &mut Channel, setup: &Setup) -> Result<Option<()>, ChannelError> {
    let root = channel.take_files().pop();
    let plan = WallPlan {
        purpose: Purpose::Compile,
        user: setup.user,
        root: root.as_ref(),
        has_ways_out: false,
        folders: Vec::new(),
        code: None,
        resources: resources(setup),
        left_out: left_out(setup),
    };
    raise_walls(channel, &plan)
}

fn describe(module: &[u8]) -> Result<(FromWorker, std::borrow::Cow<'_, [u8]>), TaskFailure> {
    let binary = inspect::to_binary(module)?;
    let inspect::Description { kind, imports, manifest } =
        inspect::describe(&binary, engine::accepted_features())?;
    Ok((FromWorker::Module { kind, imports, manifest }, binary))
}

fn is_runnable(description: &FromWorker) -> bool {
    use crate::ModuleKind::{Component02, Preview1Module};

    matches!(
        description,
        FromWorker::Module { kind: Some(Preview1Module | Component02), imports, .. }
            if imports.iter().all(|import| import.ability.is_some())
    )
}

fn native_code(binary: &[u8]) -> wasmtime::Result<Vec<u8>> {
    let engine = engine::compiler()?;
    if inspect::is_component(binary) {
        engine.precompile_component(binary)
    } else {
        engine.precompile_module(binary)
    }
}

fn resources(setup: &Setup) -> ResourcePlan {
    let processors = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    ResourcePlan {
        // The supervisor's clock is the limit; this is behind it, for all threads together.
        cpu_ms: setup.limits.get(LimitName::CompileTime).saturating_mul(processors),
        file_bytes: 0,
        descriptors: DESCRIPTORS,
        address_space_bytes: setup.limits.get(LimitName::CompileMemory),
        writable_memory_bytes: None,
        threads: true,
    }
}
