//! Cases run in the sandbox: each hook in a locked-down worker process of its own.

use std::collections::HashMap;
use std::path::Path;

use cofferdam_capability::{ClockSource, Grant, GrantTerms, Limits, Reason, VariableGrant};
use cofferdam_conformance_cases::Difference;
use cofferdam_conformance_cases::octostache::{self, Outcome as TemplateOutcome};
use cofferdam_conformance_cases::steps::{Definitions, Outcome, StepCase};
use cofferdam_hook_files::Level;
use cofferdam_sandbox::{
    Enclosure, HookError, HookEvent, HookVariable, Inputs, LogLevel, Module, ModuleSource,
    OutputStream, Sandbox, SandboxSettings,
};

use crate::error::RunError;
use crate::folder_run::in_folder;
use crate::guest::{self, GUEST};
use crate::runner::Runner;
use crate::work::Cases;

/// Where compiled hooks are kept, below the target folder.
const CACHE_FOLDER: &str = "conformance-cache";

/// Runs cases in the sandbox.
pub(crate) struct Sandboxed {
    sandbox: Sandbox,
    /// The built-in hooks, by name.
    hooks: HashMap<&'static str, Module>,
    /// The program that runs cases of the template language.
    guest: Option<Module>,
}

impl Sandboxed {
    /// Sets up the sandbox, and compiles what the cases need and is not in its cache.
    pub(crate) fn new(target_dir: &Path, cases: &Cases) -> Result<Self, RunError> {
        let sandbox = Sandbox::new(SandboxSettings::new(target_dir.join(CACHE_FOLDER)))?;
        let prepare =
            |name, bytes| sandbox.prepare(&ModuleSource { name, bytes }, &Limits::default());
        let mut hooks = HashMap::new();
        for hook in cofferdam_built_in::all().iter().filter(|hook| cases.has_steps_of(hook.name)) {
            hooks.insert(hook.name, prepare(hook.name, hook.bytes)?);
        }
        let guest = cases.has_templates().then(|| prepare("conformance guest", GUEST));
        let guest = guest.transpose()?;
        Ok(Self { sandbox, hooks, guest })
    }

    /// Runs a module in a folder. What it said, and whether it failed on its own account.
    ///
    /// # Errors
    /// When it was stopped: a trap, a limit, a dead worker. No case expects that.
    fn run(
        &self,
        module: &Module,
        folder: &Path,
        definitions: &Definitions,
        arguments: &[&str],
    ) -> Result<Outcome, Difference> {
        let stopped = |why: String| Difference::new("a hook that comes to its end", why);
        let enclosure = Enclosure::open(folder).map_err(|error| stopped(error.to_string()))?;
        let variables: Vec<HookVariable> = definitions.iter().map(variable).collect();
        let inputs = Inputs {
            variables: &variables,
            arguments: arguments.iter().map(ToString::to_string).collect(),
            ..Inputs::default()
        };
        let mut outcome = Outcome::default();
        let mut on_event = |event| outcome.log.extend(line(event));
        let end = self.sandbox.run(module, &enclosure, &grant(&variables), inputs, &mut on_event);
        match end {
            Ok(_) => {}
            Err(HookError::ExitCode { code, reason, .. }) => {
                outcome.failure = Some(reason.unwrap_or_else(|| format!("exit code {code}")));
            }
            Err(error) => return Err(stopped(error.to_string())),
        }
        Ok(outcome)
    }
}

impl Runner for Sandboxed {
    fn step(&self, case: &dyn StepCase) -> Result<(), Difference> {
        let hook = case.hook();
        let Some(module) = self.hooks.get(hook.name()) else {
            return Err(Difference::new(
                "a built-in hook",
                format!("none is called {}", hook.name()),
            ));
        };
        in_folder(case, |folder, definitions| {
            self.run(module, folder, definitions, hook.arguments())
        })
    }

    fn templates(&self, cases: &[octostache::Case]) -> Vec<Result<TemplateOutcome, Difference>> {
        let missing = || Difference::new("the guest", "it was not prepared");
        guest::run(cases, |folder| {
            let guest = self.guest.as_ref().ok_or_else(missing)?;
            match self.run(guest, folder, &Definitions::new(), &[])? {
                Outcome { failure: Some(failure), log, .. } => {
                    Err(Difference::new("an outcome", format!("{failure}\n{}", log.join("\n"))))
                }
                _ => Ok(()),
            }
        })
    }
}

/// A variable as a deployment hands it over. The built-in hooks evaluate definitions themselves, so
/// the value is of no consequence.
fn variable((name, definition): &(String, Option<String>)) -> HookVariable {
    HookVariable {
        name: name.clone(),
        value: definition.clone(),
        definition: definition.clone(),
        sensitive: false,
        literal: false,
    }
}

/// What policy grants a built-in hook: its folder and the variables. The clock is real, since some
/// templates ask for the date.
fn grant(variables: &[HookVariable]) -> Grant {
    let variables = variables
        .iter()
        .map(|variable| VariableGrant { name: variable.name.clone(), sensitive: false })
        .collect();
    let terms = GrantTerms { variables, clock: ClockSource::Real, ..GrantTerms::default() };
    let text = "a conformance case".to_owned();
    Grant::issue(terms, vec![Reason { statement: "conformance".to_owned(), text }])
}

/// What an event says, in the form of the vectors.
fn line(event: HookEvent) -> Option<String> {
    let (level, text) = match event {
        HookEvent::Log { level, message } => (level, message),
        HookEvent::Line { stream: OutputStream::Stdout, level, text, .. } => (level, text),
        HookEvent::Line { stream: OutputStream::Stderr, text, .. } => (LogLevel::Error, text),
        _ => return None,
    };
    let level = match level {
        LogLevel::Verbose => Level::Verbose,
        LogLevel::Info | LogLevel::Highlight | LogLevel::Wait => Level::Info,
        LogLevel::Warning => Level::Warning,
        LogLevel::Error => Level::Error,
    };
    Some(Outcome::line(level, &text))
}
