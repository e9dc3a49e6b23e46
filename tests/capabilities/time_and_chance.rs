//! Clocks and random numbers: real where granted, and the same in every run where not.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::asking::{Asking, GRANTED, NOT_GRANTED};
use crate::guest::{BOTH, Kind};

/// What a hook without the grant sees: 1980-01-01, the earliest time of every archive format.
const FIXED: &str = "315532800";

#[test]
fn the_clock_is_the_machines_where_granted_and_stands_still_elsewhere() {
    for kind in BOTH {
        let policy = format!("[[grant]]\nhook = \"{GRANTED}\"\nclock = \"real\"\n");
        let questions = ["time now", "sleep 30", "sleep 300"];
        let answers = Asking::new().policy(&policy).ask(kind, &questions);
        let (granted, other) = (answers.of(GRANTED), answers.of(NOT_GRANTED));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let read: u64 = granted["time now"].parse().unwrap();
        assert!(now - read < 600, "{read} is not {now}");
        assert!(granted["sleep 300"].parse::<u64>().unwrap() >= 300);
        assert_eq!(other["time now"], FIXED);
        assert!(answers.used(GRANTED).contains(&"clock".to_owned()));
    }
}

#[test]
fn how_long_anything_takes_does_not_show_without_a_clock() {
    for kind in BOTH {
        let mut asking = Asking::new();
        let questions = ["sleep 30", "sleep 300", "sleep 30", "spin now"];
        let first = asking.ask(kind, &questions);
        let second = asking.ask(kind, &questions);
        // The same readings in both runs, however busy the machine was.
        assert_eq!(first.lines(GRANTED), second.lines(GRANTED), "{kind:?}");
        let spun: u64 = first.of(GRANTED)["spin now"].parse().unwrap();
        assert!(spun < 10, "a busy loop seemed to take {spun} ms");
    }
}

#[test]
fn times_of_files_do_not_tell_the_time_without_a_clock() {
    for kind in BOTH {
        let policy = format!("[[grant]]\nhook = \"{GRANTED}\"\nclock = \"real\"\n");
        let answers = Asking::new().policy(&policy).ask(kind, &["file-time made"]);
        assert_ne!(answers.of(GRANTED)["file-time made"], FIXED, "{kind:?}");
        assert_eq!(answers.of(NOT_GRANTED)["file-time made"], FIXED, "{kind:?}");
    }
}

#[test]
fn random_numbers_differ_where_granted_and_are_the_same_elsewhere() {
    for kind in BOTH {
        let policy = format!("[[grant]]\nhook = \"{GRANTED}\"\nrandom = \"real\"\n");
        let mut asking = Asking::new().policy(&policy);
        let first = asking.ask(kind, &["random number"]);
        let second = asking.ask(kind, &["random number"]);
        let number =
            |answers: &crate::asking::Answers, hook| answers.of(hook)["random number"].to_owned();
        assert_ne!(number(&first, GRANTED), number(&second, GRANTED), "{kind:?}");
        assert_eq!(number(&first, NOT_GRANTED), number(&second, NOT_GRANTED), "{kind:?}");
        if kind == Kind::Preview1 {
            assert!(first.used(GRANTED).contains(&"random".to_owned()));
        }
    }
}

#[test]
fn nothing_random_shines_through_addresses_and_memory() {
    for kind in BOTH {
        let mut asking = Asking::new();
        let questions = ["addresses x", "random number", "time now"];
        let first = asking.ask(kind, &questions);
        let second = asking.ask(kind, &questions);
        assert_eq!(first.lines(GRANTED), second.lines(GRANTED), "{kind:?}");
    }
}
