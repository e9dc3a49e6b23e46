//! A target to deploy to, packages to deploy, and a runner whose hooks are scripts.
#![allow(dead_code, reason = "each test program uses a part")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot set up its target should fail there"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_audit::Trust;
use cofferdam_capability::{Grant, Limits};
use cofferdam_deployment::{
    BuiltInHooks, Deployment, Event, EventKind, HookRunner, Outcome, PlanError, PlanKey,
    PreparedHook, Rehearsal, Scratch, Services, SettingsBuilder, Stage, Stubs, begin, plan,
};
use cofferdam_package::{Format, Identity, PackOptions, pack};
use cofferdam_policy::Policy;
use cofferdam_sandbox::{
    CancelToken, Digest, Enclosure, EngineFacts, HookError, HookEvent, HookReport, Inputs,
    LogLevel, ModuleFacts, ModuleKind, ModuleSource, OutputStream, PrepareError, Walls,
};
use cofferdam_variables::{Layer, Value};

/// A folder with a root in it, packages, and what was heard of the last deployment.
pub(crate) struct Target {
    folder: tempfile::TempDir,
    pub(crate) events: Vec<Event>,
}

impl Target {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), events: Vec::new() }
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.path("root")
    }

    /// Packs files as `Acme.Web` of this version.
    pub(crate) fn package(&self, version: &str, files: &[(&str, &str)]) -> PathBuf {
        let source = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = source.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let name = format!("Acme.Web.{version}.tar.gz");
        let options = PackOptions::new(Identity::from_file_name(&name).unwrap(), Format::TarGz);
        let path = self.path(&name);
        let mut options_file = std::fs::OpenOptions::new();
        let mut file =
            options_file.read(true).write(true).create(true).truncate(true).open(&path).unwrap();
        let dir = Dir::open_ambient_dir(source.path(), ambient_authority()).unwrap();
        pack(&dir, &mut file, &options).unwrap();
        path
    }

    /// Settings for deploying this package to this root.
    pub(crate) fn settings(&self, package: &Path) -> SettingsBuilder {
        let mut builder = SettingsBuilder::new(package);
        let root = self.root().to_string_lossy().into_owned();
        let mut set = |name: &str, value: String| {
            builder.variable(Layer::CommandLine, name, Value::plain(value));
        };
        set("Octopus.Tentacle.Agent.ApplicationDirectoryPath", root);
        set("Octopus.Machine.Name", "target-1".to_owned());
        set("Octopus.Action.Name", "Web".to_owned());
        set("OctopusSkipFreeDiskSpaceCheck", "true".to_owned());
        builder.operator = Some("tester".to_owned());
        builder
    }

    /// Plans and runs, with the scripts as hooks.
    pub(crate) fn deploy(&mut self, builder: SettingsBuilder) -> Outcome {
        self.deploy_with(builder, &CancelToken::new())
    }

    pub(crate) fn deploy_with(
        &mut self,
        builder: SettingsBuilder,
        cancel: &CancelToken,
    ) -> Outcome {
        let policy = Policy::built_in();
        let runner = ScriptRunner { cancel: cancel.clone() };
        let services = services(&runner, &policy);
        let mut events = Vec::new();
        let mut observer = |event: &Event| events.push(event.clone());
        let deployment = begin(builder.build().unwrap(), &services, &mut [&mut observer], cancel)
            .unwrap_or_else(|error| panic!("{error}"));
        let outcome = deployment.run(&mut [&mut observer], cancel).unwrap();
        self.events = events;
        outcome
    }

    /// Plans and tries it out, with the scripts as hooks. Fails if anything of the trial remains.
    pub(crate) fn rehearse(&mut self, builder: SettingsBuilder) -> Rehearsal {
        let policy = Policy::built_in();
        let cancel = CancelToken::new();
        let runner = ScriptRunner { cancel: cancel.clone() };
        let services = services(&runner, &policy);
        let parent = tempfile::tempdir().unwrap();
        let scratch = Scratch::make(parent.path()).unwrap();
        let deployment =
            plan(builder.build().unwrap(), &services).unwrap_or_else(|error| panic!("{error}"));
        let mut events = Vec::new();
        let mut observer = |event: &Event| events.push(event.clone());
        let rehearsal = deployment
            .rehearse(&scratch, Stubs::default().log(), &mut [&mut observer], &cancel)
            .unwrap_or_else(|error| panic!("{error}"));
        self.events = events;
        drop(scratch);
        let left = std::fs::read_dir(parent.path()).unwrap();
        let left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["sweep.lock"]);
        rehearsal
    }

    /// Every path in the folder with what it is, its content, its mode and its times. Not the
    /// memory that SQLite's readers share, which each of them leaves its mark in.
    pub(crate) fn everything(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.to_string_lossy().ends_with("-shm") {
                    continue;
                }
                let metadata = path.symlink_metadata().unwrap();
                let content =
                    if metadata.is_file() { std::fs::read(&path).unwrap() } else { vec![] };
                if metadata.is_dir() {
                    folders.push(path.clone());
                }
                found.push(format!(
                    "{} {:?} {:?} {}",
                    path.display(),
                    metadata.permissions(),
                    metadata.modified().unwrap(),
                    Digest::of(&content)
                ));
            }
        }
        found.sort();
        found
    }

    /// Plans, and gives the error or what `look` makes of the plan.
    pub(crate) fn plan<T>(
        &self,
        builder: SettingsBuilder,
        look: impl FnOnce(&Deployment<'_>) -> T,
    ) -> Result<T, PlanError> {
        let policy = Policy::built_in();
        let runner = ScriptRunner { cancel: CancelToken::new() };
        let services = services(&runner, &policy);
        plan(builder.build().unwrap(), &services).map(|deployment| look(&deployment))
    }

    /// What hooks printed, in order.
    pub(crate) fn printed(&self) -> Vec<String> {
        let line = |event: &Event| match &event.what {
            EventKind::HookLine { text, .. } => Some(text.clone()),
            _ => None,
        };
        self.events.iter().filter_map(line).collect()
    }

    /// What people were told.
    pub(crate) fn messages(&self) -> Vec<String> {
        let text = |event: &Event| match &event.what {
            EventKind::Message { text, .. } => Some(text.clone()),
            _ => None,
        };
        self.events.iter().filter_map(text).collect()
    }

    pub(crate) fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap_or_else(|e| panic!("{relative}: {e}"))
    }

    pub(crate) fn exists(&self, relative: &str) -> bool {
        self.path(relative).symlink_metadata().is_ok()
    }
}

