//! Hooks that do what they may: exit codes, output, environment, files, the typed interface.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what is not a `#[test]` function itself is test code all the same"
)]

mod support;

use cofferdam_capability::{Access, Capability, ClockSource, ExtraFolder, RandomSource};
use cofferdam_sandbox::{
    DeploymentFacts, HookError, HookEvent, HookVariable, Inputs, LogLevel, OutputStream,
    RequiredWalls,
};
use support::{BOTH, Kind, Place, guest};

fn variable(name: &str, value: &str, sensitive: bool) -> HookVariable {
    HookVariable {
        name: name.into(),
        value: Some(value.into()),
        definition: Some(format!("raw {value}")),
        sensitive,
        literal: false,
    }
}

#[test]
fn a_hook_that_does_nothing_succeeds_behind_the_machines_walls() {
    let place = Place::new();
    for kind in BOTH {
        let record = place.guest(kind, &["nothing"]);
        let report = record.succeeded();
        assert_eq!(report.exit_code, Some(0));
        assert_eq!(report.walls, place.sandbox.machine_walls());
        let started = HookEvent::Started { walls: report.walls.clone() };
        assert_eq!(record.events.first(), Some(&started));
        if cfg!(target_os = "linux") {
            assert!(report.walls.level() >= RequiredWalls::Full, "{}", report.walls);
        }
    }
}

#[test]
fn exit_codes_are_exact_where_the_program_can_say_them() {
    let place = Place::new();
    let code = |kind, code: &str| match place.guest(kind, &["exit", code]).result {
        Err(HookError::ExitCode { code, .. }) => code,
        other => panic!("{other:?}"),
    };
    for wanted in [1, 7, 42, 125] {
        assert_eq!(code(Kind::Preview1, &wanted.to_string()), wanted);
    }
    // Rust's standard library tells a component's host only whether it failed.
    assert_eq!(code(Kind::Component, "7"), 1);
}

#[test]
fn a_failing_hook_says_why() {
    let place = Place::new();
    for kind in BOTH {
        let record = place.guest(kind, &["fail", "the database is down"]);
        let error = record.result.unwrap_err();
        assert_eq!(error.to_string(), "the hook ended with exit code 1: the database is down");
        let record = place.guest(kind, &["panic", "no way out"]);
        assert!(matches!(record.result, Err(HookError::Trap { .. })), "{:?}", record.result);
        let stderr = record.lines_of(OutputStream::Stderr).join("\n");
        assert!(stderr.contains("no way out"), "{stderr}");
    }
}

#[test]
fn the_environment_is_exactly_what_was_given() {
    let place = Place::new();
    let variables = [
        variable("Octopus.Environment.Name", "Test", false),
        variable("Octopus.Action[Deploy web].Output.Url", "http://x/?a=b", false),
        variable("no = sign", "x", false),
        variable("Zero", "a\0b", false),
        variable("Empty", "", true),
    ];
    for kind in BOTH {
        let inputs = Inputs {
            variables: &variables,
            environment: vec![("EXTRA".into(), "1".into())],
            arguments: vec!["environment".into()],
            ..Inputs::default()
        };
        let record = place.run(guest(kind), inputs);
        record.succeeded();
        let expected = [
            "EXTRA=1",
            "Empty=",
            "Octopus.Action[Deploy web].Output.Url=http://x/?a=b",
            "Octopus.Environment.Name=Test",
        ];
        assert_eq!(record.lines(), expected);
        let refused = |e: &&HookEvent| matches!(e, HookEvent::Refused { .. });
        assert_eq!(record.events.iter().filter(refused).count(), 2, "{:?}", record.events);
    }
}

#[test]
fn both_streams_arrive_and_the_last_line_needs_no_end() {
    let place = Place::new();
    for kind in BOTH {
        let record = place.guest(kind, &["streams"]);
        assert_eq!(record.lines(), ["to stdout"]);
        assert_eq!(record.lines_of(OutputStream::Stderr), ["to stderr"]);
        assert_eq!(place.guest(kind, &["print", "unfinished"]).lines(), ["unfinished"]);
    }
}

