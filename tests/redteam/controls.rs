//! With a control left out, exactly the attacks succeed that nothing else holds: which is how we know
//! that they are attacks, and that the control is what holds them.

use std::collections::BTreeSet;

use cofferdam_redteam::{Attack, Control, Group, Report, collection};

use crate::program::{Desk, finding};

/// Runs `attacks` with controls left out, and compares what is not held with what the collection says.
fn assert_exactly(attacks: &[Attack], without: &[Control]) -> Report {
    let names: Vec<String> = attacks.iter().map(Attack::full_name).collect();
    let keys: Vec<&str> = without.iter().map(|control| control.key()).collect();
    let keys = keys.join(",");
    let mut arguments = vec!["--without", keys.as_str()];
    names.iter().for_each(|name| arguments.extend(["--only", name]));
    let (code, report) = Desk::new().redteam(&arguments);
    assert_eq!(report.counts.not_tried, 0, "{:#?}", report.findings);

    let is_without = |control: &Control| without.contains(control);
    // What the kernel's own rules hold as well may or may not succeed, as the machine has it.
    let is_certain = |attack: &&Attack| {
        let controls = attack.held_by();
        let rest: Vec<_> = controls.iter().filter(|control| !is_without(control)).collect();
        !(rest == [&Control::Other] && controls.len() > 1)
    };
    let certain: Vec<&Attack> = attacks.iter().filter(is_certain).collect();
    let expected: BTreeSet<String> = certain
        .iter()
        .filter(|attack| attack.held_by().iter().all(is_without))
        .map(|attack| attack.full_name())
        .collect();
    let found: BTreeSet<String> = certain
        .iter()
        .map(|attack| attack.full_name())
        .filter(|name| !finding(&report, name).verdict.is_held())
        .collect();
    assert_eq!(found, expected, "without {keys}: {:#?}", report.findings);
    assert_eq!(code, Some(if report.counts.not_held > 0 { 12 } else { 0 }));
    // The report says which walls are up, and not which the machine has.
    let is_up = |name: &str| report.walls.iter().any(|wall| wall.name == name && wall.is_up);
    assert_eq!(is_up("landlock"), !is_without(&Control::Landlock));
    assert_eq!(is_up("seccomp"), !is_without(&Control::SystemCalls));
    report
}

fn group(group: Group) -> Vec<Attack> {
    collection().filter(|attack| attack.group() == group).collect()
}

/// The attacks on one kind of module, and on whoever reads modules, that a control can be left out for.
fn held_by_any(controls: &[Control]) -> Vec<Attack> {
    collection()
        .filter(|attack| attack.group() != Group::Native && attack.group() != Group::Component)
        .filter(|attack| attack.held_by().iter().any(|control| controls.contains(control)))
        .collect()
}

#[test]
fn walls_of_the_operating_system() {
    let native = group(Group::Native);
    use Control::{Descriptors, Landlock, OwnRoot, Seal, SystemCalls};
    for control in [OwnRoot, Landlock, SystemCalls, Seal, Descriptors] {
        let report = assert_exactly(&native, &[control]);
        // What two walls hold is held by the other one then.
        let connect = &finding(&report, "native/connect-to-the-network").stopped_by;
        let other = if control == SystemCalls { "Landlock" } else { "system call filter" };
        assert_eq!(connect, &[other], "without {control}");
    }
    let report = assert_exactly(&native, &[OwnRoot, Landlock, SystemCalls, Seal, Descriptors]);
    assert!(!finding(&report, "native/connect-to-the-network").verdict.is_held());
}

#[test]
fn paths_are_looked_at_and_two_walls_stand_behind() {
    let attacks = held_by_any(&[Control::Paths]);
    use Control::{Landlock, OwnRoot, Paths};
    for (without, wall) in [
        (&[OwnRoot, Landlock][..], "paths"),
        (&[Paths], "own root"),
        (&[Paths, OwnRoot], "Landlock"),
    ] {
        let report = assert_exactly(&attacks, without);
        let walls = &finding(&report, "preview1/read-other-deployment").stopped_by;
        assert_eq!(walls, &[wall], "without {without:?}");
    }
    let report = assert_exactly(&attacks, &[Paths, OwnRoot, Landlock]);
    assert!(!finding(&report, "preview1/read-other-deployment").verdict.is_held());
}

#[test]
fn limits_masking_and_escaping() {
    let controls = [Control::Limits, Control::Masking, Control::Escaping];
    let attacks = held_by_any(&controls);
    for control in controls {
        assert_exactly(&attacks, &[control]);
    }
}

/// The same for everything at once; takes many minutes.
#[test]
#[ignore = "each control against the whole collection; walls_of_the_operating_system and its \
            neighbours are the short form"]
fn every_control_against_the_whole_collection() {
    let all: Vec<Attack> = collection().collect();
    for control in Control::SWITCHES {
        assert_exactly(&all, &[*control]);
    }
    assert_exactly(&all, Control::SWITCHES);
}
