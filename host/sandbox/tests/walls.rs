//! The walls of the operating system, attacked with native code from inside a worker, as if the
//! engine had been broken. Needs the cargo feature `test-switches`.
#![cfg(all(feature = "test-switches", target_os = "linux"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what is not a `#[test]` function itself is test code all the same"
)]

mod support;

use cofferdam_capability::{Grant, GrantTerms};
use cofferdam_sandbox::{
    Enclosure, HookError, Inputs, Probe, ProbeOutcome, ProbeTarget, RequiredWalls, TestSwitches,
    UserIds,
};
use support::Place;

const HOOK: &[u8] = br#"(module (func (export "_start")))"#;

/// What stopped an attack.
#[derive(Debug, PartialEq, Eq)]
enum Stopped {
    /// Landlock, or the kernel's ordinary rules: an error.
    ByAnError,
    /// The system call filter: the end of the process.
    ByTheFilter,
    /// Nothing.
    Not,
}

fn attack(name: &str, switches: TestSwitches) -> Stopped {
    attack_with(name, switches, -1)
}

fn attack_with(name: &str, switches: TestSwitches, descriptor: i32) -> Stopped {
    let place = Place::with(|settings| settings.test_switches = switches);
    let outside = place.root().join("other-deployment");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret.txt"), "a secret").unwrap();
    std::fs::write(place.root().join("canary.txt"), "nobody's").unwrap();
    let target = ProbeTarget {
        folder: place.root().to_owned(),
        descriptor,
        supervisor: std::process::id(),
        udp_port: 9,
        local_socket: "nobody listens here".to_owned(),
        ..ProbeTarget::default()
    };
    let module = place.prepare(HOOK);
    let enclosure = Enclosure::open(place.folder()).unwrap();
    let grant = Grant::issue(GrantTerms::default(), Vec::new());
    let probe = Probe { name: name.to_owned(), target };
    match place.sandbox.probe(&module, &enclosure, &grant, probe).unwrap().outcome {
        ProbeOutcome::Succeeded { .. } => Stopped::Not,
        ProbeOutcome::Refused { why } => {
            let expected = match name {
                "use-an-inherited-descriptor" => 9,
                // As if the file were in another file system.
                "link-a-file-in" => 18,
                _ => 13,
            };
            assert!(why.contains(&format!("os error {expected}")), "{name}: {why}");
            Stopped::ByAnError
        }
        ProbeOutcome::Killed { signal: 31, .. } => Stopped::ByTheFilter,
        other => panic!("{name}: {other:?}"),
    }
}

const ON_FILES: [&str; 9] = [
    "read-a-file-outside",
    "read-another-deployment",
    "leave-the-enclosure",
    "list-a-folder-outside",
    "create-a-file-outside",
    "change-a-file-outside",
    "remove-a-file-outside",
    "link-a-file-in",
    "read-the-supervisors-environment",
];

const ON_THE_KERNEL: [&str; 21] = [
    "run-a-program",
    "start-a-process",
    "signal-the-supervisor",
    "attach-to-the-supervisor",
    "read-the-supervisors-memory",
    "change-the-supervisors-limits",
    "connect-to-the-network",
    "send-a-datagram",
    "connect-to-a-local-socket",
    "mount",
    "make-a-namespace",
    "open-by-handle",
    "use-io-uring",
    "load-bpf",
    "use-the-kernels-keys",
    "become-another-user",
    "make-a-file-outside-writable",
    "make-a-device",
    "talk-to-a-device",
    "become-dumpable-again",
    "make-executable-memory",
];

#[test]
fn files_outside_are_out_of_reach() {
    for name in ON_FILES {
        assert_eq!(attack(name, TestSwitches::default()), Stopped::ByAnError, "{name}");
    }
    assert_eq!(attack("write-inside", TestSwitches::default()), Stopped::Not);
}

#[test]
fn descriptors_are_not_inherited() {
    let secret = tempfile::tempfile().unwrap();
    // Without the flag that closes it when another program is run.
    let mut inherited = std::mem::ManuallyDrop::new(unused_descriptor(200));
    rustix::io::dup2(&secret, &mut inherited).unwrap();
    let result = attack_with("use-an-inherited-descriptor", TestSwitches::default(), 200);
    assert_eq!(result, Stopped::ByAnError);
    let switches = TestSwitches { without_closing: true, ..TestSwitches::default() };
    let result = attack_with("use-an-inherited-descriptor", switches, 200);
    assert_eq!(result, Stopped::Not);
}

/// A descriptor of this number, for `dup2` to fill.
fn unused_descriptor(number: std::os::fd::RawFd) -> std::os::fd::OwnedFd {
    use std::os::fd::FromRawFd;

    #[expect(unsafe_code, reason = "there is no safe way to choose a descriptor's number")]
    // SAFETY: nothing else in this test uses the number, and it is never closed.
    unsafe {
        std::os::fd::OwnedFd::from_raw_fd(number)
    }
}

#[test]
fn the_kernel_is_out_of_reach() {
    for name in ON_THE_KERNEL {
        assert_eq!(attack(name, TestSwitches::default()), Stopped::ByTheFilter, "{name}");
    }
}

/// Landlock does not govern them, and the documentation says so. When a kernel does, it may say more.
#[test]
fn facts_about_files_outside_are_within_reach() {
    for name in
        ["look-at-a-file-outside", "look-where-a-link-outside-leads", "change-times-outside"]
    {
        assert_eq!(attack(name, TestSwitches::default()), Stopped::Not, "{name}");
    }
}

#[test]
fn without_a_wall_its_attacks_succeed() {
    let switches = TestSwitches { without_landlock: true, ..TestSwitches::default() };
    for name in ["read-a-file-outside", "list-a-folder-outside", "leave-the-enclosure"] {
        assert_eq!(attack(name, switches), Stopped::Not, "{name}");
    }
    let switches = TestSwitches { without_seccomp: true, ..TestSwitches::default() };
    for name in ["send-a-datagram", "make-a-file-outside-writable", "talk-to-a-device"] {
        assert_eq!(attack(name, switches), Stopped::Not, "{name}");
    }
}

#[test]
fn missing_walls_are_noticed_when_they_are_required() {
    Place::new().prepare(HOOK);
    for (without_landlock, without_seccomp) in [(true, false), (false, true), (true, true)] {
        let place = Place::with(|settings| {
            settings.required_walls = RequiredWalls::Full;
            settings.test_switches =
                TestSwitches { without_landlock, without_seccomp, ..TestSwitches::default() };
        });
        let record = place.run(HOOK, Inputs::default());
        assert!(matches!(record.result, Err(HookError::Walls { .. })), "{:?}", record.result);
        assert!(record.events.is_empty());
    }
}

#[test]
fn a_worker_of_roots_becomes_the_user_that_was_named() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let user = UserIds { uid: 65534, gid: 65534 };
    let place = Place::with(|settings| settings.worker_user = Some(user));
    std::os::unix::fs::chown(place.folder(), Some(user.uid), Some(user.gid)).unwrap();
    let record = place.guest(support::Kind::Component, &["write-folder", "new"]);
    assert_eq!(record.lines(), ["written"], "{:?}", record.result);
    assert_eq!(record.succeeded().walls.user, Some(user));
}
