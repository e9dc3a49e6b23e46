//! What a deployment does, and in what order.

use std::fs;

use crate::target::Target;
use crate::wat::Hook;

/// Appends nothing: each hook leaves a file of its own, and the console tells the order.
fn saying(what: &str) -> String {
    Hook::new().print(what).done()
}

/// The lines of the console that hooks printed: indented by five.
fn said(stderr: &str) -> Vec<String> {
    let printed = stderr.lines().filter_map(|line| line.strip_prefix("     "));
    printed.filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
}

#[test]
fn a_package_without_hooks_is_extracted_to_its_folder() {
    let target = Target::new();
    for (format, version) in [
        ("tar.gz", "1.0.0"),
        ("zip", "1.0.1"),
        ("nupkg", "1.0.2"),
        ("tar.zst", "1.0.3"),
        ("tar", "1.0.4"),
    ] {
        let package = target.package_as(format, version, &[("index.html", "<h1>hello</h1>")]);
        let ran = target.deploy(&package, &[]).expect_code(0);
        let folder = target.root().join("Acme.Web").join(version);
        assert_eq!(ran.stdout, format!("{}\n", folder.display()));
        assert_eq!(target.deployed(version, "index.html"), "<h1>hello</h1>");
    }
}

#[test]
fn environment_and_tenant_are_folders_and_each_deployment_gets_its_own() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "a")]);
    let place = ["--environment", "Production", "--tenant", "Initech"];
    for expected in ["1.0.0", "1.0.0_1", "1.0.0_2"] {
        target.deploy(&package, &place).expect_code(0);
        let folder = target.root().join("Initech/Production/Acme.Web").join(expected);
        assert!(folder.join("a").exists(), "{}", folder.display());
    }
}

#[test]
fn hooks_run_in_the_documented_order_and_are_deleted() {
    let target = Target::new();
    let package = target.package(
        "1.0.0",
        &[
            ("PreDeploy.wat", &saying("package PreDeploy")),
            ("Deploy.wat", &saying("package Deploy")),
            ("PostDeploy.wat", &saying("package PostDeploy")),
            ("DeployFailed.wat", &saying("package DeployFailed")),
        ],
    );
    let mut arguments = Vec::new();
    for stage in ["PreDeploy", "Deploy", "PostDeploy"] {
        let file = target.write(&format!("{stage}.wat"), saying(&format!("custom {stage}")));
        arguments.push("--custom-hook".to_owned());
        arguments.push(format!("{stage}={}", file.display()));
    }
    for stage in [
        "BeforePreDeploy",
        "AfterPreDeploy",
        "BeforeDeploy",
        "AfterDeploy",
        "BeforePostDeploy",
        "AfterPostDeploy",
    ] {
        target.write(
            &format!("catalogue/Acme.Check_{stage}.wat"),
            saying(&format!("feature {stage}")),
        );
    }
    let catalogue = target.path("catalogue");
    arguments.extend(["--feature", "Acme.Check", "--features-dir"].map(str::to_owned));
    arguments.push(catalogue.display().to_string());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();

    let ran = target.deploy(&package, &arguments).expect_code(0);
    assert_eq!(
        said(&ran.stderr),
        [
            "feature BeforePreDeploy",
            "custom PreDeploy",
            "package PreDeploy",
            "feature AfterPreDeploy",
            "feature BeforeDeploy",
            "package Deploy",
            "custom Deploy",
            "feature AfterDeploy",
            "feature BeforePostDeploy",
            "package PostDeploy",
            "custom PostDeploy",
            "feature AfterPostDeploy",
        ]
    );
    let left = fs::read_dir(target.root().join("Acme.Web/1.0.0")).unwrap().count();
    assert_eq!(left, 0, "hooks are deleted after they ran, DeployFailed too");
}

#[test]
fn a_feature_hook_in_a_package_is_never_run() {
    let target = Target::new();
    let hook = saying("from the package");
    let package = target.package("1.0.0", &[("Acme.Check_BeforeDeploy.wat", &hook)]);
    let ran = target.deploy(&package, &["--feature", "Acme.Check"]);
    assert!(!ran.stderr.contains("from the package"), "{}", ran.stderr);
    let ran = target.deploy(&package, &[]).expect_code(0);
    assert!(said(&ran.stderr).is_empty(), "{}", ran.stderr);
}

