//! Every key of every JSON that the program writes has the spelling of its family: see decision 11.

use std::fs;

use base64::Engine as _;
use serde_json::Value;

use crate::target::Target;
use crate::wat::Hook;

/// Members whose own members are named by data: variables, settings of the engine.
const MAPS: [&str; 3] = ["past", "settings", "variables"];

#[derive(Clone, Copy)]
enum Spelling {
    /// `exit-code`: Cofferdam's own output.
    Kebab,
    /// `exitCode`: in-toto statements and what carries them.
    Camel,
}

impl Spelling {
    fn allows(self, key: &str) -> bool {
        let is_plain = |c: char| match self {
            Self::Kebab => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
            Self::Camel => c.is_ascii_alphanumeric(),
        };
        // `_type` is what in-toto calls it.
        let is_foreign = matches!(self, Self::Camel) && key == "_type";
        is_foreign
            || key.starts_with(|c: char| c.is_ascii_lowercase())
                && key.chars().all(is_plain)
                && !key.contains("--")
    }

    /// The keys below a value that are spelled otherwise, with where they stand, and how many there are.
    fn check(self, place: &str, value: &Value, wrong: &mut Vec<String>) -> usize {
        match value {
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| {
                    let is_data = MAPS.contains(&place.rsplit('/').next().unwrap_or_default());
                    if !is_data && !self.allows(key) {
                        wrong.push(format!("{place}/{key}"));
                    }
                    1 + self.check(&format!("{place}/{key}"), value, wrong)
                })
                .sum(),
            Value::Array(items) => items.iter().map(|item| self.check(place, item, wrong)).sum(),
            _ => 0,
        }
    }
}

#[track_caller]
fn expect(spelling: Spelling, what: &str, value: &Value) {
    let mut wrong = Vec::new();
    let keys = spelling.check(what, value, &mut wrong);
    assert!(keys > 0, "{what} has no keys: {value}");
    assert!(wrong.is_empty(), "keys of another spelling: {wrong:#?}\nin {value:#}");
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in {text}"))
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(parse).collect()
}

fn without_grants(mut statement: Value) -> Value {
    for hook in statement["predicate"]["hooks"].as_array_mut().unwrap() {
        assert_ne!(hook["grant"].take(), Value::Null);
    }
    statement
}

/// A package with a hook that does a bit of everything, beside a policy that grants and an audit log.
struct Scene {
    target: Target,
    package: String,
}

const RECORD: [&str; 10] = [
    "--audit-dir",
    "audit",
    "--signing-key",
    "key",
    "--policy",
    "site.toml",
    "--variable",
    "Greeting=hello",
    "--environment",
    "Production",
];

impl Scene {
    fn new() -> Self {
        let target = Target::new();
        target.run("key", &["generate", "key"]).expect_code(0);
        target.write(
            "site.toml",
            "[[grant]]\nevery-hook = true\nvariables = [\"Greeting\"]\nclock = \"real\"\n",
        );
        let hook = Hook::new()
            .print("hello")
            .print_error("hm")
            .write("made.txt", "x")
            .output("Made", "yes")
            .artifact("made.txt", "made.txt")
            .print("##octopus[unheardOf name='eA==']")
            .print("##octopus[progress percentage='NTA=' message='aGFsZg==']")
            .done();
        let package = target.package("1.0.0", &[("Deploy.wat", &hook), ("PreDeploy.sh", "exit")]);
        Self { target, package: package.to_str().unwrap().to_owned() }
    }

    fn run(&self, subcommand: &str, arguments: &[&str]) -> String {
        self.target.run(subcommand, arguments).expect_code(0).stdout
    }
}

