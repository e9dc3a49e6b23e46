//! What people are told about a policy: explanations, and differences between two.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail anywhere")]

mod fixture;

use cofferdam_policy::{
    Change, Context, HookFacts, HookOrigin, Policy, Source, VariableFacts, diff,
};
use fixture::{built_in_hook, context, default_and, hook, package};

const FROZEN: &str = r#"
    @id("frozen") @reason("no changes over the holidays")
    forbid (principal in Origin::"package", action == Action::"runHook", resource);
"#;

const SECRET: &str = r#"
    @id("secret") @reason("migrations connect to the database")
    permit (principal in Stage::"PreDeploy", action == Action::"readSensitiveVariable",
            resource == Variable::"Db.Password")
    when { principal.signers.contains("release@acme.example") };
    @id("fast") @limit_wall_time("30s")
    permit (principal, action == Action::"setLimits", resource);
"#;

#[test]
fn an_explanation_says_in_sentences_which_statements_decided_and_what_came_near() {
    let explained = default_and(SECRET).explain(&hook(), &context()).to_string();
    assert_eq!(
        explained,
        "the package hook `PreDeploy.wasm` at stage PreDeploy may run\n  \
         it may run:\n    \
           `default.run-hooks` (without a policy of your own, every hook may run, in the enclosure) \
           permits it\n  \
         it may have other limits than the default ones:\n    \
           `fast` permits it\n  \
         it may read the variable `Db.Host`:\n    \
           `default.read-variables` (without a policy of your own, every hook may read the variables \
           that are not secret) permits it\n  \
         it may not read the sensitive variable `Db.Password`:\n    \
           no statement permits it\n    \
           `secret` would permit it, but `principal.signers.contains(\"release@acme.example\")` is \
           not true: principal.signers is []\n  \
         it may not read the machine's clock:\n    \
           no statement permits it\n  \
         it may not read the machine's random numbers:\n    \
           no statement permits it"
    );
}

#[test]
fn an_explanation_names_what_has_the_same_answer_together() {
    let variable = |name: &str, sensitive| VariableFacts { name: name.to_owned(), sensitive };
    let variables = [("B", false), ("Secret", true), ("A.Host", false), ("Db.Password", true)];
    let variables = variables.map(|(name, sensitive)| variable(name, sensitive)).to_vec();
    let context = Context { variables, ..context() };
    let forbid = r#"@id("not-a") forbid (principal, action, resource == Variable::"a.host");"#;
    let explained = default_and(forbid).explain(&hook(), &context).to_string();
    for part in [
        "\n  it may not read the variable `A.Host`:\n    `not-a` forbids it\n  \
         it may read the variable `B`:\n",
        "\n  it may not read these sensitive variables:\n    no statement permits it\n      \
         Db.Password\n      Secret\n  it may not read the machine's clock:\n",
    ] {
        assert!(explained.contains(part), "{explained}");
    }
}

#[test]
fn an_explanation_of_a_refused_hook_begins_with_the_refusal() {
    let explained = default_and(FROZEN).explain(&hook(), &context()).to_string();
    assert!(
        explained.starts_with(
            "the package hook `PreDeploy.wasm` at stage PreDeploy may not run: policy does not allow \
             the package hook `PreDeploy.wasm` at stage PreDeploy to run: `frozen` (no changes over \
             the holidays) forbids it, and no permit overrides a forbid"
        ),
        "{explained}"
    );
}

#[test]
fn a_package_is_explained_too() {
    let explained = Policy::built_in().explain_package(&package(), &context()).unwrap().to_string();
    assert_eq!(
        explained,
        "may be deployed: `default.deploy-packages` (without a policy of your own, every package \
         may be deployed) permits it"
    );
}