#[test]
fn when_a_hook_fails_the_rest_does_not_run_and_deploy_failed_does() {
    let target = Target::new();
    let package = target.package(
        "1.0.0",
        &[
            ("PreDeploy.wat", &Hook::new().print("before").exit(7)),
            ("Deploy.wat", &saying("must not run")),
            ("DeployFailed.wat", &Hook::new().write("incident.txt", "it failed").done()),
        ],
    );
    let ran = target.deploy(&package, &["--result", "result.json"]).expect_code(1);
    assert_eq!(said(&ran.stderr), ["before"]);
    ran.expect_error("PreDeploy");
    ran.expect_error("exit code 7");
    assert_eq!(target.deployed("1.0.0", "incident.txt"), "it failed");

    let result = target.json("result.json");
    assert_eq!(result["status"], "failed");
    assert_eq!(result["failure"]["convention"], 5);

    let history = target.run("history", &["--root", "applications"]).expect_code(0);
    assert!(history.stdout.contains("failed"), "{}", history.stdout);
}

#[test]
fn outputs_are_seen_by_later_hooks_and_stand_in_the_result() {
    let target = Target::new();
    let package = target.package(
        "1.0.0",
        &[
            ("PreDeploy.wat", &Hook::new().output("Acme.Colour", "teal").done()),
            ("site.ini", "colour=#{Acme.Colour}\n"),
        ],
    );
    let arguments = [
        "--result",
        "result.json",
        "--feature",
        "Octopus.Features.SubstituteInFiles",
        "-v",
        "Octopus.Action.SubstituteInFiles.TargetFiles=*.ini",
        "-v",
        "Octopus.Action.Name=Web",
    ];
    target.deploy(&package, &arguments).expect_code(0);
    assert_eq!(target.deployed("1.0.0", "site.ini"), "colour=teal\n");
    let outputs = target.json("result.json")["outputs"].clone();
    assert_eq!(outputs[0]["name"], "Acme.Colour", "{outputs}");
    assert_eq!(outputs[0]["value"], "teal");
}

