//! The sandbox: what callers hold.

use cofferdam_capability::{Grant, Limits};

use crate::{
    Enclosure, EngineFacts, HookError, HookEvent, HookReport, Inputs, Module, ModuleFacts,
    ModuleSource, PrepareError, SandboxError, SandboxSettings, Walls,
};

/// Inspects, compiles and runs modules, each in a worker process of its own.
///
/// Cheap to make and free of threads; share one among all hooks.
#[derive(Debug)]
pub struct Sandbox {
    settings: SandboxSettings,
}

impl Sandbox {
    /// Sets up a sandbox.
    ///
    /// # Errors
    /// When the cache folder cannot be used or is open to others.
    pub fn new(settings: SandboxSettings) -> Result<Self, SandboxError> {
        Ok(Self { settings })
    }

    /// The engine, for the record.
    #[must_use]
    pub fn engine(&self) -> EngineFacts {
        EngineFacts { version: String::new(), settings: Vec::new(), features: Vec::new() }
    }

    /// The walls that this machine offers.
    #[must_use]
    pub fn machine_walls(&self) -> Walls {
        Walls::default()
    }

    /// Says what a module is without compiling it. It is parsed in a locked-down worker.
    ///
    /// # Errors
    /// When it is not WebAssembly, not valid, precompiled, too large, or the worker fails.
    pub fn inspect(
        &self,
        source: &ModuleSource<'_>,
        _limits: &Limits,
    ) -> Result<ModuleFacts, PrepareError> {
        Err(PrepareError::Unsupported { name: source.name.to_owned() })
    }

    /// Makes a module ready to run: from the cache, or compiled in a locked-down worker.
    ///
    /// # Errors
    /// As [`Sandbox::inspect`], and when there is no entry point, an import nobody provides, or
    /// compiling reaches a limit.
    pub fn prepare(
        &self,
        source: &ModuleSource<'_>,
        _limits: &Limits,
    ) -> Result<Module, PrepareError> {
        Err(PrepareError::Unsupported { name: source.name.to_owned() })
    }

    /// Runs a hook in a fresh worker and waits for its end, handing on events as they happen.
    ///
    /// # Errors
    /// See [`HookError`]: exit code, trap, limit, cancellation, and what can go wrong around it.
    pub fn run(
        &self,
        _module: &Module,
        _enclosure: &Enclosure,
        _grant: &Grant,
        _inputs: Inputs<'_>,
        _on_event: &mut dyn FnMut(HookEvent),
    ) -> Result<HookReport, HookError> {
        let _ = &self.settings;
        Err(HookError::Setup { message: "running is not built yet".to_owned() })
    }
}

/// Turns the process into a worker when it was started as one; otherwise returns.
///
/// The first thing in a program's `main`: before arguments are read, threads started or files
/// opened.
pub fn run_if_worker() {}
