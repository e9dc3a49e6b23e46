//! Running a hook: one worker from its start to its end.

use std::fs::File;
use std::time::Instant;

use cofferdam_capability::Grant;
use cofferdam_worker_protocol::ToWorker;

use super::disk_watch::DiskWatch;
use super::session::{Session, Stop};
use super::task::{environment, folders, setup};
use super::waiting::WaitingWorker;
use crate::{Enclosure, HookError, HookEvent, HookReport, Inputs, Module, Probe, SandboxSettings};

/// Runs a hook, or a probe in its place. See [`Sandbox::run`](crate::Sandbox::run) and
/// [`Sandbox::probe`](crate::Sandbox::probe).
pub(crate) fn run(
    (settings, waiting): (&SandboxSettings, &WaitingWorker),
    module: &Module,
    enclosure: &Enclosure,
    grant: &Grant,
    mut inputs: Inputs<'_>,
    probe: Option<Probe>,
    on_event: &mut dyn FnMut(HookEvent),
) -> Result<HookReport, HookError> {
    if inputs.cancel.is_cancelled() {
        return Err(HookError::Cancelled);
    }
    #[cfg(feature = "test-switches")]
    let grant = &{
        let mut terms = grant.terms().clone();
        settings.test_switches.loosen(&mut terms.limits);
        Grant::issue(terms, grant.reasons().to_vec())
    };
    let (environment, left_out) = environment(&inputs);
    for refusal in left_out {
        on_event(HookEvent::Refused { what: refusal.what, why: refusal.why, capability: None });
    }
    let (folders, preopens) = folders(enclosure, grant, &inputs.stand_ins)?;
    let setup = setup(settings, module, grant, &mut inputs, environment, preopens, probe);
    let io = |doing| move |source| HookError::Io { doing, source };
    let began = Instant::now();
    let mut worker = waiting.take_or_start(settings).map_err(io("start a worker"))?;
    let mut descriptors: Vec<&File> = vec![&module.code];
    descriptors.extend(&folders);
    let disk = DiskWatch::new(worker.id(), &folders, grant, module.facts.size);
    let sent = worker.send(&ToWorker::Setup(Box::new(setup)), &descriptors);
    let required = settings.required_walls;
    let mut session = Session::new(module.name(), grant, inputs, on_event, required, (began, disk));
    // A worker that died before it could read has more to say with its exit status.
    let stop = match sent {
        Ok(()) => session.listen(&mut worker).map_err(io("listen to a worker"))?,
        Err(_) => Stop::Gone,
    };
    session.conclude(worker, stop)
}
