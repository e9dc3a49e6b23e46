//! Variables: what hooks are given, what they hand out, what is masked.

mod support;

use cofferdam_deployment::{EventKind, Status};
use cofferdam_variables::{Layer, Value};
use support::Target;

const SHOW: &str = "show Plain\nshow Password\nshow Connection";

#[test]
fn a_hook_is_given_plain_variables_and_no_secret_nor_what_is_made_of_one() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &[("Deploy.wat", SHOW)]);
    let mut settings = target.settings(&package);
    let layer = Layer::Files;
    settings.variable(layer, "Plain", Value::plain("port #{Port}"));
    settings.variable(layer, "Port", Value::plain("8080"));
    settings.variable(layer, "Password", Value::sensitive("hunter2"));
    settings.variable(layer, "Connection", Value::plain("pw=#{Password}"));
    target.deploy(settings);
    assert_eq!(target.printed(), ["Plain=port 8080", "Password=(none)", "Connection=(none)"]);
}

#[test]
fn an_output_is_seen_by_later_hooks_under_all_its_names_and_is_no_template() {
    let mut target = Target::new();
    let show = "show Url\nshow Octopus.Action[Web].Output.Url\n\
                show Octopus.Action[Web].Output[target-1].Url\ndefinition Url";
    let package = target.package(
        "1.0.0",
        &[("PreDeploy.wat", "output Url #{Password}\nshow Url"), ("Deploy.wat", show)],
    );
    let mut settings = target.settings(&package);
    settings.variable(Layer::Files, "Password", Value::sensitive("hunter2"));
    let outcome = target.deploy(settings);
    assert_eq!(
        target.printed(),
        [
            "Url=(none)",
            "Url=#{Password}",
            "Octopus.Action[Web].Output.Url=#{Password}",
            "Octopus.Action[Web].Output[target-1].Url=#{Password}",
            "Url:=#{Password}",
        ]
    );
    assert_eq!(outcome.outputs[0].value, "#{Password}");
}

#[test]
fn secrets_stand_nowhere() {
    let mut target = Target::new();
    let script = "print pw=hunter2\nerror aHVudGVyMg==\noutput Told it is hunter2\n\
                  secret Token t0ken-t0ken\nprint t0ken-t0ken\nmask late-secret\nprint late-secret\n\
                  write hunter2.txt x\nartifact hunter2.txt hunter2.txt";
    let failing = "print t0ken-t0ken\nexit 3";
    let package = target.package("1.0.0", &[("PreDeploy.wat", script), ("Deploy.wat", failing)]);
    let mut settings = target.settings(&package);
    settings.variable(Layer::Files, "Password", Value::sensitive("hunter2"));
    settings.variable(Layer::Files, "Octopus.Environment.Name", Value::plain("env"));
    let outcome = target.deploy(settings);
    assert_eq!(outcome.status, Status::Failed);
    let events = serde_json::to_string(&target.events).unwrap();
    let result = serde_json::to_string(&outcome.result_file()).unwrap();
    for secret in ["hunter2", "aHVudGVyMg", "t0ken-t0ken", "late-secret"] {
        assert!(!events.contains(secret), "{secret} in an event");
        assert!(!result.contains(secret), "{secret} in the result");
    }
    assert_eq!(target.printed(), ["pw=***", "***", "***", "***", "***"]);
    let told = outcome.outputs.iter().find(|output| output.name == "Told").unwrap();
    assert!(told.sensitive, "an output with a secret in it is one");
}

#[test]
fn cofferdams_own_variables_are_there() {
    let mut target = Target::new();
    let show = "show OctopusOriginalPackageDirectoryPath\nshow Package.ExtractedFileCount\n\
                show Octopus.Action.Package.InstallationDirectoryPath\n\
                show Octopus.Tentacle.PreviousInstallation.PackageVersion\n\
                show Octopus.Tentacle.PreviousSuccessfulInstallation.OriginalInstalledPath";
    let first = target.package("1.0.0", &[("Deploy.wat", show)]);
    let second = target.package("1.1.0", &[("Deploy.wat", show)]);
    let root = target.root().display().to_string();
    target.deploy(target.settings(&first));
    assert_eq!(
        target.printed(),
        [
            format!("OctopusOriginalPackageDirectoryPath={root}/Acme.Web/1.0.0"),
            "Package.ExtractedFileCount=1".to_owned(),
            format!("Octopus.Action.Package.InstallationDirectoryPath={root}/Acme.Web/1.0.0"),
            "Octopus.Tentacle.PreviousInstallation.PackageVersion=".to_owned(),
            "Octopus.Tentacle.PreviousSuccessfulInstallation.OriginalInstalledPath=".to_owned(),
        ]
    );
    let outcome = target.deploy(target.settings(&second));
    assert_eq!(outcome.previous_version.as_deref(), Some("1.0.0"));
    let printed = target.printed();
    assert_eq!(printed[3], "Octopus.Tentacle.PreviousInstallation.PackageVersion=1.0.0");
    assert!(printed[4].ends_with(&format!("={root}/Acme.Web/1.0.0")));
}

#[test]
fn changes_and_artifacts_are_on_record() {
    let mut target = Target::new();
    let script = "write made.txt new\nwrite index.html other\nremove gone.txt\n\
                  artifact made.txt notes.txt\nartifact missing.txt x";
    let package = target
        .package("1.0.0", &[("index.html", "<html>"), ("gone.txt", "x"), ("Deploy.wat", script)]);
    let outcome = target.deploy(target.settings(&package));
    let changes = &outcome.hooks[0].changes;
    let shown: Vec<_> = changes.iter().map(|c| format!("{:?} {}", c.what, c.path)).collect();
    assert_eq!(shown, ["Removed gone.txt", "Changed index.html", "Added made.txt"]);
    let artifact = &outcome.artifacts[0];
    assert_eq!(std::fs::read_to_string(&artifact.path).unwrap(), "new");
    assert_eq!((artifact.name.as_str(), artifact.size), ("notes.txt", 3));
    assert!(
        target.messages()[0].starts_with("the artifact `x` of the hook `Deploy.wat` is not kept")
    );
    let kept = target.events.iter().filter(|e| matches!(e.what, EventKind::ArtifactKept { .. }));
    assert_eq!(kept.count(), 1);
}
