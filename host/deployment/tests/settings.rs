//! Settings: files, options and variables, and which of them wins.

use std::path::Path;

use cofferdam_deployment::{OPTIONS, SettingsBuilder, SettingsFile, Stage};
use cofferdam_variables::{Layer, Value};

fn parse(text: &str) -> Result<SettingsFile, String> {
    SettingsFile::parse(Path::new("/etc/cofferdam/cofferdam.toml"), text, &["policy", "grant"])
        .map_err(|error| error.to_string())
}

const FILE: &str = r#"
root = "/srv/apps"
environment = "Production"
features = ["Octopus.Features.SubstituteInFiles", "Acme.Feature"]
substitute-files = ["a.txt", "b.txt"]
purge = true
features-dir = "features"
keep = 5
lock-timeout = "10m"
policy = "somebody else reads this"

[variables]
"Octopus.Machine.Name" = "web-1"
Password = { value = "hunter2", sensitive = true }

[[custom-hook]]
stage = "predeploy"
file = "hooks/drain.wasm"
"#;

#[test]
fn a_settings_file_sets_options_variables_and_hooks() {
    let file = parse(FILE).unwrap();
    assert_eq!(file.features_dir.as_deref(), Some(Path::new("/etc/cofferdam/features")));
    assert_eq!((file.retention.keep, file.lock_timeout_ms), (Some(5), Some(600_000)));
    assert_eq!(file.custom_hooks[0].stage, Stage::PreDeploy);
    let mut builder = SettingsBuilder::new("Acme.1.0.zip");
    builder.variable(Layer::CommandLine, "Octopus.Environment.Name", Value::plain("Test"));
    builder.variable(Layer::Files, "octopus.environment.name", Value::plain("from a file"));
    builder.settings_file(file);
    let settings = builder.build().unwrap();
    assert_eq!(settings.root, Path::new("/srv/apps"));
    assert_eq!(settings.environment.as_deref(), Some("Test"));
    assert_eq!(settings.machine, "web-1");
    assert_eq!(settings.features, ["Octopus.Features.SubstituteInFiles", "Acme.Feature"]);
    let files = "Octopus.Action.SubstituteInFiles.TargetFiles";
    assert_eq!(settings.variables.path_list(files).unwrap(), ["a.txt", "b.txt"]);
    assert!(settings.variables.get("Password").unwrap().is_sensitive());
}

#[test]
fn mistakes_are_named_with_their_place() {
    for (text, expected) in [
        (
            "root = \"/x\"\nenvironmnet = \"x\"",
            "line 2, column 1: unknown setting `environmnet`; did you mean `environment`?",
        ),
        (
            "Port = \"8080\"",
            "line 1, column 1: unknown setting `Port`; variables stand under `[variables]`",
        ),
        ("purge = \"yes\"", "line 1, column 9: expected true or false"),
        (
            "features = \"a\"",
            "line 1, column 12: expected an array of texts, as in `[\"a\", \"b\"]`",
        ),
        ("keep = -1", "line 1, column 8: expected a whole number, 0 or more"),
        ("lock-timeout = 5", "line 1, column 16: expected a time like \"30s\" or \"5m\""),
        (
            "[[custom-hook]]\nstage = \"Before\"\nfile = \"x\"",
            "line 2, column 9: `Before` is not a stage; a hook runs at PreDeploy, Deploy, PostDeploy or DeployFailed",
        ),
        ("root = ", "line 1, column 8: "),
    ] {
        let error = parse(text).unwrap_err();
        let expected = format!("the settings file `/etc/cofferdam/cofferdam.toml`, {expected}");
        assert!(error.starts_with(&expected), "{error}\nexpected: {expected}");
    }
}

#[test]
fn every_option_can_stand_in_a_settings_file() {
    use cofferdam_deployment::OptionKind;
    for option in OPTIONS {
        let value = match option.kind {
            OptionKind::Text => "\"x\"",
            OptionKind::Flag => "true",
            OptionKind::List | OptionKind::Lines => "[\"x\"]",
            OptionKind::Number => "7",
        };
        let file = parse(&format!("{} = {value}", option.key)).unwrap();
        assert_eq!(file.variables[0].0, option.variable);
    }
}
