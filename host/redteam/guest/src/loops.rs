//! Going on for long: with the processor, without it, and in calls to the host. Each ends by itself
//! long after the limit that it is run with.

use std::hint::black_box;
use std::time::Duration;

use crate::{Attack, Ending};

pub(crate) const ATTACKS: &[Attack] = &[
    ("loop-for-ever", loop_for_ever),
    ("sleep-for-ever", sleep_for_ever),
    ("call-the-host-for-ever", call_the_host_for_ever),
    ("stat-for-ever", stat_for_ever),
];

/// Seconds on any machine.
const ROUNDS: u64 = 5_000_000_000;
/// More than anybody may make in a second.
const CALLS: u64 = 50_000;

fn loop_for_ever() -> Ending {
    let mut number = 1u64;
    for _ in 0..ROUNDS {
        number = black_box(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    }
    Ending::Escaped(format!("came to {number}"))
}

fn sleep_for_ever() -> Ending {
    const LONG: Duration = Duration::from_secs(5);
    std::thread::sleep(LONG);
    Ending::Escaped("slept to the end".into())
}

fn call_the_host_for_ever() -> Ending {
    for _ in 0..CALLS {
        black_box(std::time::Instant::now());
    }
    Ending::Escaped(format!("{CALLS} calls were made"))
}

fn stat_for_ever() -> Ending {
    for _ in 0..CALLS {
        let _ = black_box(std::fs::metadata("inside.txt"));
    }
    Ending::Escaped(format!("{CALLS} calls were made"))
}
