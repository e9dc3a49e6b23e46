//! The table, and the signed report.

use cofferdam_redteam::Verdict;

use crate::program::{Desk, finding};

const SOME: [&str; 8] = [
    "--only",
    "preview1/read-parent",
    "--only",
    "module/script",
    "--only",
    "preview1/fill-the-disk-with-one-file",
    "--only",
    "deployment/artifacts-stay-where-they-belong",
];

#[test]
fn the_table_names_attack_wall_and_evidence_and_nothing_is_left_over() {
    let desk = Desk::new();
    let ran = desk.run(&[&["redteam"][..], &SOME].concat()).expect_code(0);
    let line = |name: &str| ran.stdout.lines().find(|line| line.contains(name)).unwrap();
    let read = line("preview1/read-parent ");
    assert!(read.starts_with("held ") && read.contains(" paths "), "{read}");
    assert!(read.contains("Operation not permitted (os error 63)"), "{read}");
    let fill = line("preview1/fill-the-disk-with-one-file");
    assert!(fill.contains("limit written-bytes") && fill.contains("2MiB"), "{fill}");
    assert!(
        ran.stdout.contains("4 held, 0 held otherwise, 0 granted by policy, 0 not held"),
        "{ran}"
    );
    assert_eq!(desk.left_over(), [""; 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn native_attacks_are_held_by_the_operating_system() {
    let desk = Desk::new();
    let (code, report) = desk.redteam(&["--only", "native"]);
    let up = report.walls.iter().any(|wall| wall.name == "own-root" && wall.is_up);
    if !up {
        eprintln!("NOTICE: no root of a worker's own on this machine; this test shows nothing");
        return;
    }
    assert_eq!(code, Some(0), "{:#?}", report.findings);
    assert_eq!(finding(&report, "native/read-a-file-outside").stopped_by, ["own root"]);
    assert_eq!(finding(&report, "native/run-a-program").stopped_by, ["system call filter"]);
    assert_eq!(finding(&report, "native/make-executable-memory").stopped_by, ["seal"]);
    assert!(report.findings.iter().all(|finding| finding.verdict == Verdict::Held));
}

#[test]
fn the_list_carries_out_nothing() {
    let ran = Desk::new().run(&["redteam", "--list", "--only", "module"]).expect_code(0);
    assert!(ran.stdout.contains("module/native-program"), "{ran}");
    assert!(ran.stdout.contains("is precompiled native code"), "{ran}");
    assert!(!ran.stdout.contains("preview1/"), "{ran}");
}

#[test]
fn a_report_is_signed_and_every_change_of_it_is_found() {
    let desk = Desk::new();
    desk.run(&["key", "generate", "key"]).expect_code(0);
    let mut arguments = vec!["redteam", "--report", "report.json", "--signing-key", "key"];
    arguments.extend(["--only", "module/script"]);
    desk.run(&arguments).expect_code(0);
    let program = env!("CARGO_BIN_EXE_cofferdam");
    let verify = ["redteam", "verify", "report.json", "--key", "key.pub", "--program", program];
    let ran = desk.run(&verify).expect_code(0);
    assert!(ran.stdout.contains("report: good") && ran.stdout.contains("1 held"), "{ran}");

    desk.run(&["key", "generate", "other"]).expect_code(0);
    desk.run(&["redteam", "verify", "report.json", "--key", "other.pub"]).expect_code(10);
    let other = ["redteam", "verify", "report.json", "--key", "key.pub", "--program", "key"];
    let ran = desk.run(&other).expect_code(10);
    assert!(ran.stdout.contains("it is not about the program"), "{ran}");

    let report = std::fs::read(desk.path("report.json")).unwrap();
    for position in (0..report.len()).step_by(report.len() / 40) {
        let mut altered = report.clone();
        altered[position] ^= 1;
        std::fs::write(desk.path("report.json"), altered).unwrap();
        desk.run(&["redteam", "verify", "report.json", "--key", "key.pub"]).expect_code(10);
    }
}

#[test]
fn a_report_has_the_form_that_its_schema_says() {
    let desk = Desk::new();
    let (_, report) = desk.redteam(&["--only", "module/script"]);
    let schema = include_str!("../../docs/redteam-v1.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).unwrap();
    let report = serde_json::to_value(&report).unwrap();
    assert_conforms(&report, &schema, &schema);
}

/// As much of JSON Schema as the schema uses.
fn assert_conforms(
    value: &serde_json::Value,
    schema: &serde_json::Value,
    root: &serde_json::Value,
) {
    if let Some(reference) = schema["$ref"].as_str() {
        let found = root.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        return assert_conforms(value, found, root);
    }
    if let Some(allowed) = schema["enum"].as_array() {
        assert!(allowed.contains(value), "{value} is none of {allowed:?}");
    }
    match schema["type"].as_str().unwrap_or("string") {
        "object" => {
            let object = value.as_object().unwrap_or_else(|| panic!("{value} is no object"));
            let none = serde_json::Map::new();
            let properties = schema["properties"].as_object().unwrap_or(&none);
            for required in schema["required"].as_array().into_iter().flatten() {
                assert!(object.contains_key(required.as_str().unwrap()), "no {required}");
            }
            for (name, value) in object {
                match properties.get(name) {
                    Some(property) => assert_conforms(value, property, root),
                    None => assert_conforms(value, &schema["additionalProperties"], root),
                }
            }
        }
        "array" => {
            let array = value.as_array().unwrap_or_else(|| panic!("{value} is no array"));
            array.iter().for_each(|value| assert_conforms(value, &schema["items"], root));
        }
        "integer" => assert!(value.is_i64() || value.is_u64(), "{value} is no integer"),
        "boolean" => assert!(value.is_boolean(), "{value} is no boolean"),
        _ => assert!(value.is_string(), "{value} is no string"),
    }
}

#[test]
fn mistakes_are_pointed_out_before_anything_runs() {
    let desk = Desk::new();
    let ran = desk.run(&["redteam", "--only", "no-such-attack"]).expect_code(2);
    assert!(ran.stderr.contains("no attack is meant by `no-such-attack`"), "{ran}");
    let ran = desk.run(&["redteam", "--report", "report.json"]).expect_code(2);
    assert!(ran.stderr.contains("a report needs a key that signs it"), "{ran}");
    // A program that is shipped cannot leave anything out.
    #[cfg(not(feature = "test-switches"))]
    desk.run(&["redteam", "--without", "landlock"]).expect_code(2);
}