#[test]
fn what_the_program_prints_has_keys_with_hyphens() {
    let scene = Scene::new();
    let target = &scene.target;
    let package = scene.package.as_str();
    let kebab = |what: &str, text: &str| expect(Spelling::Kebab, what, &parse(text));

    kebab("inspect package", &scene.run("inspect", &[package, "--json"]));
    let module = target.write("module.wat", Hook::new().done());
    kebab("inspect module", &scene.run("inspect", &[module.to_str().unwrap(), "--json"]));
    let doctor = parse(&target.run("doctor", &["--json"]).stdout);
    expect(Spelling::Kebab, "doctor", &doctor);

    let plan = [&[package, "--root", "applications", "--json"][..], &RECORD[4..]].concat();
    let rehearse = [&plan[..], &["--rehearse", "--scratch", "scratch", "--output", "plan.json"]];
    kebab("plan", &scene.run("plan", &plan));
    let explained = scene.run("policy", &[&["explain"], &plan[..]].concat());
    kebab("explanation", &explained);
    let hook = &parse(&explained)["hooks"][0];
    let mut questions = hook["questions"].as_array().unwrap().iter();
    let clock = questions.find(|q| q["question"] == "read the machine's clock").unwrap();
    assert_eq!((&hook["name"], &clock["allowed"]), (&"Deploy.wat".into(), &true.into()));
    assert_eq!(clock["decided-by"].as_array().unwrap().len(), 1, "{clock}");
    kebab("rehearsal", &scene.run("plan", &rehearse.concat()));
    expect(Spelling::Kebab, "saved plan", &target.json("plan.json"));
    let learn = ["--rehearse", "--scratch", "scratch", "--learn", "learned"];
    kebab("lesson", &scene.run("plan", &[&plan[..], &learn].concat()));

    let deploy = [package, "--root", "applications", "--json", "--result", "result.json"];
    let events = lines(&scene.run("deploy", &[&deploy[..], &RECORD].concat()));
    let kinds = ["started", "hook-confined", "hook-ended", "artifact-kept", "grant-unused"];
    for kind in kinds {
        assert!(events.iter().any(|event| event["what"]["kind"] == kind), "{kind} did not happen");
    }
    let ended = events.iter().find(|event| event["what"]["kind"] == "hook-ended").unwrap();
    assert_eq!(ended["what"]["report"]["exit-code"], 0);
    events.iter().for_each(|event| expect(Spelling::Kebab, "event", event));
    expect(Spelling::Kebab, "result", &target.json("result.json"));
    let id = target.json("result.json")["deployment"].as_str().unwrap().to_owned();

    // One that fails, and one that is refused.
    let failing = target.package("2.0.0", &[("Deploy.wat", &Hook::new().exit(3))]);
    let deploy = [&["--json", "--result", "failed.json"][..], &RECORD].concat();
    let failed = target.deploy(&failing, &deploy).expect_code(1);
    lines(&failed.stdout).iter().for_each(|event| expect(Spelling::Kebab, "event", event));
    expect(Spelling::Kebab, "failed result", &target.json("failed.json"));
    target.write("site.toml", "[[forbid]]\nid = \"site.none\"\npackage = \"*\"\ndeploy = true\n");
    let refused = target.deploy(&failing, &deploy).expect_code(5);
    lines(&refused.stdout).iter().for_each(|event| expect(Spelling::Kebab, "event", event));

    let root = ["--root", "applications", "--json"];
    kebab("history", &scene.run("history", &root));
    kebab(
        "one of the history",
        &scene.run("history", &[&root[..], &["--deployment", &id]].concat()),
    );
    for record in lines(&scene.run("audit", &["show", "audit", "--json"])) {
        expect(Spelling::Kebab, "record", &record);
    }
    let verify = ["verify", "audit", "--key", "key.pub", "--json"];
    kebab("verdict of the log", &scene.run("audit", &verify));
    // A finding has members of its own.
    let mut log = fs::read_dir(target.path("audit")).unwrap().map(|entry| entry.unwrap().path());
    let log = log.find(|path| path.to_string_lossy().contains("/records-")).unwrap();
    let text = fs::read_to_string(&log).unwrap();
    fs::write(&log, text.lines().take(3).map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
    let verdict = parse(&target.run("audit", &verify).expect_code(10).stdout);
    assert_ne!(verdict["findings"].as_array().unwrap().len(), 0);
    expect(Spelling::Kebab, "verdict of a cut log", &verdict);
}

#[test]
fn in_toto_statements_and_what_carries_them_have_keys_in_camel_case() {
    let scene = Scene::new();
    let target = &scene.target;
    let deploy = [&[&scene.package, "--root", "applications", "--result", "r"][..], &RECORD];
    scene.run("deploy", &deploy.concat());
    let id = target.json("r")["deployment"].as_str().unwrap().to_owned();
    let attestation = format!("audit/attestations/{id}.json");
    expect(Spelling::Camel, "envelope", &target.json(&attestation));
    let payload = target.json(&attestation)["payload"].as_str().unwrap().to_owned();
    let statement = base64::engine::general_purpose::STANDARD.decode(payload).unwrap();
    let statement = parse(std::str::from_utf8(&statement).unwrap());
    assert!(statement["predicate"]["planDigest"].is_string(), "{statement:#}");
    // What policy granted stands in it as plans and policies write it.
    expect(Spelling::Camel, "statement", &without_grants(statement));

    let make = ["make", &id, "--log", "audit", "--attestation", &attestation];
    scene.run("receipt", &[&make[..], &["--key", "key.pub", "--output", "receipt"]].concat());
    expect(Spelling::Camel, "receipt", &target.json("receipt"));
}
