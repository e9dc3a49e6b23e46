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

use cofferdam_capability::{Access, ExtraFolder, Grant, LimitName};
use cofferdam_sandbox::{
    Enclosure, HookError, Inputs, Probe, ProbeOutcome, ProbeReport, ProbeTarget, RequiredWalls,
    TestSwitches, UserIds,
};
use support::Place;

const HOOK: &[u8] = br#"(module (func (export "_start")))"#;

/// What stopped an attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stopped {
    /// The root directory of the worker's own: there is no such path.
    ByItsRoot,
    /// Landlock: a permission is missing.
    ByLandlock,
    /// A limit of the process: there is no more memory.
    ByItsLimits,
    /// There is no such descriptor.
    ByAnEmptyTable,
    /// The system call filter: the end of the process.
    ByTheFilter,
    /// Nothing.
    Not,
}

fn attack(name: &str, switches: TestSwitches) -> Stopped {
    attack_from(&mut Place::new(), name, switches, -1)
}

fn attack_from(place: &mut Place, name: &str, switches: TestSwitches, descriptor: i32) -> Stopped {
    place.reopen(|settings| settings.test_switches = switches);
    match probe(place, name, descriptor).unwrap().outcome {
        ProbeOutcome::Succeeded { .. } => Stopped::Not,
        ProbeOutcome::Refused { why } => {
            let errors = [
                ("os error 2)", Stopped::ByItsRoot),
                ("os error 9)", Stopped::ByAnEmptyTable),
                ("os error 12)", Stopped::ByItsLimits),
                ("os error 13)", Stopped::ByLandlock),
                // As if the file were in another file system.
                ("os error 18)", Stopped::ByLandlock),
            ];
            let known = errors.iter().find(|(error, _)| why.contains(error));
            known.unwrap_or_else(|| panic!("{name}: {why}")).1
        }
        ProbeOutcome::Killed { signal: 31, .. } => Stopped::ByTheFilter,
        other => panic!("{name}: {other:?}"),
    }
}

/// Carries out a probe in the place, which is given everything that probes aim at.
fn probe(place: &Place, name: &str, descriptor: i32) -> Result<ProbeReport, HookError> {
    let outside = place.root().join("other-deployment");
    std::fs::create_dir_all(&outside).unwrap();
    std::fs::write(outside.join("secret.txt"), "a secret").unwrap();
    std::fs::write(place.root().join("canary.txt"), "nobody's").unwrap();
    let target = ProbeTarget {
        folder: place.root().to_owned(),
        enclosure: place.folder().strip_prefix(place.root()).unwrap().to_owned(),
        descriptor,
        supervisor: std::process::id(),
        udp_port: 9,
        local_socket: "nobody listens here".to_owned(),
        ..ProbeTarget::default()
    };
    let module = place.prepare(HOOK);
    let enclosure = Enclosure::open(place.folder()).unwrap();
    let grant = Grant::issue(place.terms.clone(), Vec::new());
    place.sandbox.probe(&module, &enclosure, &grant, Probe { name: name.to_owned(), target })
}

