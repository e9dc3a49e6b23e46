//! The sandbox: what callers hold.

use std::sync::OnceLock;

use cofferdam_capability::{Grant, LimitName, Limits};

use crate::cache::{Cache, Entry};
use crate::engine::{self, EngineFacts};
use crate::supervisor::{self, WaitingWorker, Want};
use crate::{
    Digest, Enclosure, HookError, HookEvent, HookReport, Inputs, Module, ModuleFacts, ModuleSource,
    PrepareError, Probe, ProbeOutcome, ProbeReport, SandboxError, SandboxSettings, UserIds, Walls,
    lockdown,
};

/// Inspects, compiles and runs modules, each in a worker process of its own.
///
/// Cheap to make and free of threads; share one among all hooks.
#[derive(Debug)]
pub struct Sandbox {
    settings: SandboxSettings,
    cache: Cache,
    /// Whether workers get a root directory of their own, once somebody asked.
    own_root: OnceLock<bool>,
    waiting: WaitingWorker,
}

impl Sandbox {
    /// Sets up a sandbox.
    ///
    /// # Errors
    /// When the cache folder cannot be used or is open to others, or the engine refuses its
    /// settings.
    pub fn new(settings: SandboxSettings) -> Result<Self, SandboxError> {
        let compiler =
            engine::compiler().map_err(|error| SandboxError::Engine(format!("{error:#}")))?;
        let cache = Cache::open(&settings.cache_dir, engine::compatibility_hash(&compiler))?;
        Ok(Self { settings, cache, own_root: OnceLock::new(), waiting: WaitingWorker::default() })
    }

    /// The engine, for the record.
    #[must_use]
    pub fn engine(&self) -> EngineFacts {
        EngineFacts::current()
    }

    /// The user that workers become; see [`SandboxSettings::worker_user`].
    #[must_use]
    pub fn worker_user(&self) -> Option<UserIds> {
        self.settings.worker_user
    }

    /// The walls that this machine offers. What is really up around a run is in its events and
    /// its report. Where only trying can tell, as without root's privileges, a worker is started
    /// the first time.
    #[must_use]
    pub fn machine_walls(&self) -> Walls {
        let user = self.settings.worker_user;
        let walls = lockdown::machine_walls();
        let own_root = walls.own_root
            || cfg!(target_os = "linux")
                && *self.own_root.get_or_init(|| supervisor::has_own_root(&self.settings));
        Walls { own_root, user: user.or(walls.user), ..walls }
    }

    /// Says what a module is without compiling it. It is parsed in a locked-down worker, unless
    /// it is in the cache.
    ///
    /// # Errors
    /// When it is not WebAssembly, not valid, precompiled, too large, without an entry point, or
    /// the worker fails.
    pub fn inspect(
        &self,
        source: &ModuleSource<'_>,
        limits: &Limits,
    ) -> Result<ModuleFacts, PrepareError> {
        check_size(source, limits)?;
        let digest = Digest::of(source.bytes);
        if let Some(entry) = self.cache.load(digest)? {
            return Ok(entry.facts);
        }
        let want = Want::Facts;
        Ok(supervisor::prepare(&self.settings, source, digest, limits, want)?.facts)
    }

    /// Makes a module ready to run: from the cache, or compiled in a locked-down worker.
    ///
    /// # Errors
    /// As [`Sandbox::inspect`], and when it imports something that nobody provides, is of a kind
    /// that is not run, or compiling reaches a limit.
    pub fn prepare(
        &self,
        source: &ModuleSource<'_>,
        limits: &Limits,
    ) -> Result<Module, PrepareError> {
        check_size(source, limits)?;
        let digest = Digest::of(source.bytes);
        let name = source.name.to_owned();
        if let Some(Entry { facts, code, code_path }) = self.cache.load(digest)? {
            return Ok(Module { name, facts, from_cache: true, code, code_path });
        }
        let prepared = supervisor::prepare(&self.settings, source, digest, limits, Want::Code)?;
        let Entry { facts, code, code_path } = self.cache.store(prepared.facts, &prepared.code)?;
        Ok(Module { name, facts, from_cache: false, code, code_path })
    }

    /// Starts the worker of a run that will come soon, so that the run need not wait for that. It is given
    /// nothing before; if there is no run, it ends with the sandbox.
    ///
    /// A worker ends with the thread that started it: call this on the one that will call [`Sandbox::run`].
    pub fn start_ahead(&self) {
        self.waiting.start(&self.settings);
    }

    /// Runs a hook in a fresh worker and waits for its end, handing on events as they happen.
    ///
    /// # Errors
    /// See [`HookError`]: exit code, trap, limit, cancellation, and what can go wrong around it.
    pub fn run(
        &self,
        module: &Module,
        enclosure: &Enclosure,
        grant: &Grant,
        inputs: Inputs<'_>,
        on_event: &mut dyn FnMut(HookEvent),
    ) -> Result<HookReport, HookError> {
        let with = (&self.settings, &self.waiting);
        supervisor::run(with, module, enclosure, grant, inputs, None, on_event)
    }

    /// Carries out a probe in the worker that would otherwise run `module`, behind the same walls.
    ///
    /// # Errors
    /// As [`Sandbox::run`], when the worker could not be set up, or a limit ended it.
    pub fn probe(
        &self,
        module: &Module,
        enclosure: &Enclosure,
        grant: &Grant,
        probe: Probe,
    ) -> Result<ProbeReport, HookError> {
        let mut said = String::new();
        let mut hear = |event| {
            if let HookEvent::FailReason { message } = event {
                said = message;
            }
        };
        let (with, inputs) = ((&self.settings, &self.waiting), Inputs::default());
        let result =
            supervisor::run(with, module, enclosure, grant, inputs, Some(probe), &mut hear);
        let (outcome, report) = match result {
            Ok(report) => (ProbeOutcome::Succeeded { got: said }, report),
            Err(HookError::ExitCode { code: 1, report, .. }) => {
                (ProbeOutcome::Refused { why: said }, *report)
            }
            Err(HookError::WorkerDied { signal: Some(signal), detail, report }) => {
                (ProbeOutcome::Killed { signal, detail }, *report)
            }
            // It is another program now, which ended without a word to the supervisor.
            Err(HookError::WorkerDied { signal: None, detail, report }) => {
                (ProbeOutcome::Succeeded { got: detail }, *report)
            }
            Err(other) => return Err(other),
        };
        Ok(ProbeReport { outcome, walls: report.walls })
    }
}

/// The first limit, before anybody looks at the bytes.
fn check_size(source: &ModuleSource<'_>, limits: &Limits) -> Result<(), PrepareError> {
    let (limit, allowed) = (LimitName::ModuleSize, limits.get(LimitName::ModuleSize));
    if source.bytes.len() as u64 > allowed {
        return Err(PrepareError::Limit { name: source.name.to_owned(), limit, allowed });
    }
    Ok(())
}
