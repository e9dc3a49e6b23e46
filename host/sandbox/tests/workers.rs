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
    HookError, Inputs, ModuleSource, PrepareError, RequiredWalls, Sandbox, SandboxSettings,
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