#[test]
fn files_inside_can_be_used_in_every_usual_way() {
    for kind in BOTH {
        let place = Place::new();
        let record = place.guest(kind, &["files"]);
        let report = record.succeeded();
        assert_eq!(record.lines(), ["one two [\"b\"] 7", "300000"]);
        assert_eq!(std::fs::read_to_string(place.folder().join("folder/b")).unwrap(), "one two");
        assert_eq!(report.written_bytes, 300_007, "{kind:?}");
        assert_eq!(report.files_created, 3, "{kind:?}");
    }
}

#[test]
fn the_sdk_says_the_same_typed_and_printed() {
    let place = Place::new();
    let variables = [
        variable("Octopus.Environment.Name", "Test", false),
        variable("Password", "hunter2", true),
    ];
    for kind in BOTH {
        let facts = DeploymentFacts {
            stage: Some("PreDeploy".into()),
            package_id: Some("Acme.Web".into()),
            ..DeploymentFacts::default()
        };
        let arguments = vec!["talk".into()];
        let inputs = Inputs { variables: &variables, facts, arguments, ..Inputs::default() };
        let record = place.run(guest(kind), inputs);
        record.succeeded();
        assert_eq!(record.lines()[..3], ["PreDeploy Acme.Web", "Test", "true"], "{kind:?}");
        let typed =
            ["Octopus.Environment.Name=raw Test false false", "Password=raw hunter2 true false"];
        let printed = ["Octopus.Environment.Name=Test false true", "Password=hunter2 false true"];
        let expected = if kind == Kind::Component { typed } else { printed };
        assert_eq!(record.lines()[3..5], expected);
        let has = |event: &HookEvent| record.events.contains(event);
        assert!(has(&HookEvent::Progress { percent: 40, message: "nearly half".into() }));
        let url = "http://x/?a=]b".to_owned();
        assert!(has(&HookEvent::Output { name: "Url".into(), value: url, sensitive: false }));
        let token = "t0ken".to_owned();
        assert!(has(&HookEvent::Output { name: "Token".into(), value: token, sensitive: true }));
        let (path, name) = ("notes.txt".to_owned(), "Release notes".to_owned());
        assert!(has(&HookEvent::Artifact { path, name }));
        assert!(has(&HookEvent::Mask { value: "s3cret".into() }));
        let plain = HookEvent::Line {
            stream: OutputStream::Stdout,
            level: LogLevel::Info,
            text: "plain".into(),
            truncated: false,
        };
        assert!(has(&plain), "{:?}", record.events);
        let (level, message) = (LogLevel::Warning, "careful".to_owned());
        let logged = match kind {
            Kind::Component => HookEvent::Log { level, message },
            Kind::Preview1 => HookEvent::Line {
                stream: OutputStream::Stdout,
                level,
                text: message,
                truncated: false,
            },
        };
        assert!(has(&logged), "{:?}", record.events);
        if kind == Kind::Component {
            let capability = Capability::Variable { name: "Password".into() };
            assert!(has(&HookEvent::Used { capability }));
        }
    }
}

#[test]
fn fixed_clocks_and_seeded_numbers_are_the_same_in_every_run() {
    let mut place = Place::new();
    for kind in BOTH {
        place.terms.clock = ClockSource::Fixed { unix_seconds: 1_000_000_000 };
        place.terms.random = RandomSource::Seeded { seed: 5 };
        let first = place.guest(kind, &["clock-and-random"]);
        let second = place.guest(kind, &["clock-and-random"]);
        assert_eq!(first.lines(), second.lines());
        assert!(first.lines()[0].starts_with("1000000000 "), "{:?}", first.lines());
        let used = &first.succeeded().used;
        assert!(used.contains(&Capability::Clock(place.terms.clock)), "{used:?}");
        // A component's hash tables are seeded once, at its start, whether it uses them or not.
        if kind == Kind::Preview1 {
            assert!(used.contains(&Capability::Random(place.terms.random)), "{used:?}");
        }
        place.terms.clock = ClockSource::Real;
        place.terms.random = RandomSource::Real;
        let third = place.guest(kind, &["clock-and-random"]);
        assert_ne!(first.lines(), third.lines());
    }
}

