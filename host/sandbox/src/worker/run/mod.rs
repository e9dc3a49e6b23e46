//! Running one hook.

use cofferdam_worker_protocol::{Counters, Ending, FromWorker, RunTask, Setup, Task, TaskFailure};

mod clock;
mod component;
mod disk;
mod door;
mod ending;
mod hook_api;
mod http;
mod meter;
mod preview1;
mod preview1_calls;
mod preview1_counted;
mod random;
mod refusals;
mod sockets;
mod stdio;
mod stop;
mod streams;
mod uses;
mod wasi;
mod wasi_environment;
mod wasi_filesystem;

use std::fs::File;

use cofferdam_capability::LimitName;
use wasmtime::Engine;

use self::disk::Disk;
use self::door::Door;
use super::channel::{Channel, ChannelError, Outbox};
use super::entry::{left_out, raise_walls};
use crate::lockdown::{self, Purpose, ResourcePlan, WallPlan};

/// Descriptors of the worker itself: channel twice, standard streams, and what opening a file
/// deep in a folder takes for a moment where the kernel cannot do it in one call.
const OWN_DESCRIPTORS: u64 = 32;

/// The largest file that a hook may find in its folder and append to. The kernel's limit is on
/// the size of a file and not on what is written; what is written is counted by the worker.
const LARGEST_EXISTING_FILE_BYTES: u64 = 16 * 1024 * 1024 * 1024;

/// What the worker itself takes besides the hook's memory: code while it is loaded, stacks, buffers.
const OWN_MEMORY_BYTES: u64 = 512 * 1024 * 1024;

/// The memory of the process: once for the hook, and once for copies that a call may need. The
/// engine counts exactly, and this is behind it.
fn writable_memory_bytes(limits: &cofferdam_capability::Limits) -> u64 {
    limits.get(LimitName::Memory).saturating_mul(2).saturating_add(OWN_MEMORY_BYTES)
}

/// What the engine reserves for one memory, guards included: all that 32 bits can name, so that code needs
/// no checks.
const RESERVED_PER_MEMORY_BYTES: u64 = 5 << 30;

/// Address space for everything else: program, compiled code, stacks, the heap of collected objects.
const OWN_ADDRESS_SPACE_BYTES: u64 = 16 << 30;

/// The address space of the process: for as many memories as the hook may have. The kernel takes a
/// five-hundredth of what is touched of it for its tables, which no other limit counts.
fn address_space_bytes(limits: &cofferdam_capability::Limits) -> u64 {
    limits
        .get(LimitName::Instances)
        .saturating_mul(RESERVED_PER_MEMORY_BYTES)
        .saturating_add(limits.get(LimitName::Memory))
        .saturating_add(OWN_ADDRESS_SPACE_BYTES)
}

/// Runs the hook of the task, behind walls, and reports how it ended.
pub(super) fn run(mut channel: Channel, setup: Setup) -> Result<(), ChannelError> {
    let outbox = channel.outbox().clone();
    match prepare(&mut channel, setup) {
        Ok(Some((hook, code))) => {
            let (ending, counters) = hook.run(code, channel);
            outbox.send(&FromWorker::Ended { ending, counters })
        }
        Ok(None) => Ok(()),
        Err(Failure::Channel(error)) => Err(error),
        Err(Failure::Task(failure)) => outbox.send(&FromWorker::Failed(failure)),
    }
}

/// Everything that is ready when the walls are up.
struct Hook {
    component: bool,
    /// How many folders it sees.
    folders: usize,
    door: Option<Door>,
    /// What the times of files are shown as, when not as they are.
    file_time: Option<std::time::Duration>,
    engine: Engine,
    wasi: wasmtime_wasi::WasiCtxBuilder,
    disk: std::sync::Arc<Disk>,
    setup: Setup,
    outbox: Outbox,
}

enum Failure {
    Channel(ChannelError),
    Task(TaskFailure),
}

impl From<ChannelError> for Failure {
    fn from(error: ChannelError) -> Self {
        Self::Channel(error)
    }
}

fn setup_failed(doing: &str, why: impl std::fmt::Display) -> Failure {
    Failure::Task(TaskFailure::Setup(format!("cannot {doing}: {why}")))
}

