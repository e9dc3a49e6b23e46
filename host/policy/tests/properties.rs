//! Properties that hold for every policy: slicing changes nothing, and what a refusal suggests works.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail anywhere")]

mod fixture;

use std::path::PathBuf;

use cofferdam_capability::Access;
use cofferdam_policy::{
    Context, HookFacts, HookOrigin, Policy, Source, VariableFacts, Want, Wanted, Wants,
};
use proptest::prelude::*;
use proptest::sample::select;

const PRINCIPALS: &[&str] = &[
    "principal",
    "principal is Hook",
    "principal in Origin::\"package\"",
    "principal in Stage::\"PreDeploy\"",
    "principal is Hook in Origin::\"custom\"",
    "principal == Hook::\"sha256:a\"",
];

/// Scope of action and resource that fit together, and whether the resource has a name.
const SCOPES: &[(&str, &str)] = &[
    ("action == Action::\"runHook\"", "resource"),
    ("action == Action::\"runHook\"", "resource == Target::\"web-01\""),
    ("action in [Action::\"runHook\", Action::\"setLimits\"]", "resource"),
    ("action == Action::\"readVariable\"", "resource"),
    ("action in [Action::\"readVariable\", Action::\"readSensitiveVariable\"]", "resource"),
    ("action == Action::\"readVariable\"", "resource == Variable::\"Db.Host\""),
    ("action == Action::\"readSensitiveVariable\"", "resource == Variable::\"db.password\""),
    ("action == Action::\"readFolder\"", "resource in Folder::\"/srv\""),
    (
        "action in [Action::\"readFolder\", Action::\"writeFolder\"]",
        "resource == Folder::\"/srv/a\"",
    ),
    ("action == Action::\"httpRequest\"", "resource == WebOrigin::\"https://a.example\""),
    ("action == Action::\"readClock\"", "resource"),
    ("action == Action::\"readEnvironment\"", "resource == EnvironmentVariable::\"HOME\""),
];

/// Conditions that every action has the attributes for. The last ones fail when they are reached.
const CONDITIONS: &[&str] = &[
    "principal.name == \"PreDeploy.wasm\"",
    "\"Other.wasm\" == principal.name",
    "principal.package == Package::\"Acme.Web\"",
    "principal.package.id == \"Acme.Web\"",
    "principal.package.id like \"Acme.*\"",
    "context.environment == \"Production\"",
    "context.environment == \"\"",
    "context.environment != \"Production\"",
    "context.target == \"web-01\"",
    "context.tenant == \"north\"",
    "principal.signers.contains(\"ann\")",
    "principal.size > 10",
    "principal.size + 9223372036854775807 > 0",
    "context.time < datetime(\"2026-06-01\").offset(duration(\"106751991167d\"))",
];

prop_compose! {
    fn statement()(
        permits in prop::bool::weighted(0.8),
        principal in select(PRINCIPALS),
        scope in select(SCOPES),
        when in prop::collection::vec(select(CONDITIONS), 0..3),
        or in prop::option::of(select(CONDITIONS)),
        unless in prop::option::of(select(CONDITIONS)),
        limit in prop::option::of(1_u64..1000),
    ) -> String {
        let limit = limit.map(|mib| format!("@limit_memory(\"{mib}MiB\") ")).unwrap_or_default();
        let effect = if permits { "permit" } else { "forbid" };
        // `setLimits` cannot be forbidden.
        let scope = if permits || !scope.0.contains("setLimits") { scope } else { SCOPES[0] };
        let mut text = format!("{limit}{effect} ({principal}, {}, {})", scope.0, scope.1);
        if !when.is_empty() {
            let mut when = when.join(" && ");
            if let Some(or) = or {
                when = format!("{when} || {or}");
            }
            text.push_str(&format!(" when {{ {when} }}"));
        }
        if let Some(unless) = unless {
            text.push_str(&format!(" unless {{ {unless} }}"));
        }
        text + ";\n"
    }
}

prop_compose! {
    fn hook()(
        name in select(vec!["PreDeploy.wasm", "Other.wasm"]),
        origin in select(vec![HookOrigin::Package, HookOrigin::Custom, HookOrigin::BuiltIn]),
        stage in select(vec!["PreDeploy", "Deploy"]),
        digest in select(vec!["sha256:a", "sha256:b"]),
        size in select(vec![0_u64, 1000]),
        package in select(vec!["Acme.Web", "Acme.Db", "Odd \"name\" \\ \u{1f980}"]),
        signed in any::<bool>(),
    ) -> HookFacts {
        let mut facts = HookFacts {
            name: name.into(),
            origin,
            stage: stage.into(),
            digest: digest.into(),
            size,
            signers: if signed { vec!["ann".into()] } else { vec![] },
            wants: Wants::new(vec![
                want(Wanted::Folder { host: PathBuf::from("/srv/a"), guest: None, access: Access::ReadWrite }),
                want(Wanted::Http {
                    origin: "https://a.example".parse().unwrap(),
                    methods: vec!["GET".into(), "POST".into()],
                }),
                want(Wanted::Environment { name: "HOME".into() }),
                want(Wanted::RealClock),
                want(Wanted::Variable { name: "db.password".into() }),
            ]),
            ..fixture::hook()
        };
        facts.package.id = package.into();
        facts
    }
}

