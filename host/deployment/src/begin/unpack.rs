//! Reading a package while observers see how far it is and the operator may interrupt.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use cofferdam_package::Progress;
use cofferdam_sandbox::CancelToken;

use crate::reporter::Reporter;
use crate::{EventKind, ObserverError};

/// Displays want to know how far extraction is a few times a second.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// How soon a cancelled extraction notices.
const CANCEL_EVERY: Duration = Duration::from_millis(50);

/// Does `work`, which reads a package, with a callback that tells observers how far it is and a flag that
/// becomes true when the operator interrupts.
pub(crate) fn report_progress<T>(
    reporter: &mut Reporter<'_>,
    cancel: &CancelToken,
    work: impl FnOnce(&mut dyn FnMut(Progress), &AtomicBool) -> T,
) -> Result<T, ObserverError> {
    let stop = Arc::new(AtomicBool::new(cancel.is_cancelled()));
    let mut shown: Option<Instant> = None;
    let mut reported = Ok(());
    let mut progress = |progress: Progress| {
        if shown.is_some_and(|shown| shown.elapsed() < PROGRESS_EVERY) || reported.is_err() {
            return;
        }
        shown = Some(Instant::now());
        reported = reporter.report(EventKind::ExtractionProgress {
            package_bytes_read: progress.package_bytes_read,
            package_bytes_total: progress.package_bytes_total,
            entries: progress.entries,
        });
    };
    let result = with_cancel(cancel, &stop, || work(&mut progress, &stop));
    reported.map(|()| result)
}

/// Throws `stop` when `cancel` is thrown while `work` runs.
fn with_cancel<T>(cancel: &CancelToken, stop: &Arc<AtomicBool>, work: impl FnOnce() -> T) -> T {
    let done = Arc::new(AtomicBool::new(false));
    let watcher = std::thread::spawn({
        let (cancel, stop, done) = (cancel.clone(), Arc::clone(stop), Arc::clone(&done));
        move || {
            while !done.load(Ordering::SeqCst) {
                if cancel.is_cancelled() {
                    stop.store(true, Ordering::SeqCst);
                    return;
                }
                std::thread::park_timeout(CANCEL_EVERY);
            }
        }
    });
    let result = work();
    done.store(true, Ordering::SeqCst);
    watcher.thread().unpark();
    // The watcher cannot panic, and its end is all that is waited for.
    let _ = watcher.join();
    result
}
