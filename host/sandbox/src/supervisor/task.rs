//! The task of a worker that runs a hook: what it is given, made of grant and inputs.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use cofferdam_capability::Grant;
use cofferdam_worker_protocol::{PROTOCOL_VERSION, PreopenPlan, Refusal, RunTask, Setup, Task};

use crate::{Enclosure, HookError, Inputs, Module, ModuleKind, Probe, SandboxSettings, StandIn};

/// The environment of a hook: facts, variables, and what else was granted. The last value of a
/// name counts. What no environment can hold is left out, and said.
pub(super) fn environment(inputs: &Inputs<'_>) -> (Vec<(String, String)>, Vec<Refusal>) {
    let facts = inputs.facts.environment_variables();
    let facts = facts.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let variables = inputs
        .variables
        .iter()
        .filter_map(|variable| Some((variable.name.clone(), variable.value.clone()?)));
    let mut environment: Vec<(String, String)> = Vec::new();
    let mut positions = HashMap::new();
    let mut left_out = Vec::new();
    for (name, value) in facts.chain(variables).chain(inputs.environment.iter().cloned()) {
        if name.is_empty() || name.contains(['=', '\0']) {
            left_out.push(Refusal {
                what: format!("the environment variable `{}`", name.escape_default()),
                why: "no environment variable can have this name; components can read it typed"
                    .to_owned(),
            });
        } else if value.contains('\0') {
            left_out.push(Refusal {
                what: format!("the environment variable `{name}`"),
                why: "its value has a zero byte; components can read it typed".to_owned(),
            });
        } else {
            match positions.get(&name) {
                Some(position) => {
                    let slot: &mut (String, String) = &mut environment[*position];
                    slot.1 = value;
                }
                None => {
                    positions.insert(name.clone(), environment.len());
                    environment.push((name, value));
                }
            }
        }
    }
    (environment, left_out)
}

/// The folders that the hook sees, open, and their plans: the enclosure first.
pub(super) fn folders(
    enclosure: &Enclosure,
    grant: &Grant,
    stand_ins: &[StandIn],
) -> Result<(Vec<File>, Vec<PreopenPlan>), HookError> {
    let terms = grant.terms();
    let path = |path: &Path| (!cfg!(unix)).then(|| path.to_owned());
    let dir = enclosure
        .dir()
        .try_clone()
        .map_err(|source| HookError::Io { doing: "open the enclosure", source })?;
    let mut folders = vec![dir.into_std_file()];
    let mut plans = vec![PreopenPlan {
        guest: "/".to_owned(),
        access: terms.enclosure,
        path: path(enclosure.path()),
    }];
    for folder in &terms.folders {
        let stand_in = stand_ins.iter().find(|stand_in| stand_in.granted == folder.host);
        let host = stand_in.map_or(&folder.host, |stand_in| &stand_in.opened);
        let opened = Enclosure::open(host).map_err(|error| HookError::Setup {
            message: format!("cannot open a granted folder: {error}"),
        })?;
        let dir = opened
            .dir()
            .try_clone()
            .map_err(|source| HookError::Io { doing: "open a granted folder", source })?;
        folders.push(dir.into_std_file());
        plans.push(PreopenPlan {
            guest: folder.guest.clone(),
            access: folder.access,
            path: path(host),
        });
    }
    Ok((folders, plans))
}

/// Puts everything together.
pub(super) fn setup(
    settings: &SandboxSettings,
    module: &Module,
    grant: &Grant,
    inputs: &mut Inputs<'_>,
    environment: Vec<(String, String)>,
    preopens: Vec<PreopenPlan>,
    probe: Option<Probe>,
) -> Setup {
    let terms = grant.terms();
    let mut arguments = vec![module.name.clone()];
    arguments.append(&mut inputs.arguments);
    let task = RunTask {
        code_path: (!cfg!(unix)).then(|| module.code_path.clone()),
        component: module.facts.kind != ModuleKind::Preview1Module,
        arguments,
        environment,
        variables: inputs.variables.to_vec(),
        facts: inputs.facts.clone(),
        preopens,
        clock: terms.clock,
        random: terms.random,
        probe,
    };
    Setup {
        protocol: PROTOCOL_VERSION,
        user: settings.worker_user,
        limits: terms.limits.clone(),
        task: Task::Run(Box::new(task)),
        #[cfg(feature = "test-switches")]
        test_switches: settings.test_switches,
    }
}
