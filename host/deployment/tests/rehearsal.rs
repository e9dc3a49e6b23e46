//! Rehearsals: what they show, and that nothing of them remains.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up should fail there")]

mod support;

use cofferdam_deployment::{
    ChangeKind, RehearsedHook, RehearsedOutput, RetentionRule, SettingsBuilder, Status, Watcher,
};
use cofferdam_variables::{Layer, Value};
use support::Target;

fn set(builder: &mut SettingsBuilder, name: &str, value: &str) {
    builder.variable(Layer::Files, name, Value::plain(value));
}

const INSTALLATION: &str = "Octopus.Action.Package.CustomInstallationDirectory";

/// A target with an installed version and files of its own in the installation folder, and the
/// settings for the next version.
fn installed(hook: &str) -> (Target, SettingsBuilder) {
    let mut target = Target::new();
    std::fs::create_dir(target.path("site")).unwrap();
    std::fs::write(target.path("site/uploads.txt"), "one\ntwo\nthree\n").unwrap();
    let first = target.package("1.0.0", &[("index.html", "first\n")]);
    let mut settings = target.settings(&first);
    let site = target.path("site").to_string_lossy().into_owned();
    set(&mut settings, INSTALLATION, &site);
    assert!(target.deploy(settings).status.is_success());
    let second = target.package("2.0.0", &[("index.html", "second\n"), ("PostDeploy.wat", hook)]);
    let mut settings = target.settings(&second);
    set(&mut settings, INSTALLATION, &site);
    (target, settings)
}

#[test]
fn it_shows_what_hooks_would_do_and_leaves_everything_as_it_is() {
    let (mut target, mut settings) = installed(
        "write uploads.txt one\nremove index.html\nwrite new hunter2\nprint hello hunter2\n\
         output Colour green\nsecret Token hunter2\nartifact new report.txt",
    );
    settings.variable(Layer::Files, "Password", Value::sensitive("hunter2"));
    let before = target.everything();
    let rehearsal = target.rehearse(settings.clone());
    assert_eq!(target.everything(), before);

    assert_eq!((rehearsal.status, rehearsal.hooks.len()), (Status::Succeeded, 1));
    let hook = &rehearsal.hooks[0];
    assert!(hook.succeeded && hook.grant.is_some());
    let changes: Vec<_> = hook.changes.iter().map(|c| (c.path.as_str(), c.what)).collect();
    assert_eq!(
        changes,
        [
            ("index.html", ChangeKind::Removed),
            ("new", ChangeKind::Added),
            ("uploads.txt", ChangeKind::Changed)
        ]
    );
    let diffs: Vec<_> =
        hook.diffs.iter().map(|file| (file.path.as_str(), file.diff.hunks.as_str())).collect();
    assert_eq!(
        diffs,
        [
            ("index.html", "@@ -1 +0,0 @@\n-second\n"),
            ("new", "@@ -0,0 +1 @@\n+***\n\\ No newline at end of file\n"),
            (
                "uploads.txt",
                "@@ -1,3 +1 @@\n-one\n-two\n-three\n+one\n\\ No newline at end of file\n"
            ),
        ]
    );
    let output = |name: &str, value: &str, sensitive| {
        let (name, value) = (name.to_owned(), value.to_owned());
        RehearsedOutput { name, value, sensitive }
    };
    assert_eq!(hook.outputs, [output("Colour", "green", false), output("Token", "***", true)]);
    assert_eq!(hook.messages[0].text, "hello ***");
    assert_eq!((hook.artifacts[0].name.as_str(), hook.artifacts[0].size), ("report.txt", 7));
    let json = serde_json::to_string(&rehearsal).unwrap();
    assert!(!json.contains("hunter2"), "{json}");
    assert_eq!(serde_json::from_str::<cofferdam_deployment::Rehearsal>(&json).unwrap(), rehearsal);

    // The real deployment then does just that.
    let outcome = target.deploy(settings);
    assert!(rehearsal.departures(&watched(&target)).is_empty());
    let folder = cofferdam_deployment::open_root(&target.path("site")).unwrap();
    let digest = cofferdam_deployment::folder_digest(&folder).unwrap().to_string();
    assert_eq!(rehearsal.tree_digest, Some(digest));
    assert_eq!(rehearsal.folder, outcome.folder.map(|folder| folder.display().to_string()));
}

fn watched(target: &Target) -> Vec<RehearsedHook> {
    use cofferdam_deployment::Observer as _;
    let mut watcher = Watcher::new();
    target.events.iter().for_each(|event| watcher.observe(event).unwrap());
    watcher.hooks().to_vec()
}

