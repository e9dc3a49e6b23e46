//! Whole packages with all four configuration features, driven by a variables file as Octopus exports it for
//! Calamari: what each convention leaves for the next one, and what stays as its author wrote it.

use std::fs;
use std::path::PathBuf;

use crate::target::Target;
use crate::wat::Hook;

/// The namespace of transforms.
const XDT: &str = r#"xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform""#;

/// What the server sends along with every deployment, and the switches of the four features.
const EXPORTED: [(&str, &str); 14] = [
    ("Octopus.Environment.Name", "Staging"),
    ("Octopus.Deployment.Tenant.Name", ""),
    ("Octopus.Action.Name", "Deploy web site"),
    ("Octopus.Machine.Name", "web01"),
    (
        "Octopus.Action.EnabledFeatures",
        "Octopus.Features.SubstituteInFiles,Octopus.Features.ConfigurationTransforms,Octopus.Features.ConfigurationVariables,Octopus.Features.JsonConfigurationVariables",
    ),
    ("Octopus.Action.SubstituteInFiles.Enabled", "True"),
    ("Octopus.Action.SubstituteInFiles.TargetFiles", "conf/**/*.ini\n*.Release.config"),
    ("Octopus.Action.Package.AutomaticallyRunConfigurationTransformationFiles", "True"),
    ("Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings", "True"),
    ("Octopus.Action.Package.JsonConfigurationVariablesEnabled", "True"),
    (
        "Octopus.Action.Package.JsonConfigurationVariablesTargets",
        "appsettings.json\nconf/*.{yaml,xml,properties}",
    ),
    ("Theme", "dark"),
    ("Host", "#{Octopus.Machine.Name | ToLower}.acme.example"),
    ("Db:Port", "6432"),
];

/// Writes the variables as an export holds them: a list of `k`, `v` and `s`.
fn export(target: &Target, more: &[(&str, &str)]) -> PathBuf {
    let entry = |(name, value): &(&str, &str)| {
        let sensitive = name.contains("Password");
        serde_json::json!({ "k": name, "v": value, "s": sensitive })
    };
    let list: Vec<_> = EXPORTED.iter().chain(more).map(entry).collect();
    target.write("variables.json", serde_json::to_vec(&list).unwrap())
}