pub(crate) fn services<'a>(runner: &'a dyn HookRunner, policy: &'a Policy) -> Services<'a> {
    let plan_key = PlanKey::generate().unwrap();
    static NOBODY: LazyLock<Trust> = LazyLock::new(Trust::default);
    Services {
        runner,
        policy,
        trust: &NOBODY,
        built_in: &ScriptedBuiltIns,
        module_limits: cofferdam_capability::Limits::default(),
        plan_key,
        http: None,
    }
}

/// One configuration hook and one feature.
struct ScriptedBuiltIns;

impl BuiltInHooks for ScriptedBuiltIns {
    fn configuration(&self, name: &str) -> Option<std::borrow::Cow<'_, [u8]>> {
        (name == "SubstituteInFiles")
            .then(|| b"print substitute\ndefinition Port".as_slice().into())
    }

    fn feature(&self, feature: &str, stage: Stage) -> Option<std::borrow::Cow<'_, [u8]>> {
        let script = format!("print feature {stage}").into_bytes();
        (feature == "Acme.Feature").then_some(script.into())
    }
}

/// Takes a hook's bytes for a script, a command a line.
///
/// `print TEXT` · `error TEXT` (standard error) · `write PATH TEXT` · `folders PATH` · `remove PATH` · `link PATH TARGET` ·
/// `output NAME VALUE` · `secret NAME VALUE` · `mask VALUE` · `show NAME` (a variable) ·
/// `definition NAME` · `fact` (failure) · `artifact PATH NAME` · `exit CODE` · `interrupt` · `invalid`
pub(crate) struct ScriptRunner {
    pub(crate) cancel: CancelToken,
}

