//! Inspecting and compiling: one worker that is handed a module and hands back what it is.

use std::collections::BTreeSet;
use std::fs::File;
use std::time::{Duration, Instant};

use cofferdam_capability::{LimitName, Limits};
use cofferdam_worker_protocol::{
    CHUNK_BYTES, FromWorker, PROTOCOL_VERSION, Setup, Task, TaskFailure, ToWorker,
};

use super::empty_root::empty_root;
use super::process::{Received, WorkerProcess};
use crate::{Digest, Import, ModuleFacts, ModuleKind, ModuleSource, PrepareError, SandboxSettings};

/// The largest compiled code, as a multiple of the largest module, and a floor under it. Measured:
/// three times as large as WebAssembly.
const CODE_BYTES_PER_MODULE_BYTE: u64 = 16;
const MIN_CODE_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// What is wanted of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// What the module is.
    Facts,
    /// That, and native code for it.
    Code,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// What the module is; without an entry point there is no kind, and so no facts.
    pub(crate) facts: ModuleFacts,
    /// The compiled code, when it was wanted.
    pub(crate) code: Vec<u8>,
}

/// Has a module inspected, or compiled.
pub(crate) fn prepare(
    settings: &SandboxSettings,
    source: &ModuleSource<'_>,
    digest: Digest,
    limits: &Limits,
    want: Want,
) -> Result<Prepared, PrepareError> {
    let size = source.bytes.len() as u64;
    let task = match want {
        Want::Facts => Task::Inspect { size },
        Want::Code => Task::Compile { size },
    };
    let setup = Setup {
        protocol: PROTOCOL_VERSION,
        user: settings.worker_user,
        limits: limits.clone(),
        task,
        #[cfg(feature = "test-switches")]
        test_switches: settings.test_switches,
    };
    let io = |doing| move |source| PrepareError::Io { doing, source };
    let root = empty_root(&settings.cache_dir).map_err(io("make an empty folder"))?;
    let worker = WorkerProcess::start(settings).map_err(io("start a worker"))?;
    let mut session = Session {
        settings,
        source,
        digest,
        limits,
        want,
        worker,
        root,
        described: None,
        code: Vec::new(),
    };
    match session.converse(setup) {
        Ok(()) => session.finish(),
        Err(Interrupted::Error(error)) => Err(error),
        // A worker that died has more to say with its exit status.
        Err(Interrupted::Gone) => Err(session.died()),
    }
}

/// What a worker said of a module.
type Description = (Option<ModuleKind>, Vec<Import>, Option<Vec<u8>>);

enum Interrupted {
    Error(PrepareError),
    Gone,
}

impl From<PrepareError> for Interrupted {
    fn from(error: PrepareError) -> Self {
        Self::Error(error)
    }
}

struct Session<'a> {
    settings: &'a SandboxSettings,
    source: &'a ModuleSource<'a>,
    digest: Digest,
    limits: &'a Limits,
    want: Want,
    worker: WorkerProcess,
    root: Option<File>,
    described: Option<Description>,
    code: Vec<u8>,
}

