//! Goes through the conventions, in order.

use std::time::Instant;

use super::run::Run;
use crate::{
    BuiltIn, CONVENTIONS, Convention, ConventionKind, ConventionReport, EventKind, Failure,
    PlannedAction, Status,
};

impl Run<'_, '_> {
    /// Runs the conventions until the end, a failure, or somebody's word to stop.
    pub(super) fn conventions(&mut self) -> Result<(), (&'static Convention, Failure)> {
        for (index, convention) in CONVENTIONS.iter().enumerate() {
            self.convention(index, convention).map_err(|failure| (convention, failure))?;
            if self.stop.is_some() {
                break;
            }
        }
        Ok(())
    }

    fn convention(&mut self, index: usize, convention: &Convention) -> Result<(), Failure> {
        if self.cancel.is_cancelled() {
            return Err(Failure::Cancelled);
        }
        let (number, name) = (convention.number, convention.name.to_owned());
        let hooks = match self.plan.conventions.get(index).map(|planned| &planned.action) {
            Some(PlannedAction::Run) => 0,
            Some(PlannedAction::Hooks(hooks)) => hooks.len(),
            Some(PlannedAction::Nothing { why }) => {
                let why = why.clone();
                self.reporter.report(EventKind::ConventionSkipped { number, name, why })?;
                return self.look_for_stop(convention);
            }
            None => return Ok(()),
        };
        self.reporter.report(EventKind::ConventionStarted { number, name: name.clone() })?;
        let clock = Instant::now();
        let result = self.perform(convention, hooks);
        let elapsed_ms = milliseconds_since(clock) + std::mem::take(&mut self.unpacked_ms);
        let succeeded = result.is_ok();
        self.conventions.push(ConventionReport {
            number,
            name: name.clone(),
            elapsed_ms,
            succeeded,
        });
        let reported = self.reporter.report(EventKind::ConventionEnded {
            number,
            name,
            elapsed_ms,
            succeeded,
        });
        result?;
        reported?;
        self.look_for_stop(convention)
    }

    fn perform(&mut self, convention: &Convention, hooks: usize) -> Result<(), Failure> {
        match convention.kind {
            ConventionKind::BuiltIn(built_in) => self.built_in(built_in),
            ConventionKind::Configuration { .. }
            | ConventionKind::Features(_)
            | ConventionKind::Hooks { .. } => {
                let cancel = self.cancel.clone();
                for position in 0..hooks {
                    self.run_hook((convention.number, position), &cancel)?;
                }
                self.delete_hook_files(convention.stage(), convention.kind)
            }
        }
    }

    fn built_in(&mut self, built_in: BuiltIn) -> Result<(), Failure> {
        match built_in {
            BuiltIn::AlreadyInstalled => self.already_installed(),
            BuiltIn::Acquire => self.acquire(),
            BuiltIn::Extract => self.extract(),
            BuiltIn::CustomInstallation => self.install_elsewhere(),
            BuiltIn::Journal => self.conclude(),
            // Planned as nothing to do, or refused when planning.
            BuiltIn::DeleteTemporaryFiles | BuiltIn::IisHomeDirectory => Ok(()),
        }
    }

    /// After a convention, a variable may say that it was the last. Not after the very last, where
    /// everything is done.
    fn look_for_stop(&mut self, convention: &Convention) -> Result<(), Failure> {
        let is_last = usize::from(convention.number) == CONVENTIONS.len();
        if self.stop.is_none() && !is_last && self.skips_remaining()? {
            self.stop = Some(Status::SkippedRemaining);
        }
        Ok(())
    }
}

/// Whole milliseconds.
pub(crate) fn milliseconds_since(clock: Instant) -> u64 {
    u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX)
}
