//! What happens when a convention failed: DeployFailed hooks, within a grace period after an
//! interruption.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cofferdam_sandbox::{CancelToken, LogLevel};

use super::run::Run;
use crate::{Convention, EventKind, Failure, FailureReport, Stage, derived};

impl Run<'_, '_> {
    /// Tells of the failure and runs the DeployFailed hooks. A hook that fails here ends this, too; it is
    /// told about and changes nothing in what is reported as the failure.
    pub(super) fn fail(&mut self, convention: &Convention, failure: Failure) -> FailureReport {
        let report = FailureReport {
            convention: convention.number,
            name: convention.name.to_owned(),
            message: self.reporter.mask(&failure.to_string()),
            hint: failure.hint().map(|hint| self.reporter.mask(&hint)),
            failure,
        };
        let event = EventKind::Failed {
            convention: report.convention,
            name: report.name.clone(),
            error: report.message.clone(),
            hint: report.hint.clone(),
        };
        // A record that cannot be written is told to the other observers, and nothing more is done:
        // not even DeployFailed, which would not be on record.
        let recorded = self.reporter.report(event).is_ok();
        if recorded && !matches!(report.failure, Failure::Record(_)) {
            self.set(derived::LAST_ERROR, report.message.clone());
            self.set(derived::LAST_ERROR_MESSAGE, report.message.clone());
            self.run_failure_hooks(&report);
        }
        report
    }

    fn run_failure_hooks(&mut self, report: &FailureReport) {
        if self.plan.on_failure.is_empty() {
            return;
        }
        let told = if self.enclosure.is_none() {
            // In Octopus they run in whatever folder is the current one, which is nobody's.
            let why = "there is no folder for them to work in";
            self.say(LogLevel::Info, format!("DeployFailed hooks do not run: {why}"))
        } else {
            let cancel = CancelToken::new();
            // Once interrupted, the operator waits; before that, the hooks have their own limits.
            let interrupted = report.failure.is_cancellation();
            let grace_ms = self.settings.grace_period_ms;
            let watch = Watch::start(&self.cancel, &cancel, interrupted, grace_ms);
            let result = self.failure_hooks(&cancel);
            watch.stop();
            result.or_else(|error| {
                self.say(LogLevel::Error, format!("handling the failure failed as well: {error}"))
            })
        };
        // Nobody is left to tell if this cannot be recorded: the deployment has failed already.
        let _ = told;
    }

    fn failure_hooks(&mut self, cancel: &CancelToken) -> Result<(), Failure> {
        let count = self.plan.on_failure.len();
        self.hooks_ahead = count;
        (0..count).try_for_each(|position| self.run_hook((0, position), cancel))?;
        self.delete_package_hooks(Stage::DeployFailed)
    }
}

/// How often the watch looks.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Cancels DeployFailed hooks when the grace period after an interruption is over.
struct Watch {
    done: Arc<AtomicBool>,
    thread: std::thread::JoinHandle<()>,
}

impl Watch {
    /// Watches until stopped. The grace period begins at once if the deployment was interrupted, and
    /// otherwise when it is.
    fn start(
        interruption: &CancelToken,
        hooks: &CancelToken,
        interrupted: bool,
        grace_ms: u64,
    ) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let (interruption, hooks, done) =
                (interruption.clone(), hooks.clone(), Arc::clone(&done));
            move || {
                let mut since = interrupted.then(Instant::now);
                while !done.load(Ordering::SeqCst) {
                    if since.is_none() && interruption.is_cancelled() {
                        since = Some(Instant::now());
                    }
                    if since.is_some_and(|s| s.elapsed() >= Duration::from_millis(grace_ms)) {
                        hooks.cancel();
                        return;
                    }
                    std::thread::park_timeout(LOOK_EVERY);
                }
            }
        });
        Self { done, thread }
    }

    fn stop(self) {
        self.done.store(true, Ordering::SeqCst);
        self.thread.thread().unpark();
        // It cannot panic, and its end is all that is waited for.
        let _ = self.thread.join();
    }
}
