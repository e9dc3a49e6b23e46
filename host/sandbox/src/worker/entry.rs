//! Becoming a worker.

use std::process;

use cofferdam_worker_protocol::{FromWorker, PROTOCOL_VERSION, Setup, Task, TaskFailure, ToWorker};

use super::channel::{Channel, ChannelError};
use super::{compile, run};
use crate::lockdown::{LeftOut, WallPlan};

/// The argument that makes a program a worker. No user types it by accident.
pub(crate) const WORKER_ARGUMENT: &str = "--cofferdam-sandbox-worker";

/// The second argument of a worker that leaves descriptors open. It is too late when it learns of
/// the other switches.
#[cfg(feature = "test-switches")]
pub(crate) const KEEP_DESCRIPTORS_ARGUMENT: &str = "--keep-descriptors";

/// The exit code of a worker that cannot even tell what is wrong. Chosen to be no shell's.
const BROKEN_CHANNEL_EXIT_CODE: i32 = 86;

/// Turns the process into a worker when it was started as one; otherwise returns.
///
/// The first thing in a program's `main`: before arguments are read, threads started or files
/// opened. A worker never returns from here.
pub fn run_if_worker() {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().is_some_and(|first| first == WORKER_ARGUMENT) {
        let close = match arguments.next() {
            None => true,
            #[cfg(feature = "test-switches")]
            Some(second) if second == KEEP_DESCRIPTORS_ARGUMENT => false,
            Some(_) => return,
        };
        // The supervisor knows from the last message how it went; the exit code says only whether
        // there was one.
        let code = match work(close) {
            Ok(()) => 0,
            Err(error) => {
                eprintln!("{error}");
                BROKEN_CHANNEL_EXIT_CODE
            }
        };
        process::exit(code);
    }
}

fn work(close_inherited: bool) -> Result<(), ChannelError> {
    if close_inherited {
        crate::lockdown::close_inherited().map_err(std::io::Error::other)?;
    }
    crate::lockdown::leave_session();
    let mut channel = Channel::open()?;
    let setup = channel.receive_setup()?;
    if setup.protocol != PROTOCOL_VERSION {
        let message = format!("the worker speaks protocol {PROTOCOL_VERSION}");
        return channel.outbox().send(&FromWorker::Failed(TaskFailure::Setup(message)));
    }
    let setup = *setup;
    match &setup.task {
        Task::Inspect { size } => compile::inspect(&mut channel, &setup, *size),
        Task::Compile { size } => compile::compile(&mut channel, &setup, *size),
        Task::Run(_) => run::run(channel, setup),
    }
}

/// What both kinds of worker begin with: the walls, and the report of them. `None` when they
/// could not be put up; the supervisor was told.
pub(super) fn raise_walls(
    channel: &Channel,
    plan: &WallPlan<'_>,
) -> Result<Option<()>, ChannelError> {
    match crate::lockdown::raise(plan) {
        Ok(walls) => {
            channel.outbox().send(&FromWorker::Ready { protocol: PROTOCOL_VERSION, walls })?;
            Ok(Some(()))
        }
        Err(error) => {
            let failure = TaskFailure::Setup(error.to_string());
            channel.outbox().send(&FromWorker::Failed(failure))?;
            Ok(None)
        }
    }
}

/// The walls that a test wants left out.
pub(super) fn left_out(setup: &Setup) -> LeftOut {
    #[cfg(feature = "test-switches")]
    return LeftOut {
        own_root: setup.test_switches.without_own_root,
        landlock: setup.test_switches.without_landlock,
        system_calls: setup.test_switches.without_seccomp,
    };
    #[cfg(not(feature = "test-switches"))]
    {
        let _ = setup;
        LeftOut::default()
    }
}

/// Receives the module that the supervisor sends after the walls are up.
pub(super) fn receive_module(channel: &mut Channel, size: u64) -> Result<Vec<u8>, ChannelError> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let mut module = Vec::new();
    while module.len() < size {
        match channel.receive()? {
            ToWorker::Module(part) if !part.is_empty() => module.extend_from_slice(&part),
            _ => return Err(ChannelError::Unexpected),
        }
    }
    Ok(module)
}