/// Whether workers get a root directory of their own here. Some machines let nobody but root
/// choose one; there the tests say that they show less.
fn has_own_root() -> bool {
    let has = Place::new().sandbox.machine_walls().own_root;
    if !has {
        eprintln!("NOTICE: no root of a worker's own on this machine; its tests show nothing");
    }
    has
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

const ON_THE_KERNEL: [&str; 26] = [
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
    "choose-another-root",
    "choose-another-current-folder",
    "go-to-an-open-folder",
    "reserve-disk-space",
    "write-without-calls",
];

/// Landlock does not govern these.
const ON_FACTS: [&str; 4] = [
    "look-at-a-file-outside",
    "look-where-a-link-outside-leads",
    "look-out-of-the-current-folder",
    "change-times-outside",
];

#[test]
fn files_outside_have_no_path() {
    assert_eq!(attack("write-inside", TestSwitches::default()), Stopped::Not);
    if has_own_root() {
        for name in ON_FILES.into_iter().chain(ON_FACTS) {
            assert_eq!(attack(name, TestSwitches::default()), Stopped::ByItsRoot, "{name}");
        }
    }
}

#[test]
fn files_outside_are_out_of_reach_where_they_have_a_path() {
    let switches = TestSwitches { without_own_root: true, ..TestSwitches::default() };
    for name in ON_FILES {
        assert_eq!(attack(name, switches), Stopped::ByLandlock, "{name}");
    }
    assert_eq!(attack("write-inside", switches), Stopped::Not);
}

#[test]
fn a_granted_folder_is_no_way_out() {
    let mut place = Place::new();
    let granted = place.root().join("granted");
    std::fs::create_dir(&granted).unwrap();
    place.terms.folders.push(ExtraFolder {
        host: granted,
        guest: "/granted".to_owned(),
        access: Access::ReadWrite,
    });
    let name = "look-out-of-a-granted-folder";
    let switches = TestSwitches { without_own_root: true, ..TestSwitches::default() };
    assert_eq!(attack_from(&mut place, name, switches, -1), Stopped::Not);
    place.reopen(|_| {});
    let up = place.run(HOOK, Inputs::default()).succeeded().walls.own_root;
    if up {
        let stopped = attack_from(&mut place, name, TestSwitches::default(), -1);
        assert_eq!(stopped, Stopped::ByItsRoot);
    } else {
        // Without the privilege to mount the way is open, and the walls say so.
        assert!(!rustix::process::geteuid().is_root());
        assert_eq!(attack_from(&mut place, name, TestSwitches::default(), -1), Stopped::Not);
    }
}

/// The enclosure is in a wider folder that was granted as well, so that a folder can be moved out from
/// under the worker, which holds it open.
#[test]
fn a_folder_that_was_moved_out_is_no_way_out() {
    let mut place = Place::new();
    place.terms.folders.push(ExtraFolder {
        host: place.root().to_owned(),
        guest: "/wide".to_owned(),
        access: Access::ReadWrite,
    });
    let name = "look-out-of-a-folder-that-was-moved";
    place.reopen(|_| {});
    if place.run(HOOK, Inputs::default()).succeeded().walls.own_root {
        let stopped = attack_from(&mut place, name, TestSwitches::default(), -1);
        assert_eq!(stopped, Stopped::ByItsRoot);
        assert!(place.root().join("moved").exists(), "it was moved");
    } else {
        assert!(!rustix::process::geteuid().is_root());
        assert_eq!(attack_from(&mut place, name, TestSwitches::default(), -1), Stopped::Not);
    }
}

#[test]
fn descriptors_are_not_inherited() {
    let secret = tempfile::tempfile().unwrap();
    // Without the flag that closes it when another program is run.
    let mut inherited = std::mem::ManuallyDrop::new(unused_descriptor(200));
    rustix::io::dup2(&secret, &mut inherited).unwrap();
    let mut place = Place::new();
    let name = "use-an-inherited-descriptor";
    let result = attack_from(&mut place, name, TestSwitches::default(), 200);
    assert_eq!(result, Stopped::ByAnEmptyTable);
    let switches = TestSwitches { without_closing: true, ..TestSwitches::default() };
    assert_eq!(attack_from(&mut place, name, switches, 200), Stopped::Not);
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

/// The counts in the worker are void when the engine is broken. The supervisor's are not.
#[test]
fn native_code_cannot_fill_the_disk() {
    const MUCH: u64 = 2 << 30;
    for (name, limit, value) in [
        ("fill-the-disk", LimitName::WrittenBytes, 1 << 20),
        ("fill-the-disk-out-of-sight", LimitName::WrittenBytes, 1 << 20),
        ("make-files-for-ever", LimitName::FilesCreated, 50),
    ] {
        let mut place = Place::new();
        // Should it not be stopped, this ends it.
        place.limit(LimitName::WallTime, 60_000).limit(LimitName::CpuTime, 10_000);
        match probe(place.limit(limit, value), name, -1) {
            Err(HookError::Limit { limit: reached, .. }) if reached == limit => {}
            other => panic!("{name}: {other:?}"),
        }
        let size =
            |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().metadata().unwrap().len();
        let sizes: u64 = std::fs::read_dir(place.folder()).unwrap().map(size).sum();
        assert!(sizes < MUCH, "{name}: {sizes}");
    }
}

#[test]
fn native_code_cannot_take_the_machines_memory() {
    let name = "take-much-memory";
    assert_eq!(attack(name, TestSwitches::default()), Stopped::ByItsLimits);
    let switches = TestSwitches { without_limits: true, ..TestSwitches::default() };
    assert_eq!(attack(name, switches), Stopped::Not);
    // What no limit on memory counts.
    let in_tables = attack("take-memory-in-tables", TestSwitches::default());
    assert_eq!(in_tables, Stopped::ByItsLimits);
    let without_seccomp = TestSwitches { without_seccomp: true, ..TestSwitches::default() };
    let without_seal = TestSwitches { without_seal: true, ..TestSwitches::default() };
    for (name, without) in
        [("take-memory-as-stack", without_seccomp), ("take-memory-as-files", without_seal)]
    {
        assert_eq!(attack(name, TestSwitches::default()), Stopped::ByTheFilter, "{name}");
        assert_eq!(attack(name, without), Stopped::Not, "{name}");
    }
}

#[test]
fn without_a_wall_its_attacks_succeed() {
    let switches = TestSwitches { without_own_root: true, ..TestSwitches::default() };
    for name in ON_FACTS {
        assert_eq!(attack(name, switches), Stopped::Not, "{name}");
    }
    let switches = TestSwitches { without_landlock: true, ..switches };
    for name in ["read-a-file-outside", "list-a-folder-outside", "leave-the-enclosure"] {
        assert_eq!(attack(name, switches), Stopped::Not, "{name}");
    }
    let switches =
        TestSwitches { without_seccomp: true, without_own_root: true, ..TestSwitches::default() };
    for name in ["send-a-datagram", "make-a-file-outside-writable", "talk-to-a-device"] {
        assert_eq!(attack(name, switches), Stopped::Not, "{name}");
    }
}

/// A compiling worker looks for the number of processors in files, and must not die of finding some.
#[test]
fn modules_are_compiled_on_machines_without_landlock() {
    let cache = tempfile::tempdir().unwrap();
    let place = Place::with(|settings| {
        settings.cache_dir = cache.path().join("cache");
        settings.test_switches = TestSwitches { without_landlock: true, ..TestSwitches::default() };
    });
    place.prepare(HOOK);
}

#[test]
fn missing_walls_are_noticed_when_they_are_required() {
    Place::new().prepare(HOOK);
    let missing = |without_own_root, without_landlock, without_seccomp| TestSwitches {
        without_own_root,
        without_landlock,
        without_seccomp,
        ..TestSwitches::default()
    };
    for (required, switches) in [
        (RequiredWalls::Strict, missing(true, false, false)),
        (RequiredWalls::Full, missing(false, true, false)),
        (RequiredWalls::Full, missing(false, false, true)),
        (RequiredWalls::Full, missing(true, true, true)),
        (RequiredWalls::Partial, missing(true, true, true)),
    ] {
        let place = Place::with(|settings| {
            settings.required_walls = required;
            settings.test_switches = switches;
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