#[test]
fn a_web_site_goes_through_every_configuration_convention() {
    let target = Target::new();
    let config = "<?xml version=\"1.0\"?>\r\n<configuration>\r\n  <!-- site -->\r\n  <appSettings>\r\n    <add key=\"Theme\"   value='plain' />\r\n    <add key=\"Mode\" value=\"debug\"/>\r\n  </appSettings>\r\n  <connectionStrings>\r\n    <add name=\"Main\" connectionString=\"local\" />\r\n  </connectionStrings>\r\n  <system.web>\r\n    <compilation debug=\"true\" />\r\n  </system.web>\r\n</configuration>\r\n";
    let release = format!(
        "<configuration {XDT}>\n  <appSettings>\n    <add key=\"Mode\" value=\"release on #{{Octopus.Machine.Name}}\" xdt:Transform=\"SetAttributes\" xdt:Locator=\"Match(key)\" />\n  </appSettings>\n  <system.web>\n    <compilation xdt:Transform=\"RemoveAttributes(debug)\" />\n  </system.web>\n</configuration>\n"
    );
    let staging = format!(
        "<configuration {XDT}>\n  <appSettings>\n    <add key=\"Mode\" value=\"staging\" xdt:Transform=\"Insert\" />\n    <add key=\"Seen\" value=\"Staging\" xdt:Transform=\"Insert\" />\n  </appSettings>\n</configuration>\n"
    );
    let json = "\u{feff}{\n\t// the database\n\t\"Db\": { \"Host\": \"#{Host}\", \"Port\": 5432 },\n\t\"List\": [1.50, 1e3]\n}";
    let yaml = "# settings\ndb: &db\n  host: 'localhost'   # here\n  port: 5432\ncopy: *db\ntext: |\n  kept\n";
    let xml = "<settings xmlns:a=\"urn:a\"><a:host>localhost</a:host><!-- kept --></settings>";
    let properties = "# kept\n! kept, too\nhost : localhost\nlong = one \\\n       two\n";
    let package = target.package_as(
        "nupkg",
        "1.0.0",
        &[
            ("web.config", config),
            ("web.Release.config", &release),
            ("web.Staging.config", &staging),
            ("appsettings.json", json),
            ("conf/app.yaml", yaml),
            ("conf/app.xml", xml),
            ("conf/app.properties", properties),
            (
                "conf/deep/site.ini",
                "host = #{Host}\r\n#{if Theme == \"dark\"}dark = ##{yes}\r\n#{/if}",
            ),
            ("readme.md", "#{Host} is not a target\n"),
        ],
    );
    let www = target.path("www");
    let variables = export(
        &target,
        &[
            ("Main", "Server=#{Host};Password=#{Main.Password}"),
            ("Main.Password", "hunter2-hunter2"),
            ("Db:Host", "#{Host}"),
            ("/settings/a:host", "#{Host}"),
            ("Octopus.Action.Package.CustomInstallationDirectory", www.to_str().unwrap()),
        ],
    );
    let ran = target.deploy(&package, &["--variables", variables.to_str().unwrap()]).expect_code(0);

    let deployed = |name: &str| fs::read_to_string(www.join(name)).unwrap();
    let host = "web01.acme.example";
    // Substituted first, then transformed (Release, then the environment), then filled in; every other byte as it was.
    let transformed = config
        .replace("value='plain'", "value=\"dark\"")
        .replace("value=\"debug\"/>", "value=\"release on web01\"/>\r\n    <add key=\"Mode\" value=\"staging\"/>\r\n    <add key=\"Seen\" value=\"Staging\"/>")
        .replace("<compilation debug=\"true\" />", "<compilation/>")
        .replace("local", &format!("Server={host};Password=hunter2-hunter2"));
    assert_eq!(deployed("web.config"), transformed);
    // The later convention wins over what substitution left in the file.
    assert_eq!(deployed("appsettings.json"), json.replace("#{Host}", host).replace("5432", "6432"));
    let expected = yaml.replace("'localhost'", &format!("'{host}'")).replace("5432", "6432");
    assert_eq!(deployed("conf/app.yaml"), expected);
    assert_eq!(deployed("conf/app.xml"), xml.replace("localhost", host));
    assert_eq!(deployed("conf/app.properties"), properties.replace("localhost", host));
    assert_eq!(deployed("conf/deep/site.ini"), format!("host = {host}\r\ndark = #{{yes}}\r\n"));
    assert_eq!(deployed("readme.md"), "#{Host} is not a target\n");
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("hunter2"), "{}", ran.stdout);
}

#[test]
fn explicit_transforms_come_first_and_a_warning_fails_the_deployment_unless_told_otherwise() {
    let target = Target::new();
    let add = |key: &str| {
        format!(
            "<configuration {XDT}><appSettings><add key=\"{key}\" xdt:Transform=\"Insert\" /></appSettings></configuration>"
        )
    };
    let config = "<configuration>\n  <appSettings>\n  </appSettings>\n</configuration>\n";
    let missing =
        format!("<configuration {XDT}><nowhere xdt:Transform=\"Remove\" /></configuration>");
    let package = target.package(
        "1.0.0",
        &[
            ("web.config", config),
            ("web.Release.config", &add("release")),
            ("web.Staging.config", &add("staging")),
            ("site.crossapp.config", config),
            ("transforms/extra.config", &add("extra")),
            ("bad.config", config),
            ("bad.Broken.config", &missing),
            ("DeployFailed.wat", &Hook::new().print("cleaning up").done()),
        ],
    );
    let additional = "Octopus.Action.Package.AdditionalXmlConfigurationTransforms";
    let explicit = "transforms/extra.config => web.config";
    let file = export(&target, &[(additional, explicit)]);
    let variables = ["--variables", file.to_str().unwrap()];
    target.deploy(&package, &variables).expect_code(0);
    let folder = target.root().join("Staging/Acme.Web");
    let read =
        |version: &str, name: &str| fs::read_to_string(folder.join(version).join(name)).unwrap();
    let found = read("1.0.0", "web.config");
    let place = |key: &str| found.find(&format!("key=\"{key}\"")).unwrap();
    assert!(place("extra") < place("release") && place("release") < place("staging"), "{found}");
    assert_eq!(read("1.0.0", "bad.config"), config);

    let file = export(&target, &[(additional, "Broken")]);
    let variables = ["--variables", file.to_str().unwrap()];
    let ran = target.deploy(&package, &variables).expect_code(1);
    ran.expect_error("No element in the source document matches '/configuration/nowhere'");
    ran.expect_error("cleaning up");
    assert_eq!(read("1.0.0_1", "bad.config"), config);

    let tolerant = "Octopus.Action.Package.TreatConfigTransformationWarningsAsErrors";
    let file = export(&target, &[(additional, "Broken"), (tolerant, "False")]);
    target.deploy(&package, &["--variables", file.to_str().unwrap()]).expect_code(0);
}

