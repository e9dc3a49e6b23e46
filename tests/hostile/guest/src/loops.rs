//! Never ending: with the processor, without it, and in calls to the host.

use std::hint::black_box;
use std::time::Duration;

use crate::{Attack, Ending};

pub(crate) const ATTACKS: &[Attack] = &[
    ("loop-for-ever", loop_for_ever),
    ("sleep-for-ever", sleep_for_ever),
    ("call-the-host-for-ever", call_the_host_for_ever),
    ("stat-for-ever", stat_for_ever),
];

fn loop_for_ever() -> Ending {
    let mut number = 1u64;
    loop {
        number = black_box(number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1));
    }
}

fn sleep_for_ever() -> Ending {
    loop {
        std::thread::sleep(Duration::from_secs(3_600));
    }
}

fn call_the_host_for_ever() -> Ending {
    loop {
        black_box(std::time::Instant::now());
    }
}

fn stat_for_ever() -> Ending {
    loop {
        let _ = black_box(std::fs::metadata("inside.txt"));
    }
}
