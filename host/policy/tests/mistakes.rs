//! Mistakes that people make in policies, and what they are told.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail anywhere")]

use cofferdam_policy::{CaseTable, LintKind, Manifest, Policy, PolicyError, Source};

/// What loading this statement complains about.
fn complaint(cedar: &str) -> String {
    match Policy::from_source(Source::cedar("site.cedar", cedar)) {
        Ok(_) => panic!("accepted: {cedar}"),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn assert_complains(cedar: &str, place: &str, parts: &[&str]) {
    let complaint = complaint(cedar);
    assert!(complaint.starts_with(place), "{complaint}");
    for part in parts {
        assert!(complaint.contains(part), "no {part:?} in {complaint}");
    }
}

#[test]
fn a_typo_in_an_attribute_is_found_with_its_place() {
    assert_complains(
        "permit (principal, action == Action::\"runHook\", resource)\nwhen { principal.nmae == \"x\" };",
        "site.cedar:2:",
        &["attribute `nmae`", "`name`"],
    );
}

#[test]
fn a_wrong_action_is_found_with_its_place() {
    assert_complains(
        "\npermit (principal, action == Action::\"readVariables\", resource);",
        "site.cedar:2:",
        &["readVariables", "readVariable"],
    );
}

#[test]
fn a_misspelt_stage_or_origin_is_found() {
    assert_complains(
        r#"forbid (principal in Stage::"Predeploy", action, resource);"#,
        "site.cedar:1:",
        &["Predeploy"],
    );
    assert_complains(
        r#"forbid (principal in Origin::"pakage", action, resource);"#,
        "site.cedar:1:",
        &["pakage"],
    );
}

#[test]
fn a_resource_of_the_wrong_type_is_found() {
    assert_complains(
        r#"@id("x") permit (principal, action == Action::"readFolder", resource == Variable::"a");"#,
        "site.cedar:1:",
        &["the statement can never apply; compare the types of what it names"],
    );
}

#[test]
fn a_missing_semicolon_is_found_with_its_place() {
    assert_complains(
        "permit (principal, action, resource)\n",
        "site.cedar:1:37: ",
        &["unexpected end", "expected `;`"],
    );
}

#[test]
fn every_mistake_is_told_not_just_the_first() {
    let complaint = complaint(
        "permit (principal, action == Action::\"runHook\", resource) when { principal.a == 1 };\n\
         permit (principal, action == Action::\"runHook\", resource) when { principal.b == 1 };",
    );
    assert!(
        complaint.contains("site.cedar:1:") && complaint.contains("site.cedar:2:"),
        "{complaint}"
    );
}

#[test]
fn what_would_never_match_is_refused() {
    assert_complains(
        r#"forbid (principal, action, resource is Variable) when { resource.name like "*Password*" };"#,
        "site.cedar:1:1: `resource.name` of a variable is in lower case and never matches \"*Password*\"; write \"*password*\"",
        &[],
    );
    assert_complains(
        r#"forbid (principal, action == Action::"readVariable", resource)
           when { ["a", "Db.Host"].contains(resource.name) };"#,
        "site.cedar:1:1: ",
        &["write \"db.host\""],
    );
}

#[test]
fn folders_origins_and_endpoints_have_one_spelling() {
    for (resource, action, part) in [
        ("Folder::\"/srv/../etc\"", "readFolder", "`/srv/../etc` is not an absolute path"),
        ("Folder::\"/srv/\"", "readFolder", "`/srv/` is not an absolute path"),
        ("WebOrigin::\"https://*.example\"", "httpRequest", "`https://*.example` is not an origin"),
        ("WebOrigin::\"https://a/b\"", "httpRequest", "`https://a/b` is not an origin"),
        ("Endpoint::\"db\"", "tcpConnect", "`db` is not an endpoint; write `host:port`"),
    ] {
        let text =
            format!("permit (principal, action == Action::\"{action}\", resource == {resource});");
        assert_complains(&text, "site.cedar:1:1: ", &[part]);
    }
}

#[test]
fn limits_are_read_when_the_policy_is() {
    let permit = "permit (principal, action == Action::\"runHook\", resource);";
    assert_complains(
        &format!("@limit_memmory(\"1GiB\") {permit}"),
        "site.cedar:1:1: the annotation `@limit_memmory` names no limit; did you mean `@limit_memory`?",
        &[],
    );
    assert_complains(
        &format!("@memory(\"256\") {permit}"),
        "site.cedar:1:1: `@memory` sets no limit, because `limit_` is missing; write `@limit_memory`",
        &[],
    );
    assert_complains(
        &format!("@limit_memory(\"-1MiB\") {permit}"),
        "site.cedar:1:1: `-1MiB` is not a value for the limit `memory`",
        &[],
    );
    assert_complains(
        &format!("@limit_memory(\"lots\") {permit}"),
        "site.cedar:1:1: `lots` is not a value for the limit `memory`",
        &[],
    );
    assert_complains(
        &format!("@enclosure(\"ro\") {permit}"),
        "site.cedar:1:1: `@enclosure(\"ro\")`",
        &[],
    );
    assert_complains(&format!("@guest(\"../x\") {permit}"), "site.cedar:1:1: `@guest` needs", &[]);
}

#[test]
fn an_identifier_is_used_once_and_shipped_ones_cannot_be_taken() {
    let forbid = "forbid (principal, action, resource);";
    assert_complains(
        &format!("@id(\"a\") {forbid}\n@id(\"a\") {forbid}"),
        "site.cedar:2:1: the identifier `a` is taken by site.cedar:1:1",
        &[],
    );
    assert_complains(
        &format!("@id(\"cofferdam.run-built-in-hooks\") {forbid}"),
        "site.cedar:1:1: the identifier `cofferdam.run-built-in-hooks` is taken by foundation.cedar:",
        &[],
    );
}

#[test]
fn a_policy_can_begin_as_a_copy_of_the_default() {
    let text = Policy::built_in_text();
    let copy = Policy::from_source(Source::cedar("site.cedar", &text)).unwrap();
    assert!(copy.statements_in_force().any(|statement| statement.id == "default.run-hooks"));
    // A copy that says something else is no copy.
    let edited = text.replacen("action == Action::\"runHook\"", "action", 1);
    assert_complains(&edited, "site.cedar:", &["is taken by foundation.cedar:"]);
}

#[test]
fn templates_and_forbidden_limits_are_refused() {
    assert_complains(
        "permit (principal == ?principal, action, resource);",
        "site.cedar:1:1: the statement is a template",
        &[],
    );
    assert_complains(
        r#"forbid (principal, action == Action::"setLimits", resource);"#,
        "site.cedar:1:1: `setLimits` cannot be forbidden",
        &[],
    );
}

#[test]
fn an_optional_attribute_has_to_be_looked_for_first() {
    assert_complains(
        r#"permit (principal, action == Action::"requestAction", resource == HostAction::"restart")
           when { context.arguments.contains("web") };"#,
        "site.cedar:2:",
        &["arguments"],
    );
}

#[test]
fn a_file_needs_a_known_extension_and_to_exist() {
    let folder = tempfile::tempdir().unwrap();
    let unknown = folder.path().join("policy.txt");
    assert!(matches!(Policy::load(&unknown), Err(PolicyError::UnknownForm { .. })));
    let missing = folder.path().join("policy.cedar");
    assert!(matches!(Policy::load(&missing), Err(PolicyError::Unreadable { .. })));
    let huge = folder.path().join("huge.cedar");
    std::fs::File::create(&huge).unwrap().set_len(1 << 30).unwrap();
    assert!(Policy::load(&huge).unwrap_err().to_string().contains("longer than"));
    let binary = folder.path().join("binary.cedar");
    std::fs::write(&binary, b"// one\n// \xff\n").unwrap();
    let complaint = Policy::load(&binary).unwrap_err().to_string();
    assert!(complaint.contains(":2:4: the policy is not UTF-8"), "{complaint}");
    let marked = folder.path().join("marked.toml");
    std::fs::write(&marked, "\u{feff}base = \"none\"\n").unwrap();
    Policy::load(&marked).unwrap();
}

/// The kinds of doubt about these statements.
fn lints(cedar: &str) -> Vec<LintKind> {
    let policy = Policy::from_source(Source::cedar("site.cedar", cedar)).unwrap();
    policy.lints().into_iter().map(|lint| lint.kind).collect()
}

#[test]
fn doubtful_statements_are_pointed_out() {
    let named = "@id(\"a\") @reason(\"b\") ";
    let cases = [
        (
            r#"permit (principal, action == Action::"runHook", resource);"#,
            vec![LintKind::CoversEveryHook],
        ),
        (
            r#"permit (principal in Origin::"custom", action == Action::"readSensitiveVariable", resource);"#,
            vec![LintKind::CoversEveryResource],
        ),
        (
            r#"@limit_memory("1MiB") forbid (principal, action == Action::"runHook", resource) when { principal.size > 5 };"#,
            vec![LintKind::LimitWithoutEffect],
        ),
        (
            r#"@limit_memory("1MiB") permit (principal in Stage::"Deploy", action == Action::"readVariable", resource);"#,
            vec![LintKind::LimitWithoutEffect],
        ),
        (
            r#"@resaon("x") permit (principal in Stage::"Deploy", action == Action::"readVariable", resource);"#,
            vec![LintKind::UnknownAnnotation],
        ),
        (
            r#"permit (principal in Stage::"Deploy", action == Action::"readVariable", resource) when { 1 > 2 && principal.size > 2 };"#,
            vec![],
        ),
        (
            r#"@limit_memory("1MiB") permit (principal, action == Action::"setLimits", resource);"#,
            vec![],
        ),
        (
            r#"permit (principal in Stage::"Deploy", action == Action::"readClock", resource);
               @id("never") @reason("r") forbid (principal, action == Action::"readClock", resource);"#,
            vec![LintKind::NeverPermits],
        ),
    ];
    for (statement, expected) in cases {
        assert_eq!(lints(&format!("{named}{statement}")), expected, "{statement}");
    }
    let nameless =
        r#"permit (principal in Stage::"Deploy", action == Action::"readClock", resource);"#;
    assert_eq!(lints(nameless), [LintKind::NoId, LintKind::NoReason]);
    assert!(Policy::built_in().lints().is_empty());
    assert_eq!(lints(""), [LintKind::Empty]);
}

#[test]
fn mistakes_in_toml_have_their_place() {
    let complaint =
        |text: &str| Policy::from_source(Source::toml("site.toml", text)).unwrap_err().to_string();
    assert!(
        complaint("[[grant]]\nhoook = \"x\"\n").starts_with("site.toml:2:1: unknown field `hoook`")
    );
    assert!(
        complaint("base = \"all\"\n").starts_with("site.toml:1:1: `base = \"all\"` means nothing")
    );
    for (table, part) in [
        ("run = true", "does not say which hooks"),
        ("hook = \"x\"", "it grants nothing"),
        ("every-hook = true\nhook = \"x\"\nrun = true", "contradict"),
        ("stage = \"predeploy\"\nrun = true", "no stage is called `predeploy`"),
        ("origin = \"pakage\"\nrun = true", "no origin is called `pakage`"),
        ("hook = \"x\"\nlimits = { memmory = \"1\" }", "no limit is called `memmory`"),
        ("hook = \"x\"\nlimits = { memory = \"lots\" }", "`lots` is not a value"),
        ("hook = \"x\"\nenclosure = \"ro\"", "`enclosure = \"ro\"` means nothing"),
        ("hook = \"x\"\nclock = \"fixed\"", "`clock = \"fixed\"` means nothing"),
        ("hook = \"x\"\nfolders = [{ path = \"/a/../b\", access = \"read-only\" }]", "`/a/../b`"),
        ("hook = \"x\"\nfolders = [{ path = \"/a\", access = \"rw\" }]", "the access \"rw\""),
        ("package = \"*\"\nsigner = \"a\"\ndeploy = true", "or `package-signer` for who signed"),
        (
            "package = \"*\"\ndeploy = true\nunless = { signer = \"a\" }",
            "is about who signed the hook, and `deploy` about",
        ),
        ("package = \"*\"\ndeploy = true\nunless = {}", "`unless` says nothing"),
        (
            "hook = \"x\"\nhttp = [{ origin = \"https://a\", methods = [\"get\"] }]",
            "`get` is no method",
        ),
    ] {
        let complaint = complaint(&format!("[[grant]]\n{table}\n"));
        assert!(complaint.starts_with("site.toml:1:1: [[grant]] number 1: "), "{complaint}");
        assert!(complaint.contains(part), "{complaint}");
    }
    let forbid = "[[forbid]]\nhook = \"x\"\nlimits = { memory = \"1MiB\" }\n";
    assert!(complaint(forbid).contains("limits and enclosure belong in a [[grant]]"));
    let unless =
        "[[forbid]]\npackage = \"*\"\ndeploy = true\nunless = { package-singer = \"a\" }\n";
    assert!(complaint(unless).starts_with("site.toml:4:12: unknown field `package-singer`"));
}

#[test]
fn a_file_that_is_called_like_the_shipped_ones_is_looked_at_like_any_other() {
    let wide = "@id(\"all\") @reason(\"why not\") permit (principal, action, resource);";
    let kinds = |name: &str| {
        let policy = Policy::from_source(Source::cedar(name, wide)).unwrap();
        policy.lints().into_iter().map(|lint| lint.kind).collect::<Vec<LintKind>>()
    };
    assert!(!kinds("site.cedar").is_empty());
    assert_eq!(kinds("default.cedar"), kinds("site.cedar"));
    assert_eq!(kinds("foundation.cedar"), kinds("site.cedar"));
}

#[test]
fn what_comes_of_a_toml_table_points_to_the_table() {
    let complaint =
        |text: &str| Policy::from_source(Source::toml("site.toml", text)).unwrap_err().to_string();
    let good = "# ours\n[[grant]]\nhook = \"a\"\nrun = true\nvariables = [\"A\", \"B\"]\n\n";
    // What the tables cannot check, the validator does.
    let until = format!("{good}[[grant]]\nhook = \"x\"\nrun = true\nuntil = \"tomorrow\"\n");
    assert!(complaint(&until).starts_with("site.toml:7:1: "), "{}", complaint(&until));
    assert!(complaint(&until).contains("tomorrow"), "{}", complaint(&until));
    let both = format!("{good}[[forbid]]\nhook = \"x\"\n\n[[forbid]]\nrun = true\n");
    let both = complaint(&both);
    assert!(both.contains("site.toml:7:1: [[forbid]] number 1: it grants nothing"), "{both}");
    assert!(both.contains("site.toml:10:1: [[forbid]] number 2: it does not say"), "{both}");
    let same = format!("{good}[[grant]]\nid = \"g\"\nhook = \"x\"\nrun = true\n").repeat(2);
    let same = complaint(&same);
    assert!(
        same.contains("site.toml:17:1: the identifier `g.run` is taken by site.toml:7:1"),
        "{same}"
    );
}

#[test]
fn hooks_are_told_apart_by_who_made_their_package() {
    let tables = "[[grant]]\npackage-signer = [\"a\", \"b\"]\npackage-feed = \"main*\"\nrun = true\n\
                  package-builder = [{ builder = \"https://ci\", signer = \"c\" }]\n";
    let tables = toml::from_str(tables).unwrap();
    let cedar = cofferdam_policy::tables_to_cedar("site.toml", &tables).unwrap();
    for part in [
        "principal.package.signers.containsAny([\"a\", \"b\"])",
        "principal.package.provenance.containsAny([{ \"builder\": \"https://ci\", \"signer\": \"c\" }])",
        "principal.package.feed like \"main*\"",
    ] {
        assert!(cedar.contains(part), "{cedar}");
    }
    Policy::from_source(Source::cedar("site.cedar", &cedar)).unwrap();
}

#[test]
fn mistakes_in_manifests_have_their_place() {
    let complaint =
        |text: &str| Manifest::parse("hook.toml", text.as_bytes()).unwrap_err().to_string();
    for (text, expected) in [
        ("[[want]]\nvariabel = \"x\"\n", "hook.toml:2:1: unknown field `variabel`"),
        ("[[want]]\nwhy = \"x\"\n", "hook.toml:1:1: a want names one thing"),
        ("[[want]]\nvariable = \"x\"\ntcp = \"a:1\"\n", "hook.toml:1:1: a want names one thing"),
        ("[[want]]\nfolder = \"data\"\n", "hook.toml:1:1: `data` is not an absolute path"),
        (
            "[[want]]\nfolder = \"/d\"\nguest = \"/\"\n",
            "hook.toml:1:1: `/` is not an absolute path below",
        ),
        ("[[want]]\nhttp = \"https://a\"\n", "hook.toml:1:1: `http` needs `methods`"),
        ("[[want]]\nclock = \"fixed\"\n", "hook.toml:1:1: `clock = \"fixed\"` cannot be wanted"),
        (
            "[[want]]\nvariable = \"x\"\naccess = \"read-only\"\n",
            "hook.toml:1:1: `access` and `guest` go with",
        ),
        ("[[want]]\nvariable = \"x\"\nmethods = \"GET\"\n", "hook.toml:1:1: `methods` goes with"),
        ("[[want]]\nvariable = \"\"\n", "hook.toml:1:1: `variable` is empty"),
    ] {
        assert!(complaint(text).starts_with(expected), "{}", complaint(text));
    }
    assert!(
        Manifest::parse("m", &[0xff]).unwrap_err().to_string().contains("not UTF-8 after byte 0")
    );
    let long = vec![b'#'; cofferdam_policy::MAX_MANIFEST_BYTES + 1];
    assert!(Manifest::parse("m", &long).unwrap_err().to_string().contains("longer than"));
    let many = "[[want]]\nclock = \"real\"\n".repeat(cofferdam_policy::MAX_WANTS + 1);
    assert!(complaint(&many).contains("wants more than"));
    let deep = format!("x = {}", "[".repeat(20_000));
    assert!(Manifest::parse("m", deep.as_bytes()).is_err());
}

#[test]
fn mistakes_in_case_tables_have_their_place_and_failures_say_why() {
    let ask = |ask: &str, expect: &str| {
        format!("[[case]]\nname = \"n\"\nask = {ask}\nexpect = \"{expect}\"\n")
    };
    let error =
        CaseTable::parse("t.toml", &ask("{ run = true, deploy = true }", "permitted")).unwrap_err();
    assert!(error.to_string().starts_with("t.toml:1:1: a case asks one thing"), "{error}");
    assert!(CaseTable::parse("t.toml", "").unwrap_err().to_string().contains("has no case"));
    assert!(CaseTable::parse("t.toml", &ask("{ run = true }", "maybe")).is_err());

    let table = CaseTable::parse("t.toml", &ask("{ clock = \"real\" }", "permitted")).unwrap();
    let [outcome] = &table.run(&Policy::built_in())[..] else { panic!() };
    assert_eq!(
        outcome.to_string(),
        "failed: n: expected \"permitted\"; it may not read the machine's clock: no statement permits it"
    );
}