struct Script {
    text: String,
    facts: ModuleFacts,
    cancel: CancelToken,
}

impl HookRunner for ScriptRunner {
    fn engine(&self) -> EngineFacts {
        EngineFacts { version: "scripts 1".into(), settings: Vec::new(), features: Vec::new() }
    }

    fn walls(&self) -> Walls {
        Walls::default()
    }

    fn prepare<'s>(
        &'s self,
        source: &ModuleSource<'_>,
        _limits: &Limits,
    ) -> Result<Box<dyn PreparedHook + 's>, PrepareError> {
        let text = String::from_utf8(source.bytes.to_vec()).unwrap();
        if text.starts_with("invalid") {
            return Err(PrepareError::NotWebAssembly { name: source.name.to_owned() });
        }
        let facts = ModuleFacts {
            digest: Digest::of(source.bytes),
            size: source.bytes.len() as u64,
            kind: ModuleKind::Preview1Module,
            imports: Vec::new(),
            uses: BTreeSet::new(),
            manifest: None,
        };
        Ok(Box::new(Script { text, facts, cancel: self.cancel.clone() }))
    }
}

impl PreparedHook for Script {
    fn facts(&self) -> &ModuleFacts {
        &self.facts
    }

    fn run(
        &self,
        enclosure: &Enclosure,
        _grant: &Grant,
        inputs: Inputs<'_>,
        on_event: &mut dyn FnMut(HookEvent),
    ) -> Result<HookReport, HookError> {
        on_event(HookEvent::Started { walls: Walls::default() });
        let dir = enclosure.dir();
        let find = |name: &str| inputs.variables.iter().find(|variable| variable.name == name);
        let line = |stream, text: &str| HookEvent::Line {
            stream,
            level: LogLevel::Info,
            text: text.to_owned(),
            truncated: false,
        };
        for command in self.text.lines() {
            if inputs.cancel.is_cancelled() {
                return Err(HookError::Cancelled);
            }
            let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
            let (first, second) = rest.split_once(' ').unwrap_or((rest, ""));
            match verb {
                "print" => on_event(line(OutputStream::Stdout, rest)),
                "error" => on_event(line(OutputStream::Stderr, rest)),
                "write" => dir.write(first, second).unwrap(),
                "folders" => dir.create_dir_all(first).unwrap(),
                "remove" => dir.remove_file(first).unwrap(),
                #[cfg(unix)]
                "link" => dir.symlink(second, first).unwrap(),
                "output" | "secret" => on_event(HookEvent::Output {
                    name: first.to_owned(),
                    value: second.to_owned(),
                    sensitive: verb == "secret",
                }),
                "mask" => on_event(HookEvent::Mask { value: rest.to_owned() }),
                "show" => {
                    let value = find(rest).and_then(|v| v.value.clone());
                    let value = value.unwrap_or_else(|| "(none)".to_owned());
                    on_event(line(OutputStream::Stdout, &format!("{rest}={value}")));
                }
                "definition" => {
                    let value = find(rest).and_then(|v| v.definition.clone());
                    let value = value.unwrap_or_else(|| "(none)".to_owned());
                    on_event(line(OutputStream::Stdout, &format!("{rest}:={value}")));
                }
                "fact" => {
                    let failure = inputs.facts.failure.clone().unwrap_or_default();
                    on_event(line(OutputStream::Stdout, &format!("failure: {failure}")));
                }
                "artifact" => on_event(HookEvent::Artifact {
                    path: first.to_owned(),
                    name: second.to_owned(),
                }),
                "interrupt" => self.cancel.cancel(),
                "exit" => {
                    return Err(HookError::ExitCode {
                        code: rest.parse().unwrap(),
                        reason: None,
                        report: Box::default(),
                    });
                }
                _ => panic!("unknown command `{command}`"),
            }
        }
        Ok(HookReport { exit_code: Some(0), ..HookReport::default() })
    }
}
