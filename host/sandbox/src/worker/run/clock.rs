//! The clocks of a hook: the machine's, or ones that show the same in every run.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cofferdam_capability::ClockSource;
use cofferdam_worker_protocol::FromWorker;
use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

use crate::worker::channel::Outbox;

/// By how much the fixed monotonic clock advances with every reading, in nanoseconds: a
/// millisecond, so that programs which wait for time to pass see it pass.
const FIXED_STEP_NANOSECONDS: u64 = 1_000_000;

/// What the times of files are shown as, since 1970: under a fixed clock all the same, because a file
/// that was just written would tell the time.
pub(super) fn shown_file_time(source: ClockSource) -> Option<Duration> {
    match source {
        ClockSource::Real => None,
        ClockSource::Fixed { unix_seconds } => Some(Duration::from_secs(unix_seconds)),
    }
}

/// Both clocks of one hook.
pub(super) struct Clock {
    source: ClockSource,
    outbox: Outbox,
    told: OnceLock<()>,
    start: Instant,
    readings: AtomicU64,
}

impl Clock {
    /// A clock as granted.
    pub(super) fn new(source: ClockSource, outbox: Outbox) -> Self {
        let (told, readings) = (OnceLock::new(), AtomicU64::new(0));
        Self { source, outbox, told, start: Instant::now(), readings }
    }

    /// Tells the supervisor of the first reading.
    fn tell(&self) {
        self.told.get_or_init(|| {
            // A channel that broke ends the hook with its next call.
            let _ = self.outbox.send(&FromWorker::UsedClock);
        });
    }
}

impl HostWallClock for Clock {
    fn resolution(&self) -> Duration {
        match self.source {
            ClockSource::Real => Duration::from_nanos(1),
            ClockSource::Fixed { .. } => Duration::from_secs(1),
        }
    }

    fn now(&self) -> Duration {
        self.tell();
        match self.source {
            ClockSource::Real => SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            ClockSource::Fixed { unix_seconds } => Duration::from_secs(unix_seconds),
        }
    }
}

impl HostMonotonicClock for Clock {
    fn resolution(&self) -> u64 {
        match self.source {
            ClockSource::Real => 1,
            ClockSource::Fixed { .. } => FIXED_STEP_NANOSECONDS,
        }
    }

    fn now(&self) -> u64 {
        self.tell();
        match self.source {
            ClockSource::Real => u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX),
            ClockSource::Fixed { .. } => {
                self.readings.fetch_add(1, Ordering::Relaxed).saturating_mul(FIXED_STEP_NANOSECONDS)
            }
        }
    }
}