fn prepare(channel: &mut Channel, setup: Setup) -> Result<Option<(Hook, File)>, Failure> {
    let Task::Run(task) = &setup.task else { return Err(ChannelError::Unexpected.into()) };
    let (code, mut folders) =
        files(channel, task).map_err(|e| setup_failed("open the folders", e))?;
    let left_out = left_out(&setup);
    let has_ways_out = left_out.own_root || !cut_off_folders(&mut folders);
    let outbox = channel.outbox().clone();
    let limits = &setup.limits;
    let disk = std::sync::Arc::new(Disk::new(limits));
    let wasi = wasi::context(task, &folders, &outbox)
        .map_err(|e| setup_failed("open the enclosure", format!("{e:#}")))?;
    let resources = ResourcePlan {
        cpu_ms: limits.get(LimitName::CpuTime),
        file_bytes: limits.get(LimitName::WrittenBytes).saturating_add(LARGEST_EXISTING_FILE_BYTES),
        descriptors: limits
            .get(LimitName::OpenFiles)
            .saturating_add(folders.len() as u64 + OWN_DESCRIPTORS),
        address_space_bytes: address_space_bytes(limits),
        writable_memory_bytes: Some(writable_memory_bytes(limits)),
        threads: false,
    };
    let component = task.component;
    let door = if component { Door::open(folders.first()) } else { None };
    let plan = WallPlan {
        purpose: Purpose::Run,
        user: setup.user,
        root: folders.first(),
        has_ways_out,
        folders: folders.iter().zip(&task.preopens).map(|(f, p)| (f, p.access)).collect(),
        code: Some(&code),
        resources,
        left_out,
    };
    if raise_walls(channel, &plan)?.is_none() {
        return Ok(None);
    }
    #[cfg(feature = "test-switches")]
    let wasi = if setup.test_switches.without_path_checks {
        wasi::machine_root(task, &outbox)
            .map_err(|e| setup_failed("open the machine's root", format!("{e:#}")))?
    } else {
        wasi
    };
    let engine = crate::engine::runner(limits)
        .map_err(|e| setup_failed("set up the engine", format!("{e:#}")))?;
    let folders = task.preopens.len();
    let file_time = clock::shown_file_time(task.clock);
    let hook = Hook { component, folders, door, file_time, engine, wasi, disk, setup, outbox };
    Ok(Some((hook, code)))
}

/// The compiled code and the folders, which came with the task. Where descriptors cannot be passed
/// the code is opened by its path, and the folders are by whoever needs them.
fn files(channel: &mut Channel, task: &RunTask) -> std::io::Result<(File, Vec<File>)> {
    let mut files = channel.take_files();
    if let Some(path) = &task.code_path {
        return Ok((File::open(path)?, Vec::new()));
    }
    if files.len() != task.preopens.len() + 1 {
        return Err(std::io::Error::other("a descriptor is missing"));
    }
    let folders = files.split_off(1);
    match files.pop() {
        Some(code) => Ok((code, folders)),
        None => Err(std::io::Error::other("a descriptor is missing")),
    }
}

/// Cuts folders off from what is above them, where the hook sees more than its enclosure. Returns
/// whether none is left from which `..` leads anywhere.
///
/// The enclosure as well: it is the root, and a folder in it that is moved out through a wider folder
/// would otherwise be beside the root, with everything above it in reach.
fn cut_off_folders(folders: &mut Vec<File>) -> bool {
    if folders.len() <= 1 {
        return true;
    }
    match lockdown::cut_off(folders) {
        Some(cut_off) => {
            *folders = cut_off;
            true
        }
        None => false,
    }
}

impl Hook {
    fn run(self, code: File, channel: Channel) -> (Ending, Counters) {
        #[cfg(target_os = "linux")]
        if let Task::Run(task) = &self.setup.task
            && let Some(probe) = task.probe.clone()
        {
            return (self.probe(&probe), Counters::default());
        }
        // One thread, no reactor: only sleeping needs the runtime.
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
            Ok(runtime) => runtime,
            Err(error) => return (ending::of_error(&error.into()), Counters::default()),
        };
        runtime.block_on(async {
            if self.component {
                component::run(self, code, channel).await
            } else {
                preview1::run(self, code).await
            }
        })
    }

    /// Carries out a probe where the hook would run: sealed, as it would be.
    #[cfg(target_os = "linux")]
    fn probe(mut self, probe: &crate::Probe) -> Ending {
        drop(self.door.take());
        #[cfg(feature = "test-switches")]
        let sealed = !self.setup.test_switches.without_seal;
        #[cfg(not(feature = "test-switches"))]
        let sealed = true;
        if sealed && let Err(error) = lockdown::seal() {
            return ending::of_error(&error.into());
        }
        super::probe::carry_out(probe, &self.outbox)
    }
}

/// Loads what was compiled, and then lets no memory become executable any more.
fn load_and_seal<T>(load: impl FnOnce() -> wasmtime::Result<T>) -> wasmtime::Result<T> {
    let loaded = load().map_err(|error| stop::CodeUnusable(format!("{error:#}")))?;
    lockdown::seal()?;
    Ok(loaded)
}