#[test]
fn hooks_are_told_the_real_paths_and_the_real_past() {
    let shown = [
        "Octopus.Action.Package.InstallationDirectoryPath",
        "OctopusOriginalPackageDirectoryPath",
        "Octopus.Tentacle.PreviousSuccessfulInstallation.PackageVersion",
        "Octopus.Tentacle.PreviousSuccessfulInstallation.OriginalInstalledPath",
    ];
    let script: Vec<String> = shown.iter().map(|name| format!("show {name}")).collect();
    let (mut target, settings) = installed(&script.join("\n"));
    // A taken name gets a number, in a rehearsal, too.
    std::fs::create_dir(target.path("root/Acme.Web/2.0.0")).unwrap();
    target.rehearse(settings.clone());
    let rehearsed = target.printed();
    let path = |relative: &str| target.path(relative).display().to_string();
    assert_eq!(
        rehearsed,
        [
            format!("{}={}", shown[0], path("site")),
            format!("{}={}", shown[1], path("root/Acme.Web/2.0.0_1")),
            format!("{}=1.0.0", shown[2]),
            format!("{}={}", shown[3], path("root/Acme.Web/1.0.0")),
        ]
    );
    target.deploy(settings);
    assert_eq!(target.printed(), rehearsed);
}

#[test]
fn what_fails_is_shown_and_leaves_nothing_either() {
    let mut target = Target::new();
    let package = target.package(
        "1.0.0",
        &[("Deploy.wat", "write a b\nexit 3"), ("DeployFailed.wat", "print sorry")],
    );
    let before = target.everything();
    let rehearsal = target.rehearse(target.settings(&package));
    assert_eq!(target.everything(), before);
    assert_eq!(rehearsal.status, Status::Failed);
    let failure = rehearsal.failure.unwrap();
    assert_eq!((failure.convention, failure.name.as_str()), (14, "Deploy"));
    let ran: Vec<_> =
        rehearsal.hooks.iter().map(|h| (h.hook.stage.as_str(), h.succeeded)).collect();
    assert_eq!(ran, [("Deploy", false), ("DeployFailed", true)]);
    assert_eq!(rehearsal.tree_digest, None);
}

#[test]
fn an_interruption_ends_it_and_leaves_nothing() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &[("Deploy.wat", "write a b\ninterrupt\nprint never")]);
    let before = target.everything();
    let rehearsal = target.rehearse(target.settings(&package));
    assert_eq!(rehearsal.status, Status::Cancelled);
    assert_eq!(target.everything(), before);
}

#[test]
fn retention_and_an_installed_version_are_foreseen() {
    let mut target = Target::new();
    for version in ["1.0.0", "2.0.0", "3.0.0"] {
        let package = target.package(version, &[("a", "a")]);
        target.deploy(target.settings(&package));
    }
    let package = target.package("4.0.0", &[("a", "a")]);
    let mut settings = target.settings(&package);
    settings.retention = RetentionRule { keep: Some(1), keep_days: None };
    let before = target.everything();
    assert_eq!(target.rehearse(settings).retired, ["Acme.Web/2.0.0", "Acme.Web/1.0.0"]);

    let mut settings = target.settings(&target.path("Acme.Web.3.0.0.tar.gz"));
    set(&mut settings, "Octopus.Action.Package.SkipIfAlreadyInstalled", "true");
    let rehearsal = target.rehearse(settings);
    assert_eq!(rehearsal.status, Status::AlreadyInstalled);
    let folder = target.path("root/Acme.Web/3.0.0").display().to_string();
    assert_eq!(rehearsal.folder, Some(folder));
    assert_eq!(target.everything(), before);
}

#[test]
fn what_a_deployment_does_otherwise_is_named() {
    let mut target = Target::new();
    let rehearse = |target: &mut Target, script: &str| {
        let package = target.package("1.0.0", &[("Deploy.wat", script)]);
        target.rehearse(target.settings(&package))
    };
    let rehearsed = rehearse(&mut target, "write a 1\nwrite b 1\noutput X 1\noutput Y 1");
    let mut other = rehearse(&mut target, "write a 2\nwrite c 1\noutput X 2\noutput Z 1").hooks;
    let found: Vec<String> = rehearsed.departures(&other).iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "the Deploy hook `Deploy.wat`: `a` has another content, kind or mode",
            "the Deploy hook `Deploy.wat`: `b` was not added",
            "the Deploy hook `Deploy.wat`: `c` was added",
            "the Deploy hook `Deploy.wat`: the output `x` has another value",
            "the Deploy hook `Deploy.wat`: the output `y` was not set",
            "the Deploy hook `Deploy.wat`: the output `z` was set",
        ]
    );
    other.clear();
    assert_eq!(
        rehearsed.departures(&other)[0].to_string(),
        "the Deploy hook `Deploy.wat`: did not run"
    );
}
