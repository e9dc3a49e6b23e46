//! Workers that are not what they should be: dead, garbled, flooding.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what is not a `#[test]` function itself is test code all the same"
)]

mod support;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use cofferdam_capability::{LimitName, Limits};
use cofferdam_sandbox::{
    HookError, HookEvent, Inputs, ModuleSource, PrepareError, RequiredWalls, Sandbox,
    SandboxSettings, Walls,
};
use cofferdam_worker_protocol::{
    Counters, Ending, FromWorker, MAX_FROM_WORKER_FRAME_BYTES, PROTOCOL_VERSION, encode,
};
use support::Place;

const HOOK: &[u8] = br#"(module (func (export "_start")))"#;

/// A place whose cache has the hook, and whose worker is a shell script.
fn place_with_worker(script: &str) -> Place {
    Place::new().prepare(HOOK);
    let folder = tempfile::tempdir().unwrap().keep();
    let program = folder.join("worker");
    std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    Place::with(|settings| settings.worker_program = Some(program))
}

#[test]
fn a_worker_that_dies_is_reported_with_its_last_words() {
    let place = place_with_worker("echo 'thread panicked' >&2; kill -SEGV $$");
    let error = place.run(HOOK, Inputs::default()).result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the hook's worker was ended by signal 11 (segmentation fault): thread panicked"
    );
    let place = place_with_worker("exit 3");
    let error = place.run(HOOK, Inputs::default()).result.unwrap_err();
    assert!(error.to_string().contains("exit code 3 and without an answer"), "{error}");
}

