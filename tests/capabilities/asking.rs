//! Deployments of a hook that asks, once where policy grants it something and once where it does
//! not, in the same package.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::guest::{self, Kind};
use crate::target::{Ran, Target, finish};

/// The hook that the policies of the tests speak of, and one that they do not.
pub(crate) const GRANTED: &str = "PreDeploy.wasm";
pub(crate) const NOT_GRANTED: &str = "PostDeploy.wasm";

/// A target, and what is different from one test to the next.
pub(crate) struct Asking {
    pub(crate) target: Target,
    environment: Vec<(String, String)>,
    arguments: Vec<String>,
    deployed: u32,
}

/// What came of one deployment.
pub(crate) struct Answers {
    pub(crate) ran: Ran,
    pub(crate) events: Vec<Value>,
    pub(crate) result: Value,
}

impl Asking {
    pub(crate) fn new() -> Self {
        let arguments = ["--json", "--result", "result.json"].map(str::to_owned).to_vec();
        Self { target: Target::new(), environment: Vec::new(), arguments, deployed: 0 }
    }

    /// With this in the environment of the program.
    pub(crate) fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With this policy, as TOML.
    pub(crate) fn policy(mut self, toml: &str) -> Self {
        let file = self.target.write("site.toml", toml);
        self.arguments.extend(["--policy".to_owned(), file.display().to_string()]);
        self
    }

    /// With these variables, as Octopus writes them.
    pub(crate) fn variables(mut self, json: &str) -> Self {
        let file = self.target.write("variables.json", json);
        self.arguments.extend(["--variables".to_owned(), file.display().to_string()]);
        self
    }

    /// With further arguments.
    pub(crate) fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments.extend(arguments.iter().map(|argument| (*argument).to_owned()));
        self
    }

    /// A folder beside the deployments, with files in it.
    pub(crate) fn folder(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        for (file, content) in files {
            self.target.write(&format!("{name}/{file}"), content);
        }
        self.target.path(name).canonicalize().unwrap()
    }

    /// Deploys the Rust guest, which asks this at both stages.
    pub(crate) fn ask(&mut self, kind: Kind, questions: &[&str]) -> Answers {
        self.deploy(&guest::rust(kind), &questions.join("\n"), &[])
    }

    /// Deploys a module that is run at both stages, with further files.
    pub(crate) fn deploy(
        &mut self,
        module: &[u8],
        questions: &str,
        files: &[(&str, &str)],
    ) -> Answers {
        self.deployed += 1;
        let version = format!("1.0.{}", self.deployed);
        for hook in [GRANTED, NOT_GRANTED] {
            self.target.write(&format!("content-{version}/{hook}"), module);
        }
        let mut contents = vec![("ask.txt", questions)];
        contents.extend_from_slice(files);
        let package = self.target.package(&version, &contents);
        let mut command = self.target.deploy_command(&package);
        command.args(&self.arguments).envs(self.environment.iter().cloned());
        let ran = finish(&mut command);
        let events = ran.stdout.lines().filter_map(|line| serde_json::from_str(line).ok());
        let events = events.collect();
        let result = self.target.path("result.json");
        let result = if result.exists() { self.target.json("result.json") } else { Value::Null };
        Answers { ran, events, result }
    }
}

impl Answers {
    /// What a hook was told, by question.
    #[track_caller]
    pub(crate) fn of(&self, hook: &str) -> BTreeMap<&str, &str> {
        let lines = self.lines(hook);
        assert!(!lines.is_empty(), "{hook} said nothing:\n{}", self.ran.stderr);
        lines.into_iter().filter_map(|line| line.split_once(" -> ")).collect()
    }

    /// The lines that a hook printed.
    pub(crate) fn lines(&self, hook: &str) -> Vec<&str> {
        let lines = self.of_kind("hook-line").filter(|event| event["hook"]["name"] == hook);
        lines.filter_map(|event| event["text"].as_str()).collect()
    }

    /// The events of one kind.
    pub(crate) fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        self.events.iter().map(what).filter(move |event| event["kind"] == kind)
    }

    /// What a hook used, as policies spell the kinds.
    pub(crate) fn used(&self, hook: &str) -> Vec<String> {
        let used = self.of_kind("capability-used").filter(|event| event["hook"]["name"] == hook);
        let kind = |event: &Value| match &event["capability"] {
            Value::Object(capability) => capability.keys().next().cloned(),
            Value::String(capability) => Some(capability.clone()),
            _ => None,
        };
        used.filter_map(kind).collect()
    }

    /// What a hook was refused, and why.
    pub(crate) fn refused(&self, hook: &str) -> Vec<String> {
        let events = self.of_kind("capability-refused");
        let refused = events.filter(|event| event["hook"]["name"] == hook);
        refused
            .map(|event| {
                let text = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
                format!("{}: {}", text("asked"), text("why"))
            })
            .collect()
    }
}

/// The part of an event that says what happened.
fn what(event: &Value) -> &Value {
    if event["what"].is_object() { &event["what"] } else { event }
}
