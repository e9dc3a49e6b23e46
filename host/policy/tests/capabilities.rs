//! Each capability, granted to a hook that has a statement for it and refused to one that has none.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail anywhere")]

mod fixture;

use cofferdam_capability::{Access, ClockSource, GrantTerms, LimitName, RandomSource};
use cofferdam_policy::{HookFacts, HookOrigin, Policy, Source, Want, Wanted, Wants};
use fixture::{DIGEST, built_in_hook, context, default_and, grant, hook, refusal};

/// What `hook` is granted when the default policy is extended by one statement for PreDeploy.
fn terms_with(statement: &str) -> (GrantTerms, GrantTerms) {
    let policy = default_and(statement);
    let other = HookFacts { stage: "PostDeploy".into(), name: "Other.wasm".into(), ..hook() };
    (grant(&policy, &hook()).terms().clone(), grant(&policy, &other).terms().clone())
}

fn wanting(what: Wanted, required: bool) -> HookFacts {
    let why = Some("it is a test".to_owned());
    HookFacts { wants: Wants::new(vec![Want { what, why, required }]), ..hook() }
}

#[test]
fn by_default_a_hook_reads_plain_variables_and_nothing_else() {
    let grant = grant(&Policy::built_in(), &hook());
    let names: Vec<&str> = grant.terms().variables.iter().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["Db.Host"]);
    let nothing_else =
        GrantTerms { variables: grant.terms().variables.clone(), ..GrantTerms::default() };
    assert_eq!(*grant.terms(), nothing_else);
    assert!(grant.is_deterministic());
    let reasons: Vec<String> =
        grant.reasons().iter().map(|r| format!("{}: {}", r.statement, r.text)).collect();
    assert_eq!(
        reasons,
        [
            "default.run-hooks: lets it run (without a policy of your own, every hook may run, in \
             the enclosure)",
            "default.read-variables: lets it read the variable `Db.Host` (without a policy of your \
             own, every hook may read the variables that are not secret)",
        ]
    );
}

#[test]
fn built_in_hooks_read_every_variable_and_stay_deterministic_whatever_the_policy_permits() {
    let policy = default_and("permit (principal, action, resource);");
    let hook = HookFacts {
        wants: Wants::new(vec![Want { what: Wanted::RealClock, why: None, required: false }]),
        ..built_in_hook()
    };
    let grant = grant(&policy, &hook);
    assert_eq!(grant.terms().variables.len(), 2);
    assert!(grant.is_deterministic());
}

#[test]
fn sensitive_variables_are_granted_by_name_ignoring_case() {
    let (with, without) = terms_with(
        r#"permit (principal in Stage::"PreDeploy", action == Action::"readSensitiveVariable",
                   resource == Variable::"DB.PASSWORD");"#,
    );
    assert!(with.variables.iter().any(|v| v.name == "Db.Password" && v.sensitive));
    assert!(!without.variables.iter().any(|v| v.sensitive));
}

#[test]
fn a_folder_is_granted_read_only_or_for_writing_too() {
    let (with, without) = terms_with(
        r#"@guest("/shared")
           permit (principal in Stage::"PreDeploy", action == Action::"readFolder",
                   resource in Folder::"/srv/shared");"#,
    );
    let [folder] = with.folders.as_slice() else { panic!("{:?}", with.folders) };
    assert_eq!(folder.host, std::path::Path::new("/srv/shared"));
    assert_eq!((folder.guest.as_str(), folder.access), ("/shared", Access::ReadOnly));
    assert!(without.folders.is_empty());

    let (with, _) = terms_with(
        r#"permit (principal in Stage::"PreDeploy",
                   action in [Action::"readFolder", Action::"writeFolder"],
                   resource in Folder::"/srv/shared");"#,
    );
    assert_eq!(with.folders[0].access, Access::ReadWrite);
    assert_eq!(with.folders[0].guest, "/srv/shared");
}

#[test]
fn a_manifest_narrows_the_folder_that_a_policy_names() {
    let policy = default_and(
        r#"permit (principal, action in [Action::"readFolder", Action::"writeFolder"],
                   resource in Folder::"/srv/shared");"#,
    );
    let below = |host: &str| Wanted::Folder {
        host: host.into(),
        guest: Some("/in".into()),
        access: Access::ReadOnly,
    };
    let granted = grant(&policy, &wanting(below("/srv/shared/acme"), true));
    let [folder] = granted.terms().folders.as_slice() else { panic!("{granted:?}") };
    assert_eq!(folder.host, std::path::Path::new("/srv/shared/acme"));
    assert_eq!((folder.guest.as_str(), folder.access), ("/in", Access::ReadOnly));

    for outside in ["/srv/sharedother", "/srv", "/"] {
        let refused = refusal(&policy, &wanting(below(outside), true));
        assert_eq!(
            refused.asked,
            format!(
                "the package hook `PreDeploy.wasm` at stage PreDeploy to read the folder `{outside}`"
            )
        );
    }
}