#[test]
fn a_worker_that_does_not_speak_the_protocol_is_killed() {
    // Standard input is the channel; what is written to it goes to the supervisor.
    let scripts = [
        ("head -c 100000 /dev/urandom >&0; sleep 100", "it sent a frame of"),
        (r"printf '\377\377\377\377' >&0; sleep 100", "and 4194304 is the most"),
        (r"printf '\001\000\000\000\377' >&0; sleep 100", "cannot be decoded"),
        (r"printf '\002\000\000\000\001\000' >&0; sleep 100", "what its walls are"),
    ];
    for (script, expected) in scripts {
        let place = place_with_worker(script);
        let error = place.run(HOOK, Inputs::default()).result.unwrap_err();
        assert!(matches!(error, HookError::Protocol { .. }), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// A worker that sends these messages, each well-formed, and then does something.
fn place_with_messages(messages: &[FromWorker], then: &str) -> Place {
    let frames: Vec<u8> = messages
        .iter()
        .flat_map(|message| encode(message, MAX_FROM_WORKER_FRAME_BYTES).unwrap())
        .collect();
    let file = tempfile::tempdir().unwrap().keep().join("frames");
    std::fs::write(&file, frames).unwrap();
    place_with_worker(&format!("FRAMES='{}'\ncat $FRAMES >&0\n{then}", file.display()))
}

fn ready() -> FromWorker {
    FromWorker::Ready { protocol: PROTOCOL_VERSION, walls: Walls::default() }
}

fn ended() -> FromWorker {
    FromWorker::Ended { ending: Ending::Exit(0), counters: Counters::default() }
}

#[test]
fn messages_that_have_no_place_end_the_worker() {
    const TOO_MUCH_AT_A_TIME: usize = 300_000;
    let output = || FromWorker::Output { name: "a".into(), value: "b".into(), sensitive: false };
    for (messages, expected) in [
        (vec![output()], "what its walls are"),
        (vec![ended()], "what its walls are"),
        (vec![FromWorker::Ready { protocol: 1, walls: Walls::default() }], "it speaks protocol 1"),
        (vec![ready(), ready()], "no place in a run"),
        (vec![ready(), FromWorker::Code(vec![0; 10])], "no place in a run"),
        (vec![ready(), FromWorker::Done], "no place in a run"),
        (vec![ready(), FromWorker::UsedVariable(9)], "a variable that it was not given"),
        (vec![ready(), FromWorker::UsedFolder(0)], "a folder that it was not given"),
        (vec![ready(), FromWorker::UsedFolder(u32::MAX)], "a folder that it was not given"),
        (vec![ready(), FromWorker::Stdout(vec![0; TOO_MUCH_AT_A_TIME])], "more at a time"),
        (vec![ready(), FromWorker::HttpBody(vec![0; TOO_MUCH_AT_A_TIME])], "more at a time"),
    ] {
        let place = place_with_messages(&messages, "sleep 100");
        let error = place.run(HOOK, Inputs::default()).result.unwrap_err();
        assert!(matches!(error, HookError::Protocol { .. }), "{messages:?}: {error}");
        assert!(error.to_string().contains(expected), "{messages:?}: {error}");
    }
}

#[test]
fn what_comes_after_the_last_message_counts_for_nothing_and_the_worker_is_ended() {
    let after = FromWorker::Output { name: "late".into(), value: "x".into(), sensitive: false };
    let place = place_with_messages(&[ready(), ended(), after, ready()], "sleep 1000");
    let record = place.run(HOOK, Inputs::default());
    assert!(record.result.is_ok(), "{:?}", record.result);
    let is_started = |event: &HookEvent| matches!(event, HookEvent::Started { .. });
    assert!(record.events.iter().all(is_started), "{:?}", record.events);
}

#[test]
fn a_flood_of_messages_that_cost_nothing_ends_with_the_time() {
    let nothing = FromWorker::Stdout(Vec::new());
    let mut messages = vec![ready()];
    messages.extend(std::iter::repeat_n(nothing, 10_000));
    let mut place = place_with_messages(&messages, "while tail -c 48000 $FRAMES >&0; do :; done");
    place.limit(LimitName::WallTime, 1_000);
    place.run(HOOK, Inputs::default()).stopped_at(LimitName::WallTime, 1_000);
}

#[test]
fn a_worker_that_says_nothing_is_killed_in_time() {
    let mut place = place_with_worker("sleep 1000");
    place.limit(LimitName::WallTime, 200);
    place.run(HOOK, Inputs::default()).stopped_at(LimitName::WallTime, 200);
}

#[test]
fn a_worker_that_closes_the_channel_and_stays_is_killed() {
    let place = place_with_worker("exec 0<&-; sleep 1000");
    let error = place.run(HOOK, Inputs::default()).result.unwrap_err();
    assert!(matches!(error, HookError::WorkerDied { signal: Some(9), .. }), "{error}");
}

#[test]
fn a_compiling_worker_is_trusted_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = SandboxSettings::new(folder.path().join("cache"));
    settings.worker_program = Some(PathBuf::from("/bin/true"));
    let sandbox = Sandbox::new(settings).unwrap();
    let source = ModuleSource { name: "m", bytes: HOOK };
    let error = sandbox.prepare(&source, &Limits::default()).unwrap_err();
    assert!(matches!(error, PrepareError::WorkerDied { .. }), "{error}");
}

#[test]
fn full_walls_can_be_required() {
    let place = Place::with(|settings| settings.required_walls = RequiredWalls::Full);
    let result = place.run(HOOK, Inputs::default()).result;
    if place.sandbox.machine_walls().level() >= RequiredWalls::Full {
        assert!(result.is_ok(), "{result:?}");
    } else {
        assert!(matches!(result, Err(HookError::Walls { .. })), "{result:?}");
    }
}

/// The worker writes its number to a file before it becomes a real one.
#[cfg(target_os = "linux")]
#[test]
fn a_worker_that_was_started_ahead_takes_the_next_run_and_is_replaced_if_it_is_gone() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::time::{Duration, Instant};

    let folder = tempfile::tempdir().unwrap();
    let started = folder.path().join("started");
    let real = support::worker_program();
    let place = place_with_worker(&format!(
        "echo $$ >>'{}'; exec '{}' \"$@\"",
        started.display(),
        real.display()
    ));
    let module = place.prepare(HOOK);
    let numbers = || -> Vec<String> {
        let text = std::fs::read_to_string(&started).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    };
    let before = numbers().len();
    let run = || {
        let enclosure = cofferdam_sandbox::Enclosure::open(place.folder()).unwrap();
        let grant = cofferdam_capability::Grant::issue(place.terms.clone(), vec![]);
        let sandbox = &place.sandbox;
        sandbox.run(&module, &enclosure, &grant, Inputs::default(), &mut |_| {}).unwrap();
    };

    place.sandbox.start_ahead();
    place.sandbox.start_ahead();
    run();
    assert_eq!(numbers().len(), before + 1, "one was started, and took the run");
    run();
    assert_eq!(numbers().len(), before + 2, "none waited for the second run");

    place.sandbox.start_ahead();
    let deadline = Instant::now() + Duration::from_secs(60);
    let until = |what: &str, is_so: &dyn Fn() -> bool| {
        while !is_so() {
            assert!(Instant::now() < deadline, "{what}");
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    until("no worker was started", &|| numbers().len() > before + 2);
    let waiting: i32 = numbers()[before + 2].parse().unwrap();
    kill_process(Pid::from_raw(waiting).unwrap(), Signal::KILL).unwrap();
    until("the worker did not end", &|| {
        let stat = std::fs::read_to_string(format!("/proc/{waiting}/stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, state)| state.starts_with('Z'))
    });
    run();
    assert_eq!(numbers().len(), before + 4, "the one that was gone was replaced");
}
