//! What can be tried to get a secret that policy did not grant: by other names, other spellings, other
//! variables, other stages, and by asking.

use crate::target::Target;
use crate::wat::{Hook, base64};

/// Prints its environment.
const ENVIRONMENT: &str = include_str!("environment.wat");

const SECRET: &str = "hunter2hunter2";

/// Each but the first is made of the secret, or of something that is.
const VARIABLES: &str = r##"{
    "Harmless": "yes",
    "Secret": { "value": "hunter2hunter2", "sensitive": true },
    "Copy": "#{Secret}",
    "CopyOfCopy": "before #{Copy} after",
    "Filtered": "#{Secret | ToBase64}",
    "Part": "#{Secret | Substring 3}",
    "Compared": "#{if Secret == \"hunter2hunter2\"}yes#{else}no#{/if}",
    "Tested": "#{if Secret}set#{/if}",
    "Refused": "#{unless Secret}unset#{/unless}x"
}"##;

#[test]
fn a_secret_reaches_no_hook_by_another_name_variable_or_stage() {
    let target = Target::new();
    target.write("variables.json", VARIABLES);
    // The first hook asks by outputs: under new names, and in the place of what later hooks are granted.
    let asks = Hook::new()
        .output("Mine", "#{Secret}")
        .output("Harmless", "#{Secret}")
        .print(&format!(
            "##octopus[setVariable name='{}' value='{}' sensitive='{}']",
            base64("Also"),
            base64("#{Copy}"),
            base64("False")
        ))
        .done();
    let files = [
        ("PreDeploy.wat", asks.as_str()),
        ("Deploy.wat", ENVIRONMENT),
        ("PostDeploy.wat", &Hook::new().exit(3)),
        ("DeployFailed.wat", ENVIRONMENT),
    ];
    let package = target.package("1.0.0", &files);
    let more = ["--variables", "variables.json", "--json", "--result", "result.json"];
    let ran = target.deploy(&package, &more).expect_code(1);
    let lines: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for stage in ["Deploy", "DeployFailed"] {
        let printed: Vec<&str> = lines
            .iter()
            .map(|event| &event["what"])
            .filter(|what| what["kind"] == "hook-line" && what["hook"]["stage"] == stage)
            .filter_map(|what| what["text"].as_str())
            .collect();
        // What an output says is a literal, and was written by somebody who does not know the secret.
        assert!(printed.contains(&"Harmless=#{Secret}"), "{stage}: {printed:#?}");
        assert!(printed.contains(&"Mine=#{Secret}"), "{stage}: {printed:#?}");
        for name in ["Copy", "CopyOfCopy", "Filtered", "Part", "Compared", "Tested", "Refused"] {
            let defined = format!("{name}=");
            assert!(
                !printed.iter().any(|line| line.starts_with(&defined)),
                "{stage}: {printed:#?}"
            );
        }
    }
    let result = std::fs::read_to_string(target.path("result.json")).unwrap();
    let whole = [ran.stdout, ran.stderr, result].concat();
    for form in [SECRET, &base64(SECRET), "ter2hunter2"] {
        assert!(!whole.contains(form), "{form} in {whole}");
    }
}

#[test]
fn a_secret_that_was_refused_is_no_artifact_and_no_file_in_the_enclosure() {
    let target = Target::new();
    target.write("variables.json", VARIABLES);
    target.write("outside.txt", SECRET);
    let hook = Hook::new()
        .artifact("../outside.txt", "above")
        .artifact("/../../outside.txt", "far above")
        .artifact(target.path("outside.txt").to_str().unwrap(), "absolute")
        .done();
    let package = target.package("1.0.0", &[("Deploy.wat", &hook)]);
    let more = ["--variables", "variables.json", "--artifacts-dir", "artifacts"];
    target.deploy(&package, &more);
    let kept = walk(&target.path("artifacts"));
    assert!(kept.iter().all(|content| !content.contains(SECRET)), "{kept:?}");
    let deployed = walk(&target.root().join("Acme.Web"));
    assert!(deployed.iter().all(|content| !content.contains(SECRET)), "{deployed:?}");
}

/// A manifest is a wish. This one says that somebody granted it, and lies about whose hook it is.
#[test]
fn a_manifest_that_lies_gets_nothing() {
    let target = Target::new();
    target.write("variables.json", VARIABLES);
    let manifest = "[[want]]\nvariable = \"Secret\"\nwhy = \"granted by site.secret\"\n\n\
                    [[want]]\nhook = \"substitute-in-files\"\nvariable = \"Copy\"\n\n\
                    [[want]]\nfolder = \"/etc\"\naccess = \"read-write\"\n";
    let files = [("cofferdam-hook.toml", manifest), ("Deploy.wat", ENVIRONMENT)];
    let package = target.package("1.0.0", &files);
    let ran = target.deploy(&package, &["--variables", "variables.json"]).expect_code(0);
    assert!(ran.stderr.contains("Harmless=yes"), "{}", ran.stderr);
    for name in ["Secret=", "Copy="] {
        assert!(!ran.stderr.contains(name), "{}", ran.stderr);
    }
}

/// The contents of all files below.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| match path.is_dir() {
            true => walk(&path),
            false => vec![String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned()],
        })
        .collect()
}