impl Session<'_> {
    /// Hands over the module and takes what comes back.
    fn converse(&mut self, setup: Setup) -> Result<(), Interrupted> {
        let files: Vec<&File> = self.root.iter().collect();
        let sent = self.worker.send(&ToWorker::Setup(Box::new(setup)), &files);
        sent.map_err(|_| Interrupted::Gone)?;
        match self.receive()? {
            FromWorker::Ready { protocol: PROTOCOL_VERSION, walls } => {
                let required = self.settings.required_walls;
                if walls.level() < required {
                    return Err(PrepareError::Walls { required, found: walls }.into());
                }
            }
            FromWorker::Failed(failure) => return Err(self.failure(failure).into()),
            _ => return Err(self.broken("it did not say what its walls are").into()),
        }
        for part in self.source.bytes.chunks(CHUNK_BYTES) {
            self.send(&ToWorker::Module(part.to_vec()))?;
        }
        loop {
            match self.receive()? {
                FromWorker::Module { kind, imports, manifest } if self.described.is_none() => {
                    self.described = Some((kind, imports, manifest));
                }
                FromWorker::Code(part) if self.want == Want::Code && self.described.is_some() => {
                    self.code.extend_from_slice(&part);
                    let most = self
                        .limits
                        .get(LimitName::ModuleSize)
                        .saturating_mul(CODE_BYTES_PER_MODULE_BYTE)
                        .max(MIN_CODE_LIMIT_BYTES);
                    if self.code.len() as u64 > most {
                        return Err(self.broken("it sent more code than a module makes").into());
                    }
                }
                FromWorker::Done => return Ok(()),
                FromWorker::Failed(failure) => return Err(self.failure(failure).into()),
                _ => return Err(self.broken("it sent a message that has no place here").into()),
            }
        }
    }

    /// What the worker's answers come to.
    fn finish(mut self) -> Result<Prepared, PrepareError> {
        let name = || self.source.name.to_owned();
        let Some((kind, imports, manifest)) = self.described.take() else {
            return Err(self.broken("it did not say what the module is"));
        };
        let Some(kind) = kind else { return Err(PrepareError::NoEntryPoint { name: name() }) };
        if self.want == Want::Code {
            if kind == ModuleKind::Component03 {
                return Err(PrepareError::Unsupported { name: name() });
            }
            if let Some(import) = imports.iter().find(|import| import.ability.is_none()) {
                let import = import.to_string();
                return Err(PrepareError::UnknownImport { name: name(), import });
            }
            if self.code.is_empty() {
                return Err(self.broken("it sent no code"));
            }
        }
        let uses: BTreeSet<_> = imports.iter().filter_map(|import| import.ability).collect();
        let size = self.source.bytes.len() as u64;
        let facts = ModuleFacts { digest: self.digest, size, kind, imports, uses, manifest };
        Ok(Prepared { facts, code: self.code })
    }

    fn send(&mut self, message: &ToWorker) -> Result<(), Interrupted> {
        self.worker.send(message, &[]).map_err(|_| Interrupted::Gone)
    }

    /// Waits for a message, within the time for compiling.
    fn receive(&mut self) -> Result<FromWorker, Interrupted> {
        let time = Duration::from_millis(self.limits.get(LimitName::CompileTime));
        let deadline = self.worker.started() + time;
        let left = deadline.saturating_duration_since(Instant::now());
        match self.worker.receive(left) {
            Ok(Received::Message(message)) => Ok(message),
            Ok(Received::Nothing) => Err(self.at_limit(LimitName::CompileTime).into()),
            Ok(Received::Closed) | Err(_) => Err(Interrupted::Gone),
            Ok(Received::Garbage(error)) => Err(self.broken(&error.to_string()).into()),
        }
    }

    fn at_limit(&self, limit: LimitName) -> PrepareError {
        let (name, allowed) = (self.source.name.to_owned(), self.limits.get(limit));
        PrepareError::Limit { name, limit, allowed }
    }

    fn broken(&self, what: &str) -> PrepareError {
        PrepareError::Protocol { name: self.source.name.to_owned(), what: what.to_owned() }
    }

    fn failure(&self, failure: TaskFailure) -> PrepareError {
        let name = self.source.name.to_owned();
        match failure {
            TaskFailure::NotWebAssembly => PrepareError::NotWebAssembly { name },
            TaskFailure::Precompiled => PrepareError::Precompiled { name },
            TaskFailure::Invalid(message) => PrepareError::Invalid { name, message },
            TaskFailure::Setup(message) => {
                PrepareError::WorkerDied { name, task: self.task(), detail: message }
            }
        }
    }

    fn died(&mut self) -> PrepareError {
        let exit = self.worker.kill().clone();
        if exit.is_out_of_memory() {
            return self.at_limit(LimitName::CompileMemory);
        }
        let limit_ms = self.limits.get(LimitName::CompileTime);
        if exit.is_out_of_time(limit_ms) {
            return self.at_limit(LimitName::CompileTime);
        }
        let name = self.source.name.to_owned();
        PrepareError::WorkerDied { name, task: self.task(), detail: exit.in_words() }
    }

    fn task(&self) -> &'static str {
        match self.want {
            Want::Facts => "inspect",
            Want::Code => "compile",
        }
    }
}