#[test]
fn an_output_is_a_literal_and_cannot_ask_for_a_secret() {
    let target = Target::new();
    let package = target.package(
        "1.0.0",
        &[
            ("PreDeploy.wat", &Hook::new().output("Stolen", "#{Secret}").done()),
            ("site.ini", "[#{Stolen}]"),
        ],
    );
    let variables =
        target.write("variables.json", r#"[{"k":"Secret","v":"hunter2hunter2","s":true}]"#);
    let arguments = [
        "--variables",
        variables.to_str().unwrap(),
        "--result",
        "result.json",
        "--feature",
        "Octopus.Features.SubstituteInFiles",
        "-v",
        "Octopus.Action.SubstituteInFiles.TargetFiles=*.ini",
    ];
    let ran = target.deploy(&package, &arguments).expect_code(0);
    assert_eq!(target.deployed("1.0.0", "site.ini"), "[#{Secret}]");
    let result = fs::read_to_string(target.path("result.json")).unwrap();
    assert!(!format!("{result}{}", ran.stderr).contains("hunter2"));
}

#[test]
fn an_artifact_that_is_too_large_is_not_kept() {
    for (limit, kept) in [("artifact-size=8B", 1), ("artifact-size=7B", 0)] {
        let target = Target::new();
        let hook = Hook::new().write("report", "8 bytes!").artifact("report", "report.txt").done();
        let package = target.package("1.0.0", &[("Deploy.wat", &hook)]);
        let arguments = ["--limit", limit, "--result", "result.json"];
        let ran = target.deploy(&package, &arguments).expect_code(0);
        assert_eq!(target.json("result.json")["artifacts"].as_array().unwrap().len(), kept);
        let said = ran.stdout + &ran.stderr;
        assert_eq!(said.contains("artifact-size"), kept == 0, "{said}");
        let folder = walk(&target.root().join(".cofferdam/artifacts"));
        assert_eq!(folder.len(), kept, "{folder:?}");
    }
}

/// The files below a folder.
fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn artifacts_are_kept_with_name_size_and_digest() {
    let target = Target::new();
    let hook =
        Hook::new().write("notes.md", "# Notes\n").artifact("notes.md", "Release notes.md").done();
    let package = target.package("1.0.0", &[("PostDeploy.wat", &hook)]);
    target.deploy(&package, &["--result", "result.json"]).expect_code(0);
    let artifact = target.json("result.json")["artifacts"][0].clone();
    assert_eq!(artifact["name"], "Release notes.md");
    assert_eq!(artifact["size"], 8);
    assert_eq!(fs::read_to_string(artifact["path"].as_str().unwrap()).unwrap(), "# Notes\n");
}

#[test]
fn the_four_configuration_features_change_what_they_should_and_nothing_else() {
    let target = Target::new();
    let settings = "{\n  // kept\n  \"Db\": { \"Host\": \"localhost\", \"Port\": 5432 }\n}\n";
    let config = "<configuration>\n  <appSettings>\n    <add key=\"Theme\" value=\"plain\" />\n  </appSettings>\n  <debug on=\"1\" />\n</configuration>\n";
    let transform = "<configuration xmlns:xdt=\"http://schemas.microsoft.com/XML-Document-Transform\"><debug xdt:Transform=\"Remove\" /></configuration>";
    let package = target.package(
        "1.0.0",
        &[
            ("app.json", settings),
            ("web.config", config),
            ("web.Release.config", transform),
            ("site.ini", "host=#{Db:Host}\n"),
        ],
    );
    let features = "Octopus.Features.SubstituteInFiles,Octopus.Features.ConfigurationTransforms,Octopus.Features.ConfigurationVariables,Octopus.Features.JsonConfigurationVariables";
    let arguments = [
        "--feature",
        features,
        "-v",
        "Octopus.Action.SubstituteInFiles.TargetFiles=*.ini",
        "-v",
        "Octopus.Action.Package.AutomaticallyRunConfigurationTransformationFiles=True",
        "-v",
        "Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings=True",
        "-v",
        "Octopus.Action.Package.JsonConfigurationVariablesTargets=app.json",
        "-v",
        "Db:Host=db.acme.example",
        "-v",
        "Theme=dark",
    ];
    target.deploy(&package, &arguments).expect_code(0);
    assert_eq!(target.deployed("1.0.0", "site.ini"), "host=db.acme.example\n");
    assert_eq!(
        target.deployed("1.0.0", "app.json"),
        settings.replace("localhost", "db.acme.example")
    );
    let expected = config.replace("\n  <debug on=\"1\" />", "").replace("plain", "dark");
    assert_eq!(target.deployed("1.0.0", "web.config"), expected);
}

#[cfg(unix)]
#[test]
fn a_program_that_was_filled_in_stays_executable() {
    use std::os::unix::fs::PermissionsExt;
    let target = Target::new();
    let start = target.write("content-1.0.0/start", "#!/bin/sh\necho #{Acme.Name}\n");
    fs::set_permissions(&start, fs::Permissions::from_mode(0o755)).unwrap();
    let package = target.package("1.0.0", &[]);
    let arguments = [
        "--feature",
        "Octopus.Features.SubstituteInFiles",
        "-v",
        "Octopus.Action.SubstituteInFiles.TargetFiles=start",
        "-v",
        "Acme.Name=acme",
    ];
    target.deploy(&package, &arguments).expect_code(0);
    assert_eq!(target.deployed("1.0.0", "start"), "#!/bin/sh\necho acme\n");
    let deployed = target.root().join("Acme.Web/1.0.0/start");
    let mode = fs::metadata(deployed).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755, "{mode:o}");
}

#[test]
fn the_custom_installation_folder_is_purged_but_for_exclusions_and_hooks_work_in_it() {
    let target = Target::new();
    let package = target.package(
        "1.0.0",
        &[("index.html", "new"), ("Deploy.wat", &Hook::new().write("made-by-deploy", "x").done())],
    );
    target.write("www/stale.html", "old");
    target.write("www/uploads/photo", "kept");
    let www = target.path("www");
    let arguments = [
        "--installation-directory",
        www.to_str().unwrap(),
        "--purge",
        "-v",
        "Octopus.Action.Package.CustomInstallationDirectoryPurgeExclusions=uploads",
    ];
    let ran = target.deploy(&package, &arguments).expect_code(0);
    assert_eq!(ran.stdout, format!("{}\n", www.display()));
    assert_eq!(fs::read_to_string(www.join("index.html")).unwrap(), "new");
    assert_eq!(fs::read_to_string(www.join("uploads/photo")).unwrap(), "kept");
    assert!(!www.join("stale.html").exists());
    assert!(www.join("made-by-deploy").exists());
    assert!(!target.is_deployed("1.0.0", "made-by-deploy"));
}