#[test]
fn a_folder_has_one_spelling() {
    let policy = default_and(
        r#"permit (principal, action == Action::"readFolder", resource in Folder::"/srv/shared");"#,
    );
    for spelling in ["/srv/shared/../etc", "/srv/shared/", "/srv//shared", "srv/shared", ""] {
        let what = Wanted::Folder { host: spelling.into(), guest: None, access: Access::ReadOnly };
        let refused = refusal(&policy, &wanting(what, false));
        assert!(
            refused.why.starts_with(&format!("`{spelling}` is not an absolute path")),
            "{refused}"
        );
    }
}

#[test]
fn http_is_granted_by_origin_and_method() {
    let (with, without) = terms_with(
        r#"permit (principal in Stage::"PreDeploy", action == Action::"httpRequest",
                   resource == WebOrigin::"https://API.example:443")
           when { ["GET", "HEAD"].contains(context.method) };"#,
    );
    let [rule] = with.http.as_slice() else { panic!("{:?}", with.http) };
    assert_eq!(rule.to_string(), "GET, HEAD to https://api.example");
    assert!(without.http.is_empty());
}

#[test]
fn an_origin_may_lead_only_where_the_permits_that_let_it_through_say() {
    let (with, _) = terms_with(
        r#"@addresses("private, 127.0.0.1")
           permit (principal in Stage::"PreDeploy", action == Action::"httpRequest",
                   resource == WebOrigin::"https://api.example")
           when { context.method == "GET" };
           permit (principal in Stage::"PreDeploy", action == Action::"httpRequest",
                   resource == WebOrigin::"https://api.example")
           when { context.method == "POST" };"#,
    );
    let rules: Vec<String> = with.http.iter().map(ToString::to_string).collect();
    assert_eq!(
        rules,
        ["POST to https://api.example", "GET to https://api.example, also at private, 127.0.0.1"]
    );
}

#[test]
fn environment_variables_are_granted_by_name_and_tcp_and_actions_not_yet() {
    let (with, without) = terms_with(
        r#"permit (principal in Stage::"PreDeploy", action == Action::"tcpConnect",
                   resource == Endpoint::"DB.example:5432");
           permit (principal in Stage::"PreDeploy", action == Action::"requestAction",
                   resource == HostAction::"restart");
           permit (principal in Stage::"PreDeploy", action == Action::"readEnvironment",
                   resource == EnvironmentVariable::"HOME");"#,
    );
    assert!(with.tcp.is_empty() && with.actions.is_empty());
    assert_eq!(with.environment, ["HOME"]);
    assert!(without.environment.is_empty());
}

#[test]
fn what_does_not_exist_yet_is_refused_and_says_so_whatever_is_permitted() {
    let policy = default_and("permit (principal, action, resource);");
    for (what, why) in [
        (
            Wanted::Tcp("db.example:5432".parse().unwrap()),
            "this version of Cofferdam opens no TCP connections for hooks",
        ),
        (
            Wanted::Action { name: "restart".into() },
            "this version of Cofferdam carries out no host actions",
        ),
    ] {
        assert_eq!(refusal(&policy, &wanting(what.clone(), true)).why, why);
        let judged = policy.judge(&wanting(what, false), &context());
        assert!(judged.verdict.grant().is_some());
        assert_eq!(judged.wants[0].refusal.as_ref().unwrap().why, why);
    }
}

#[test]
fn clock_and_random_numbers_are_the_machines_only_when_permitted() {
    let (with, without) = terms_with(
        r#"permit (principal in Stage::"PreDeploy",
                   action in [Action::"readClock", Action::"readRandom"], resource);"#,
    );
    assert_eq!((with.clock, with.random), (ClockSource::Real, RandomSource::Real));
    assert_eq!(without.clock, GrantTerms::default().clock);
    assert_eq!(without.random, GrantTerms::default().random);
}

#[test]
fn the_tightest_limit_wins_and_a_named_one_may_be_above_the_default() {
    let (with, without) = terms_with(
        r#"@id("more") @limit_memory("1GiB") @limit_wall_time("1m")
           permit (principal in Stage::"PreDeploy", action == Action::"runHook", resource);
           @id("less") @limit_memory("512MiB")
           permit (principal in Stage::"PreDeploy", action == Action::"setLimits", resource);"#,
    );
    assert_eq!(with.limits.get(LimitName::Memory), 512 * 1024 * 1024);
    assert_eq!(with.limits.get(LimitName::WallTime), 60_000);
    assert_eq!(without.limits, GrantTerms::default().limits);
}

#[test]
fn each_limit_has_its_statement_as_reason() {
    let policy = default_and(
        r#"@id("small") @reason("it is a small hook") @limit_memory("64MiB")
           permit (principal, action == Action::"setLimits", resource);"#,
    );
    let granted = grant(&policy, &hook());
    let reason = granted.reasons().iter().find(|r| r.statement == "small").unwrap();
    assert_eq!(reason.text, "sets the limit `memory` to 64MiB (it is a small hook)");
}