#[test]
fn sleeping_works() {
    let mut place = Place::new();
    place.terms.clock = ClockSource::Real;
    for kind in BOTH {
        assert_eq!(place.guest(kind, &["wait-for-a-pollable"]).lines(), ["true"]);
    }
}

#[test]
fn further_folders_are_there_as_granted() {
    let mut place = Place::new();
    for (name, access) in [("shared", Access::ReadOnly), ("scratch", Access::ReadWrite)] {
        let host = place.root().join(name);
        std::fs::create_dir(&host).unwrap();
        std::fs::write(host.join("file"), name).unwrap();
        let host = host.canonicalize().unwrap();
        place.terms.folders.push(ExtraFolder { host, guest: format!("/{name}"), access });
    }
    for kind in BOTH {
        assert_eq!(place.guest(kind, &["read-folder", "/shared/file"]).lines(), ["shared"]);
        let record = place.guest(kind, &["write-folder", "/shared/new"]);
        assert_ne!(record.lines(), ["written"]);
        assert!(!place.root().join("shared/new").exists());
        assert_eq!(place.guest(kind, &["write-folder", "/scratch/new"]).lines(), ["written"]);
    }
}

#[test]
fn the_report_says_which_folders_and_whether_the_environment_was_used() {
    let mut place = Place::new();
    for name in ["used", "unused"] {
        let host = place.root().join(name);
        std::fs::create_dir(&host).unwrap();
        std::fs::write(host.join("file"), name).unwrap();
        let host = host.canonicalize().unwrap();
        let access = Access::ReadOnly;
        place.terms.folders.push(ExtraFolder { host, guest: format!("/{name}"), access });
    }
    let folder = place.terms.folders[0].clone();
    let used = Capability::Folder { host: folder.host, access: folder.access };
    for kind in BOTH {
        let record = place.guest(kind, &["read-folder", "/used/file"]);
        let report = record.succeeded();
        let folders: Vec<_> = report.used.iter().filter(|c| c.kind() == "folder").collect();
        assert_eq!(folders, [&used], "{kind:?}");
        assert!(record.events.contains(&HookEvent::Used { capability: used.clone() }));
        let arguments = vec!["environment".into()];
        let environment = vec![("EXTRA".into(), "1".into())];
        let read = place.run(guest(kind), Inputs { arguments, environment, ..Inputs::default() });
        assert!(read.succeeded().read_environment, "{kind:?}");
        let nothing = place.guest(kind, &["read-outside"]);
        assert!(nothing.succeeded().used.iter().all(|c| c.kind() != "folder"), "{kind:?}");
    }
    let nothing = br#"(module (memory (export "memory") 1) (func (export "_start")))"#;
    let environment = vec![("EXTRA".into(), "1".into())];
    let record = place.run(nothing, Inputs { environment, ..Inputs::default() });
    assert!(!record.succeeded().read_environment);
}

#[test]
fn a_read_only_enclosure_stays_as_it_is() {
    let mut place = Place::new();
    place.terms.enclosure = Access::ReadOnly;
    for kind in BOTH {
        assert_ne!(place.guest(kind, &["write-folder", "new"]).lines(), ["written"]);
        assert_eq!(std::fs::read_dir(place.folder()).unwrap().count(), 0);
    }
}

#[test]
fn nothing_outside_can_be_read_and_no_link_leads_there() {
    for kind in BOTH {
        let place = Place::new();
        let record = place.guest(kind, &["read-outside"]);
        record.succeeded();
        assert!(record.lines().iter().all(|l| l.ends_with(": refused")), "{:?}", record.lines());
        assert_eq!(record.lines().len(), 5);
        let record = place.guest(kind, &["links"]);
        record.succeeded();
        assert_eq!(record.lines()[0], "in: inside");
        assert!(record.lines()[1].starts_with("out: refused"), "{:?}", record.lines());
        assert!(record.lines()[2].starts_with("absolute: refused"), "{:?}", record.lines());
        assert!(!place.folder().join("out").is_symlink());
    }
}
