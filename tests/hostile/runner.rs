//! Runs one attack, and looks at everything it must not have done.

use std::collections::BTreeSet;
use std::process::Command;

use cofferdam_capability::LimitName;

use crate::attacks::{ATTACKS, Attack, Ends};
use crate::guest::{Guest, Kind};
use crate::scene::{Ran, Scene, assert_host_is_healthy};

/// Limits that are lower than the defaults in every run, so that what overruns them is over soon.
const LOWERED: [&str; 4] =
    ["wall-time=90s", "cpu-time=30s", "memory=32MiB", "host-calls-per-second=100000"];

/// What the guest of a kind calls its attacks.
pub(crate) fn attacks_of(guest: &Guest, kind: Kind) -> BTreeSet<String> {
    let scene = Scene::new();
    let ran = scene.finish(&mut scene.run_hook(&guest.module(kind), &[], &["list"]));
    let ran = ran.expect_code(0);
    let is_name = |name: &&str| !name.is_empty() && !name.contains([' ', ',']);
    ran.stderr.lines().map(str::trim).filter(is_name).map(str::to_owned).collect()
}

/// Every attack of the guest is in the table, and the other way round.
pub(crate) fn assert_complete(known: &BTreeSet<String>, kind: Kind) {
    let listed: BTreeSet<String> = ATTACKS.iter().map(|attack| attack.name.to_owned()).collect();
    let missing: Vec<_> = known.difference(&listed).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
    // Components have no descriptors to guess.
    if kind == Kind::Preview1 {
        let unknown: Vec<_> = listed.difference(known).collect();
        assert!(unknown.is_empty(), "not in the guest: {unknown:?}");
    }
}

/// Runs an attack in the sandbox.
pub(crate) fn run(guest: &Guest, kind: Kind, attack: &Attack) {
    let module = guest.module(kind);
    let ends = match kind {
        Kind::Preview1 => attack.ends,
        Kind::Component => attack.component_ends.unwrap_or(attack.ends),
    };
    let scene = Scene::new();
    let limits: Vec<&str> = match ends {
        Ends::AtLimit(limit) => LOWERED.into_iter().chain([limit]).collect(),
        Ends::InRaceWithItself => LOWERED.into_iter().chain(["files-created=20000"]).collect(),
        _ => LOWERED.into(),
    };
    let once = || scene.run_hook(&module, &limits, &[attack.name]);
    let ran = match ends {
        Ends::Held(guards) => {
            let ran = scene.finish(&mut once()).expect_code(0);
            assert_refused_by(&ran, guards);
            ran
        }
        Ends::AtLimit(limit) => {
            let ran = scene.finish(&mut once()).expect_code(1);
            assert_stopped_at(&ran, &scene, limit);
            ran
        }
        Ends::Shows(parts) => {
            let ran = scene.finish(&mut once()).expect_code(0);
            parts.iter().for_each(|part| ran.expect_error(part));
            ran
        }
        Ends::SameInEveryRun => {
            let first = scene.finish(&mut once()).expect_code(0);
            let second = scene.finish(&mut once()).expect_code(0);
            assert!(first.held().is_some(), "{first}");
            assert_eq!(first.held(), second.held());
            second
        }
        Ends::InRaceWithItself => {
            let other = scene.start(&mut once());
            let ran = scene.finish(&mut once()).expect_code(0);
            let other = other.finish().expect_code(0);
            other.assert_harmless();
            assert_refused_by(&other, &["3,000 rounds"]);
            assert_refused_by(&ran, &["3,000 rounds"]);
            ran
        }
    };
    if let Some(part) = attack.says {
        ran.expect_error(part);
    }
    ran.assert_harmless();
    scene.assert_untouched();
    assert_host_is_healthy();
}

/// Runs an attack without a sandbox: it gets what it wants.
pub(crate) fn run_unheld(guest: &Guest, attack: &Attack) {
    let scene = Scene::new();
    let mut command = Command::new(guest.native());
    command.arg(attack.name).current_dir(scene.enclosure());
    let ran = scene.finish(&mut command);
    let escaped = ran.code == Some(42) && ran.stdout.contains("ESCAPED");
    assert!(escaped, "{} gets no {}:\n{ran}", attack.name, attack.wants);
}

/// The look at what lies outside notices what these attacks do when nothing holds them.
pub(crate) fn assert_changes_are_noticed(guest: &Guest) {
    for attack in [
        "truncate-in-parent",
        "remove-file-in-parent",
        "make-folder-in-parent",
        "rename-into-parent",
        "rename-from-parent",
        "write-through-link",
        "hard-link-from-outside",
    ] {
        let scene = Scene::new();
        let mut command = Command::new(guest.native());
        scene.finish(command.arg(attack).current_dir(scene.enclosure())).expect_code(42);
        assert!(!scene.changes_outside().is_empty(), "nobody noticed what `{attack}` did");
    }
}

fn assert_refused_by(ran: &Ran, guards: &[&str]) {
    let held = ran.held().unwrap_or_else(|| panic!("the hook does not say what held:\n{ran}"));
    for piece in held.split("; ") {
        let by_one = guards.iter().any(|guard| piece.contains(guard));
        assert!(by_one, "`{piece}` was refused, and by none of {guards:?}");
    }
    for guard in guards {
        assert!(held.contains(guard), "nothing was refused by `{guard}`: {held}");
    }
}

/// The error names the limit and its value, and the disk holds no more than the limit lets it.
fn assert_stopped_at(ran: &Ran, scene: &Scene, limit: &str) {
    let (name, value) = limit.split_once('=').unwrap();
    ran.expect_error(&format!("error: the hook reached the limit `{name}` of {value}"));
    let name = LimitName::from_key(name).unwrap();
    let allowed = name.parse_value(value).unwrap();
    /// The enclosure begins with two folders and one file of six bytes.
    const ENTRIES_BEFORE: u64 = 3;
    const BYTES_BEFORE: u64 = 6;
    let (entries, bytes) = scene.contents();
    match name {
        LimitName::WrittenBytes => {
            assert!(bytes <= allowed + BYTES_BEFORE, "{bytes} bytes are in the enclosure");
        }
        LimitName::FilesCreated => {
            assert!(entries <= allowed + ENTRIES_BEFORE, "{entries} entries are in the enclosure");
        }
        _ => {}
    }
}
