//! `HookRunner`: what a deployment asks of the sandbox.
//!
//! A trait, so that the order of things, failures and their consequences can be tested without
//! starting a process for each hook, and so that a rehearsal can answer in the sandbox's place.

use cofferdam_capability::{Grant, Limits};
use cofferdam_sandbox::{
    Enclosure, EngineFacts, HookError, HookEvent, HookReport, Inputs, Module, ModuleFacts,
    ModuleSource, PrepareError, Sandbox, UserIds, Walls,
};

/// Makes modules ready, and runs them.
pub trait HookRunner {
    /// The engine, for the record.
    fn engine(&self) -> EngineFacts;

    /// The walls that this machine offers.
    fn walls(&self) -> Walls;

    /// The user that hooks run as, when it is another one than this program's. What they work on
    /// is made that user's.
    fn worker_user(&self) -> Option<UserIds> {
        None
    }

    /// A hook will run soon: whatever takes time and needs to know nothing about it may begin.
    fn start_ahead(&self) {}

    /// Makes a module ready to run.
    ///
    /// # Errors
    /// When it cannot be run, whatever it is granted.
    fn prepare<'s>(
        &'s self,
        source: &ModuleSource<'_>,
        limits: &Limits,
    ) -> Result<Box<dyn PreparedHook + 's>, PrepareError>;
}

/// A module that is ready to run. What was prepared is what runs, whatever happens to its file.
pub trait PreparedHook {
    /// What is known about it.
    fn facts(&self) -> &ModuleFacts;

    /// Runs it to its end.
    ///
    /// # Errors
    /// See [`HookError`].
    fn run(
        &self,
        enclosure: &Enclosure,
        grant: &Grant,
        inputs: Inputs<'_>,
        on_event: &mut dyn FnMut(HookEvent),
    ) -> Result<HookReport, HookError>;
}

impl HookRunner for Sandbox {
    fn engine(&self) -> EngineFacts {
        Sandbox::engine(self)
    }

    fn walls(&self) -> Walls {
        self.machine_walls()
    }

    fn worker_user(&self) -> Option<UserIds> {
        Sandbox::worker_user(self)
    }

    fn start_ahead(&self) {
        Sandbox::start_ahead(self);
    }

    fn prepare<'s>(
        &'s self,
        source: &ModuleSource<'_>,
        limits: &Limits,
    ) -> Result<Box<dyn PreparedHook + 's>, PrepareError> {
        let module = Sandbox::prepare(self, source, limits)?;
        Ok(Box::new(InSandbox { sandbox: self, module }))
    }
}

struct InSandbox<'s> {
    sandbox: &'s Sandbox,
    module: Module,
}

impl PreparedHook for InSandbox<'_> {
    fn facts(&self) -> &ModuleFacts {
        self.module.facts()
    }

    fn run(
        &self,
        enclosure: &Enclosure,
        grant: &Grant,
        inputs: Inputs<'_>,
        on_event: &mut dyn FnMut(HookEvent),
    ) -> Result<HookReport, HookError> {
        self.sandbox.run(&self.module, enclosure, grant, inputs, on_event)
    }
}
