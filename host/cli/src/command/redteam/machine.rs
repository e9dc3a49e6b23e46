//! What is attacked: this program, with the settings that the arguments name.

use std::path::{Path, PathBuf};

use cofferdam_audit::Wall;
use cofferdam_capability::{Grant, Limits};
use cofferdam_deployment::wall_records;
use cofferdam_policy::{Policy, Verdict};
use cofferdam_redteam::{Machine, SettingsRecord};
use cofferdam_sandbox::{
    Enclosure, HookError, Inputs, Module, ModuleSource, PrepareError, RequiredWalls, Sandbox,
};

use super::run::RunArgs;
use crate::command::policy::policy_of;
use crate::exit::Exit;
use crate::failure::{Failure, OrCannot, OrExit};
use crate::program_settings::ProgramSettings;
use crate::sandbox_args::SandboxArgs;
use crate::standalone_hook::{context, hook_facts};

impl RunArgs {
    /// What is attacked, and the record of its settings and of the walls that are really up.
    pub(super) fn machine(
        &self,
        program: &ProgramSettings,
        scratch: &Path,
    ) -> Result<(Machine, SettingsRecord, Vec<Wall>), Failure> {
        let cache_dir = self.sandbox.cache_dir.clone().unwrap_or_else(|| scratch.join("cache"));
        #[cfg_attr(not(feature = "test-switches"), expect(unused_mut, reason = "for tests only"))]
        let mut settings =
            SandboxArgs { cache_dir: Some(cache_dir.clone()), ..self.sandbox.clone() }.settings();
        #[cfg(feature = "test-switches")]
        {
            let is_without = |control| self.without.contains(&control);
            settings.test_switches = crate::test_controls::switches_for(is_without);
        }
        let sandbox = Sandbox::new(settings).or_exit(Exit::System)?;
        let policy = policy_of(program)?;
        let module = harmless_module(&sandbox, &program.module_limits())?;
        let (grant, settings, policy_refuses) = match decide(&policy, &sandbox, &module) {
            Verdict::Granted(grant) => (grant, settings_text(program, true), None),
            Verdict::Refused(refusal) => {
                let bare = ProgramSettings { limits: program.limits.clone(), ..Default::default() };
                let granted = decide(&policy_of(&bare)?, &sandbox, &module);
                let Verdict::Granted(grant) = granted else {
                    return Err(Failure::new(Exit::Bug, "the built-in policy refuses a hook"));
                };
                (grant, settings_text(program, false), Some(refusal.to_string()))
            }
        };
        let settings = settings.or_exit(Exit::Bug)?;
        let walls = walls_up(&sandbox, &module, &grant, scratch)?;
        let record = self.settings_record(&policy, policy_refuses, &grant);
        let machine = Machine {
            program: own_program().map_err(|error| {
                Failure::new(Exit::System, error)
                    .context("cannot find out where this program is".to_owned())
            })?,
            settings,
            sandbox_arguments: self.sandbox_arguments(),
            worker_user: self.sandbox.worker_user,
            sandbox,
            scratch: scratch.to_owned(),
            cache_dir,
            grant,
            #[cfg(feature = "test-switches")]
            without: self.without.clone(),
            #[cfg(not(feature = "test-switches"))]
            without: Vec::new(),
        };
        Ok((machine, record, walls))
    }

    fn settings_record(
        &self,
        policy: &Policy,
        policy_refuses: Option<String>,
        grant: &Grant,
    ) -> SettingsRecord {
        let limits = grant.limits().iter().map(|(name, value)| (name.key().to_owned(), value));
        SettingsRecord {
            policy_digest: policy.digest().to_owned(),
            policy_refuses,
            required_walls: self.sandbox.require_os_sandbox.into(),
            worker_user: self.sandbox.worker_user.map(|user| user.uid),
            limits: limits.collect(),
        }
    }

    /// The sandbox's arguments for the programs that are attacked.
    fn sandbox_arguments(&self) -> Vec<String> {
        let required: RequiredWalls = self.sandbox.require_os_sandbox.into();
        let mut arguments = vec![format!("--require-os-sandbox={required}")];
        if let Some(user) = self.sandbox.worker_user {
            arguments.push(format!("--worker-user={}:{}", user.uid, user.gid));
        }
        arguments
    }
}

/// A hook that does nothing, for questions that need one.
const NAME: &str = "hostile.wat";

fn harmless_module(sandbox: &Sandbox, limits: &Limits) -> Result<Module, Failure> {
    let source = ModuleSource { name: NAME, bytes: br#"(module (func (export "_start")))"# };
    sandbox.prepare(&source, limits).map_err(|error| {
        let walls = matches!(error, PrepareError::Walls { .. });
        Failure::new(if walls { Exit::Walls } else { Exit::System }, error)
    })
}

/// What policy says to a hook that nobody knows.
fn decide(policy: &Policy, sandbox: &Sandbox, module: &Module) -> Verdict {
    let facts = hook_facts(NAME, "Deploy", module.facts());
    policy.decide(&facts, &context(&sandbox.machine_walls(), std::iter::empty()))
}

/// The walls that are up around a hook, which is not always what the machine offers.
fn walls_up(
    sandbox: &Sandbox,
    module: &Module,
    grant: &Grant,
    scratch: &Path,
) -> Result<Vec<Wall>, Failure> {
    let folder = scratch.join("nothing");
    std::fs::create_dir(&folder).or_cannot(Exit::System, "make the folder", &folder)?;
    let enclosure = Enclosure::open(&folder).or_exit(Exit::System)?;
    let report = sandbox.run(module, &enclosure, grant, Inputs::default(), &mut |_| {});
    match report {
        Ok(report) => Ok(wall_records(&report.walls)),
        Err(error) => {
            let walls = matches!(error, HookError::Walls { .. });
            Err(Failure::new(if walls { Exit::Walls } else { Exit::System }, error))
        }
    }
}

/// The settings that are attacked, as a file for the programs that are started.
fn settings_text(program: &ProgramSettings, with_policy: bool) -> Result<String, std::io::Error> {
    let mut table = toml::Table::new();
    if let Some(policy) = program.policy.as_ref().filter(|_| with_policy) {
        let path = std::path::absolute(policy)?.display().to_string();
        table.insert("policy".to_owned(), path.into());
    }
    let limits = program.tightest_limits();
    let limits = limits.iter().map(|(name, value)| {
        (name.key().to_owned(), toml::Value::String(name.format_value(*value)))
    });
    table.insert("limits".to_owned(), toml::Value::Table(limits.collect()));
    let mut text = table.to_string();
    if let Some(grants) = program.grants.as_ref().filter(|_| with_policy) {
        text.push_str(&grants.tables);
    }
    Ok(text)
}

/// The program that is running: on Linux by what it is and not by its name.
fn own_program() -> std::io::Result<PathBuf> {
    if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() }
}