fn want(what: Wanted) -> Want {
    Want { what, why: None, required: false }
}

prop_compose! {
    fn context()(
        environment in select(vec![None, Some("Production"), Some("Test")]),
        tenant in select(vec![None, Some("north")]),
        target in select(vec!["web-01", "web-02"]),
    ) -> Context {
        Context {
            environment: environment.map(str::to_owned),
            tenant: tenant.map(str::to_owned),
            target: target.into(),
            variables: vec![
                VariableFacts { name: "Db.Host".into(), sensitive: false },
                VariableFacts { name: "DB.Password".into(), sensitive: true },
            ],
            ..fixture::context()
        }
    }
}

proptest! {
    // A case asks some twenty questions twice.
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn slicing_changes_no_answer(
        statements in prop::collection::vec(statement(), 0..25),
        hook in hook(),
        context in context(),
    ) {
        let policy =
            Policy::from_source(Source::cedar("random.cedar", statements.concat())).unwrap();
        let sliced = policy.judge(&hook, &context);
        prop_assert!(sliced.answers.len() >= 10);
        for answer in &sliced.answers {
            let whole = policy.answer_without_slicing(&hook, &context, &answer.question).unwrap();
            prop_assert_eq!(answer, &whole);
        }
    }
}

proptest! {
    // A case reads some twenty policies.
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn what_a_refusal_suggests_is_valid_and_permits_what_was_asked(
        statements in prop::collection::vec(statement(), 0..6),
        hook in hook(),
        context in context(),
    ) {
        let policy =
            Policy::from_source(Source::cedar("random.cedar", statements.concat())).unwrap();
        for explained in policy.explain(&hook, &context).questions {
            let Some(refusal) = explained.refusal else { continue };
            let question = explained.answer.question;
            // Nothing can be added where a statement forbids or fails; everywhere else there is.
            let blocked = refusal.statement.is_some();
            prop_assert_eq!(blocked, refusal.smallest_permit.is_none());
            let Some(permit) = refusal.smallest_permit else { continue };
            let extended = policy.and(Source::cedar("added.cedar", permit)).unwrap();
            let after = extended.explain_question(&hook, &context, &question).unwrap();
            prop_assert!(after.answer.allowed, "{}", after);
            let doubted = extended.lints().into_iter().filter_map(|lint| lint.problem.place);
            prop_assert_eq!(doubted.filter(|place| place.source == "added.cedar").count(), 0);
            // It is narrow: the same hook elsewhere gets nothing from it.
            let elsewhere = Context { target: "other".into(), ..context.clone() };
            let before = policy.explain_question(&hook, &elsewhere, &question).unwrap();
            let after = extended.explain_question(&hook, &elsewhere, &question).unwrap();
            prop_assert_eq!(before.answer.allowed, after.answer.allowed);
        }
    }

    #[test]
    fn a_required_want_that_is_refused_can_be_had_by_adding_what_is_suggested(
        hook in hook(),
        context in context(),
    ) {
        let required = hook.wants.iter().map(|want| Want { required: true, ..want.clone() });
        let hook = HookFacts { wants: Wants::new(required.collect()), ..hook };
        prop_assume!(hook.origin != HookOrigin::BuiltIn);
        let mut policy = Policy::built_in();
        // Each round adds what one refusal suggests; there is one refusal for each want.
        for round in 0..=hook.wants.iter().count() {
            match policy.decide(&hook, &context) {
                cofferdam_policy::Verdict::Granted(grant) => {
                    prop_assert_eq!(grant.terms().http[0].methods.len(), 2);
                    prop_assert_eq!(grant.terms().folders[0].access, Access::ReadWrite);
                    prop_assert_eq!(round, hook.wants.iter().count());
                }
                cofferdam_policy::Verdict::Refused(refusal) => {
                    let source = Source::cedar(format!("{round}.cedar"), refusal.smallest_permit.unwrap());
                    policy = policy.and(source).unwrap();
                }
            }
        }
    }
}