#[test]
fn a_difference_lists_what_each_hook_gains_and_loses() {
    let signed = HookFacts { signers: vec!["release@acme.example".into()], ..hook() };
    let hooks = [signed, built_in_hook()];
    let (old, new) = (Policy::built_in(), default_and(SECRET));
    let changes = diff(&old, &new, &package(), &hooks, &context());
    assert_eq!(changes.package, None);
    assert_eq!(changes.hooks[0].gains, ["variable `Db.Password`", "wall-time up to 30s"]);
    assert_eq!(changes.hooks[0].loses, ["wall-time up to 5m"]);
    assert_eq!(changes.hooks[1].gains, ["wall-time up to 30s"]);

    let back = diff(&new, &old, &package(), &hooks, &context());
    assert_eq!(back.hooks[0].loses, changes.hooks[0].gains);
    assert!(diff(&old, &old, &package(), &hooks, &context()).is_empty());
}

#[test]
fn a_difference_says_what_may_no_longer_run() {
    let hooks = [hook(), HookFacts { origin: HookOrigin::Custom, ..hook() }];
    let changes = diff(&Policy::built_in(), &default_and(FROZEN), &package(), &hooks, &context());
    assert_eq!(changes.hooks.len(), 1);
    assert_eq!(changes.hooks[0].run, Some(Change::NowRefused));
    let text = changes.to_string();
    assert!(
        text.starts_with("hook `PreDeploy.wasm` at stage PreDeploy is refused now\n"),
        "{text}"
    );
    assert!(text.contains("\n  - variable `Db.Host`\n"), "{text}");
}

#[test]
fn a_policy_prints_as_cedar_that_means_the_same() {
    let toml = r#"
        [[grant]]
        reason = 'it "needs" it'
        hook = "Pre*.wasm"
        stage = ["PreDeploy", "Deploy"]
        variables = ["Db.Password"]
        folders = [{ path = "/srv/a b", access = "read-write", guest = "/in" }]
        limits = { memory = "64MiB" }

        [[forbid]]
        origin = "custom"
        run = true
    "#;
    let from_toml = Policy::from_source(Source::toml("site.toml", toml)).unwrap();
    let text = from_toml.text();
    // The printed text has the shipped statements too, whose names are taken.
    let (_, own) = text.split_once("// ---- site.toml as Cedar ----").unwrap();
    let from_cedar = default_and(own);
    for hook in [hook(), HookFacts { origin: HookOrigin::Custom, ..hook() }, built_in_hook()] {
        let (one, other) =
            (from_toml.decide(&hook, &context()), from_cedar.decide(&hook, &context()));
        assert_eq!(one.grant(), other.grant());
    }
    let granted = from_toml.decide(&hook(), &context());
    assert_eq!(granted.grant().unwrap().terms().folders[0].guest, "/in");
}

#[test]
fn a_refusal_by_a_toml_table_points_to_the_line_where_somebody_wrote_it() {
    let why = |policy: &Policy| {
        policy.explain_package(&package(), &context()).unwrap().refusal.unwrap().why
    };
    let grant = "# ours\n[[grant]]\nhook = \"a\"\nrun = true\nvariables = [\"A\", \"B\"]\n\n";
    let forbid = "[[forbid]]\nreason = \"not today\"\npackage = \"*\"\ndeploy = true\n";
    let policy = Source::toml("site.toml", format!("{grant}{forbid}"));
    let policy = Policy::from_source(policy).unwrap();
    let told = why(&policy);
    assert!(told.ends_with("change that statement at site.toml:7:1"), "{told}");
    let lines: Vec<usize> = policy
        .statements_in_force()
        .filter(|statement| statement.place.source == "site.toml")
        .map(|statement| statement.place.line)
        .collect();
    assert_eq!(lines, [2, 2, 2, 7]);

    // The same for tables in a file that holds other things as well.
    let others = "environment = \"Test\"\n\n[limits]\nmemory = \"1GiB\"\n\n";
    let settings = Source::tables_in("settings.toml", format!("{others}{forbid}"));
    let told = why(&Policy::built_in().and(settings).unwrap());
    assert!(told.ends_with("change that statement at settings.toml:6:1"), "{told}");
}
