//! The typed interface: the package `cofferdam:hook`.

use std::collections::HashSet;

use cofferdam_worker_protocol::{FromWorker, LogLevel, Setup, Task};

use super::refusals::Refusals;
use crate::worker::channel::Outbox;
use crate::{DeploymentFacts, HookVariable};

/// What is generated from `sdk/wit`.
pub(super) mod bindings {
    wasmtime::component::bindgen!({
        path: "../../sdk/wit",
        world: "hook",
        imports: { default: trappable },
    });
}

use bindings::cofferdam::hook::{
    actions, artifacts, deployment, failure, log, outputs, progress, variables,
};

/// The host's side of the interface, for one run.
pub(super) struct HookApi {
    variables: Vec<HookVariable>,
    facts: DeploymentFacts,
    /// The indexes of variables whose reading was reported.
    used: HashSet<usize>,
    outbox: Outbox,
    refusals: Refusals,
}

impl HookApi {
    /// The interface with the variables and facts of the task.
    pub(super) fn new(setup: &Setup, outbox: Outbox) -> Self {
        let (variables, facts) = match &setup.task {
            Task::Run(task) => (task.variables.clone(), task.facts.clone()),
            _ => (Vec::new(), DeploymentFacts::default()),
        };
        let refusals = Refusals::new(outbox.clone());
        Self { variables, facts, used: HashSet::new(), outbox, refusals }
    }

    fn send(&self, message: &FromWorker) -> wasmtime::Result<()> {
        Ok(self.outbox.send(message)?)
    }

    /// Reports the reading of a variable, once.
    fn use_variable(&mut self, index: usize) -> wasmtime::Result<()> {
        if self.used.insert(index) {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            self.send(&FromWorker::UsedVariable(index))?;
        }
        Ok(())
    }

    fn use_all_variables(&mut self) -> wasmtime::Result<()> {
        (0..self.variables.len()).try_for_each(|index| self.use_variable(index))
    }
}

impl variables::Host for HookApi {
    fn get(&mut self, name: String) -> wasmtime::Result<Option<String>> {
        let folded = name.to_lowercase();
        // The last definition of a name counts.
        let found = self.variables.iter().rposition(|v| v.name.to_lowercase() == folded);
        let Some(index) = found else { return Ok(None) };
        self.use_variable(index)?;
        Ok(self.variables[index].value.clone())
    }

    fn all(&mut self) -> wasmtime::Result<Vec<variables::Variable>> {
        self.use_all_variables()?;
        let variable = |v: &HookVariable| variables::Variable {
            name: v.name.clone(),
            value: v.value.clone(),
            sensitive: v.sensitive,
        };
        Ok(self.variables.iter().map(variable).collect())
    }

    fn definitions(&mut self) -> wasmtime::Result<Vec<variables::Definition>> {
        self.use_all_variables()?;
        let definition = |v: &HookVariable| variables::Definition {
            name: v.name.clone(),
            value: v.definition.clone(),
            sensitive: v.sensitive,
            literal: v.literal,
        };
        Ok(self.variables.iter().map(definition).collect())
    }
}

impl outputs::Host for HookApi {
    fn set(&mut self, name: String, value: String, sensitive: bool) -> wasmtime::Result<()> {
        self.send(&FromWorker::Output { name, value, sensitive })
    }
}

impl artifacts::Host for HookApi {
    fn create(&mut self, path: String, name: String) -> wasmtime::Result<()> {
        self.send(&FromWorker::Artifact { path, name })
    }
}

impl log::Host for HookApi {
    fn write(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Verbose => LogLevel::Verbose,
            log::Level::Info => LogLevel::Info,
            log::Level::Warning => LogLevel::Warning,
            log::Level::Error => LogLevel::Error,
            log::Level::Highlight => LogLevel::Highlight,
            log::Level::Wait => LogLevel::Wait,
        };
        self.send(&FromWorker::Log { level, message })
    }

    fn mask(&mut self, secret: String) -> wasmtime::Result<()> {
        self.send(&FromWorker::Mask(secret))
    }
}

impl progress::Host for HookApi {
    fn report(&mut self, percent: u8, message: String) -> wasmtime::Result<()> {
        self.send(&FromWorker::Progress { percent: percent.min(100), message })
    }
}

impl deployment::Host for HookApi {
    fn get(&mut self) -> wasmtime::Result<deployment::Facts> {
        let facts = self.facts.clone();
        Ok(deployment::Facts {
            deployment_id: facts.deployment_id,
            stage: facts.stage,
            package_id: facts.package_id,
            package_version: facts.package_version,
            environment: facts.environment,
            tenant: facts.tenant,
            previous_version: facts.previous_version,
            failure: facts.failure,
        })
    }
}

impl failure::Host for HookApi {
    fn explain(&mut self, reason: String) -> wasmtime::Result<()> {
        self.send(&FromWorker::FailReason(reason))
    }
}

impl actions::Host for HookApi {
    fn request(
        &mut self,
        name: String,
        _arguments: Vec<(String, String)>,
    ) -> wasmtime::Result<Result<String, actions::Refusal>> {
        let what = format!("the host action `{name}`");
        self.refusals.report(what, "this version of Cofferdam cannot carry out actions");
        Ok(Err(actions::Refusal::NotAvailable))
    }
}