#[test]
fn a_file_that_cannot_be_read_fails_with_its_place_and_stays_as_it_was() {
    let broken = [
        ("appsettings.json", "{\n  \"Db\": { \"Port\": 1 },\n  oops\n}", "line 4, column 1"),
        ("conf/app.yaml", "db:\n  port: 1\n bad: [\n", "line "),
        ("conf/app.xml", "<a>\n  <b></a>", "line 2, column"),
        (
            "web.config",
            "<configuration>\n  <appSettings>&nope;</appSettings>\n</configuration>",
            "line 2, column",
        ),
    ];
    for (name, content, place) in broken {
        let target = Target::new();
        let package = target.package("1.0.0", &[(name, content), ("a.config", "<a />")]);
        let variables = export(&target, &[("/a/b", "x")]);
        let ran = target.deploy(&package, &["--variables", variables.to_str().unwrap()]);
        let ran = ran.expect_code(1);
        ran.expect_error(name.rsplit('/').next().unwrap());
        ran.expect_error(place);
        let path = target.root().join("Staging/Acme.Web/1.0.0").join(name);
        assert_eq!(fs::read_to_string(&path).unwrap(), content, "{name}");
    }
}

#[test]
fn targets_that_lead_out_of_the_package_touch_nothing() {
    for pattern in ["../../../../outside.json", "/etc/hostname"] {
        let target = Target::new();
        target.write("outside.json", "{ \"Theme\": \"plain\" }");
        let package = target.package("1.0.0", &[("inside.json", "{ \"Theme\": \"plain\" }")]);
        let targets = "Octopus.Action.Package.JsonConfigurationVariablesTargets";
        let variables = export(&target, &[(targets, pattern)]);
        let ran = target.deploy(&package, &["--variables", variables.to_str().unwrap()]);
        ran.expect_code(1).expect_error(pattern);
        let outside = fs::read_to_string(target.path("outside.json")).unwrap();
        assert_eq!(outside, "{ \"Theme\": \"plain\" }", "{pattern}");
    }
}

/// Three variables as the server encrypts them for Calamari; see `fixtures/README.md`.
const ENCRYPTED_VARIABLES: &[u8] = include_bytes!("fixtures/encrypted-variables");

#[test]
fn an_encrypted_variables_file_drives_a_deployment_and_its_secrets_stay_masked() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("site.ini", "password = #{Db.Password}\n")]);
    let variables = target.write("encrypted-variables", ENCRYPTED_VARIABLES);
    let variables = variables.to_str().unwrap();
    let deploy = |password: Option<&str>| {
        let file = password.map(|password| target.write("password", password));
        let mut arguments = vec!["--variables", variables];
        if let Some(file) = &file {
            arguments.extend(["--variables-password-file", file.to_str().unwrap()]);
        }
        target.deploy(&package, &arguments)
    };

    deploy(None).expect_error("give the file that holds its password");
    deploy(Some("Password2")).expect_error("check that the password is the right one");
    assert!(!target.is_deployed("1.0.0", "site.ini"));

    let ran = deploy(Some("Password1\n")).expect_code(0);
    assert_eq!(target.deployed("1.0.0", "site.ini"), "password = hunter2-hunter2\n");
    assert!(!ran.stderr.contains("hunter2"), "{}", ran.stderr);
    assert!(!ran.stdout.contains("hunter2"), "{}", ran.stdout);
}
