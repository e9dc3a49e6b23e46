//! What WASI shows a hook: folders, environment, streams, clocks, random numbers.

use std::fs::File;

use cofferdam_capability::{Access, LimitName, Limits};
use cofferdam_worker_protocol::{PreopenPlan, RunTask};
use wasmtime_wasi::{FsPerms, WasiCtxBuilder};

use super::clock::Clock;
use super::random;
use super::stdio::Printer;
use crate::OutputStream;
use crate::worker::channel::Outbox;

/// The most random bytes in one call. Programs ask for a seed, not for a file.
const MAX_RANDOM_BYTES: u64 = 1024 * 1024;

/// Makes the context. Called before the walls are up, with nothing of the hook's.
///
/// # Errors
/// When a folder cannot be opened.
pub(super) fn context(
    task: &RunTask,
    folders: &[File],
    outbox: &Outbox,
) -> wasmtime::Result<WasiCtxBuilder> {
    let mut builder = WasiCtxBuilder::new();
    builder
        .args(&task.arguments)
        .envs(&task.environment)
        .initial_cwd("/")
        .stdout(Printer::new(OutputStream::Stdout, outbox.clone()))
        .stderr(Printer::new(OutputStream::Stderr, outbox.clone()))
        .wall_clock(Clock::new(task.clock, outbox.clone()))
        .monotonic_clock(Clock::new(task.clock, outbox.clone()))
        .secure_random(random::generator(task.random, outbox))
        .insecure_random(random::generator(task.random, outbox))
        .insecure_random_seed(random::seed(task.random))
        .max_random_size(MAX_RANDOM_BYTES)
        // The process is there for this one hook: it may block, and the supervisor ends it.
        .allow_blocking_current_thread(true);
    for (index, plan) in task.preopens.iter().enumerate() {
        let permissions = match plan.access {
            Access::ReadOnly => FsPerms::ReadOnly,
            Access::ReadWrite => FsPerms::ReadWrite,
        };
        preopen(&mut builder, folders.get(index), plan, permissions)?;
    }
    Ok(builder)
}

/// The context of a hook that sees the machine's root instead of its enclosure. Called after the
/// walls are up, so that the root is what they leave of it.
///
/// # Errors
/// When the root cannot be opened.
#[cfg(feature = "test-switches")]
pub(super) fn machine_root(task: &RunTask, outbox: &Outbox) -> wasmtime::Result<WasiCtxBuilder> {
    let mut builder = context(&RunTask { preopens: Vec::new(), ..task.clone() }, &[], outbox)?;
    builder.preopened_dir("/", "/", FsPerms::ReadWrite)?;
    Ok(builder)
}

/// The engine takes paths only, so that the open folder becomes the current one. Which one it is
/// in the end does not matter: nothing in a worker uses relative paths.
#[cfg(unix)]
fn preopen(
    builder: &mut WasiCtxBuilder,
    folder: Option<&File>,
    plan: &PreopenPlan,
    permissions: FsPerms,
) -> wasmtime::Result<()> {
    let folder = folder.ok_or_else(|| wasmtime::format_err!("a folder is missing"))?;
    rustix::process::fchdir(folder)?;
    builder.preopened_dir(".", &plan.guest, permissions)?;
    Ok(())
}

#[cfg(not(unix))]
fn preopen(
    builder: &mut WasiCtxBuilder,
    _folder: Option<&File>,
    plan: &PreopenPlan,
    permissions: FsPerms,
) -> wasmtime::Result<()> {
    if let Some(path) = &plan.path {
        builder.preopened_dir(path, &plan.guest, permissions)?;
    }
    Ok(())
}

/// How many handles there may be for every descriptor: streams, and what waits for them.
const HANDLES_PER_DESCRIPTOR: usize = 8;

/// Handles that every hook has: standard streams, folders, what a runtime makes at its start.
const OWN_HANDLES: usize = 64;

/// The capacity of a hook's table of handles.
pub(super) fn handle_capacity(limits: &Limits) -> usize {
    usize::try_from(limits.get(LimitName::OpenFiles))
        .unwrap_or(usize::MAX)
        .saturating_mul(HANDLES_PER_DESCRIPTOR)
        .saturating_add(OWN_HANDLES)
}

/// The most bytes that the host copies for one call of a component: paths, lists, strings. Files are
/// read and written in smaller pieces.
pub(super) const HOST_COPY_BYTES: usize = 1024 * 1024;

/// The most bytes that one call of a preview 1 module may name.
///
/// Preview 1 counts the whole buffer of a read or a write, although files are read and written in
/// place. A program may hand over all that it has at once, and its memory is limited.
pub(super) fn preview1_buffer_bytes(limits: &Limits) -> usize {
    usize::try_from(limits.get(LimitName::Memory)).unwrap_or(usize::MAX).max(HOST_COPY_BYTES)
}