#[test]
fn limits_alone_let_nothing_run() {
    let policy = Policy::from_source(Source::cedar(
        "site.cedar",
        r#"@limit_memory("64MiB") permit (principal, action == Action::"setLimits", resource);"#,
    ))
    .unwrap();
    assert!(policy.decide(&hook(), &context()).grant().is_none());
}

#[test]
fn the_enclosure_can_be_made_read_only() {
    let (with, without) = terms_with(
        r#"@enclosure("read-only")
           permit (principal in Stage::"PreDeploy", action == Action::"setLimits", resource);"#,
    );
    assert_eq!((with.enclosure, without.enclosure), (Access::ReadOnly, Access::ReadWrite));
}

#[test]
fn a_hook_can_be_let_in_by_digest_signer_size_and_abilities() {
    let policy = |condition: &str| {
        let text = format!(
            r#"permit (principal == Hook::"{DIGEST}", action == Action::"runHook", resource)
               when {{ {condition} }};"#
        );
        Policy::from_source(Source::cedar("site.cedar", text)).unwrap()
    };
    let signed = HookFacts { signers: vec!["release@acme.example".into()], ..hook() };
    let cases = [
        (r#"principal.signers.contains("release@acme.example")"#, true),
        ("principal.size < 200000", true),
        ("principal.size < 1000", false),
        (r#"["files"].containsAll(principal.abilities)"#, true),
        (r#"["random"].containsAll(principal.abilities)"#, false),
        (r#"principal.package.version like "1.*""#, true),
        ("context.walls.filesystem && context.walls.systemCalls", true),
        (r#"context.time < datetime("2020-01-01")"#, false),
        (r#"context.operator == "ann""#, true),
    ];
    for (condition, runs) in cases {
        let granted = policy(condition).decide(&signed, &context()).grant().is_some();
        assert_eq!(granted, runs, "{condition}");
    }
    let other = HookFacts { digest: "sha256:cccc".into(), ..signed };
    assert!(policy("true").decide(&other, &context()).grant().is_none());
}

#[test]
fn a_package_is_let_in_by_signer_and_feed() {
    let policy = Policy::from_source(Source::cedar(
        "site.cedar",
        r#"@id("signed") permit (principal, action == Action::"deployPackage", resource)
           when { resource.signers.contains("release@acme.example") && resource.feed == "main" };"#,
    ))
    .unwrap();
    let refused = policy.decide_package(&fixture::package(), &context()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "policy does not allow the package `Acme.Web` 1.2.3 to be deployed: no statement permits \
         it; `signed` would permit it, but `resource.signers.contains(\"release@acme.example\")` \
         is not true: resource.signers is []"
    );
    let signed = cofferdam_policy::PackageFacts {
        signers: vec!["release@acme.example".into()],
        feed: Some("main".into()),
        ..fixture::package()
    };
    assert_eq!(policy.decide_package(&signed, &context()).unwrap()[0].statement, "signed");
}

#[test]
fn refusing_what_is_required_refuses_the_hook_and_what_is_not_does_not() {
    let policy = Policy::built_in();
    let secret = || Wanted::Variable { name: "db.password".into() };
    let refused = refusal(&policy, &wanting(secret(), true));
    assert!(refused.asked.ends_with("to read the sensitive variable `Db.Password`"), "{refused}");
    let judged = policy.judge(&wanting(secret(), false), &context());
    assert!(judged.verdict.grant().is_some());
    assert_eq!(judged.wants[0].refusal.as_ref().unwrap().asked, refused.asked);
}

#[test]
fn a_wanted_variable_that_nobody_defined_is_not_granted_and_not_refused() {
    let wanted = Wanted::Variable { name: "Set.Later".into() };
    let granted = grant(&Policy::built_in(), &wanting(wanted, true));
    assert!(!granted.terms().variables.iter().any(|v| v.name == "Set.Later"));
}

#[test]
fn two_folders_cannot_be_seen_at_one_place() {
    let policy = default_and(
        r#"permit (principal, action == Action::"readFolder", resource in Folder::"/srv");"#,
    );
    let folder = |host: &str| Want {
        what: Wanted::Folder {
            host: host.into(),
            guest: Some("/in".into()),
            access: Access::ReadOnly,
        },
        why: None,
        required: true,
    };
    let hook = HookFacts { wants: Wants::new(vec![folder("/srv/a"), folder("/srv/b")]), ..hook() };
    let refused = refusal(&policy, &hook);
    assert!(refused.why.contains("both `/srv/b` and `/srv/a` at `/in`"), "{refused}");
}

#[test]
fn an_unknown_stage_is_refused() {
    let hook = HookFacts { stage: "Predeploy".into(), origin: HookOrigin::Custom, ..hook() };
    assert_eq!(refusal(&Policy::built_in(), &hook).why, "no stage is called `Predeploy`");
}