#[test]
fn skip_if_installed_and_run_scripts_and_skip_remaining_are_obeyed() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("Deploy.wat", &saying("ran"))]);
    let ran =
        target.deploy(&package, &["-v", "Octopus.Action.Package.RunScripts=False"]).expect_code(0);
    assert!(said(&ran.stderr).is_empty(), "{}", ran.stderr);
    assert!(target.is_deployed("1.0.0", "Deploy.wat"), "what did not run is not deleted");

    let ran = target.deploy(&package, &["--skip-if-installed"]).expect_code(0);
    ran.expect_error("already installed");
    assert!(!target.is_deployed("1.0.0_1", ""));

    let skipping = Hook::new().output("Octopus.Action.SkipRemainingConventions", "True").done();
    let package =
        target.package("2.0.0", &[("PreDeploy.wat", &skipping), ("Deploy.wat", &saying("ran"))]);
    let ran = target.deploy(&package, &[]).expect_code(0);
    assert!(said(&ran.stderr).is_empty(), "{}", ran.stderr);
}

#[test]
fn retention_keeps_the_current_and_the_previous_one() {
    let target = Target::new();
    for version in ["1.0.0", "2.0.0", "3.0.0", "4.0.0"] {
        let package = target.package(version, &[("a", version)]);
        target.deploy(&package, &[]).expect_code(0);
    }
    let listed =
        target.run("clean", &["--root", "applications", "--keep", "1", "--dry-run"]).expect_code(0);
    assert_eq!(listed.stdout.lines().count(), 2, "{}", listed.stdout);
    assert!(target.is_deployed("1.0.0", "a"), "a dry run removes nothing");
    target.run("clean", &["--root", "applications", "--keep", "1"]).expect_code(0);
    let kept = ["1.0.0", "2.0.0", "3.0.0", "4.0.0"].map(|version| target.is_deployed(version, "a"));
    assert_eq!(kept, [false, false, true, true]);
}

#[test]
fn a_hook_reads_a_sensitive_variable_only_where_the_settings_name_both() {
    let target = Target::new();
    // Prints its environment: every variable that it was granted.
    let environment = include_str!("environment.wat");
    let package =
        target.package("1.0.0", &[("PreDeploy.wat", environment), ("Deploy.wat", environment)]);
    let settings = target.write(
        "cofferdam.toml",
        "[variables]\nPlain = \"plain value\"\nSecret = { value = \"hunter2-and-more\", sensitive = true }\n\n\
         [[grant]]\nhook = \"PreDeploy.wat\"\nvariables = [\"Secret\"]\n",
    );
    let ran = target.deploy(&package, &["--settings", settings.to_str().unwrap()]).expect_code(0);
    let said = said(&ran.stderr);
    let lines = |name: &str| said.iter().filter(|line| line.starts_with(name)).count();
    assert_eq!(lines("Plain=plain value"), 2, "{said:?}");
    assert_eq!(lines("Secret=***"), 1, "{said:?}");
}

#[test]
fn a_hook_may_write_and_read_all_its_memory_at_once() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("Deploy.wat", include_str!("large-buffer.wat"))]);
    target.deploy(&package, &[]).expect_code(0);
    let big = target.root().join("Acme.Web/1.0.0/big");
    assert_eq!(fs::metadata(big).unwrap().len(), 8 << 20);
}

#[test]
fn a_variable_that_is_null_is_not_one_that_is_missing() {
    let target = Target::new();
    let config = "<configuration><appSettings><add key=\"Theme\" value=\"plain\" />\
                  <add key=\"Other\" value=\"kept\" /></appSettings></configuration>";
    let package = target.package("1.0.0", &[("web.config", config)]);
    let variables = target.write("variables.json", r#"[{"k":"Theme","v":null}]"#);
    let arguments = [
        "--variables",
        variables.to_str().unwrap(),
        "--feature",
        "Octopus.Features.ConfigurationVariables",
        "-v",
        "Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings=True",
    ];
    target.deploy(&package, &arguments).expect_code(0);
    assert_eq!(target.deployed("1.0.0", "web.config"), config.replace("plain", ""));
}
