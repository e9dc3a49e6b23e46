//! How long policy takes to answer: one question, and everything about one hook, with 10 to 1,000
//! statements in force. `cargo bench -p cofferdam-policy` prints medians and 99th percentiles.

use std::hint::black_box;
use std::time::{Duration, Instant};

use cofferdam_policy::{
    Context, HookFacts, HookOrigin, PackageFacts, Policy, Question, Source, VariableFacts,
    WallsContext, Wants,
};

/// Enough for a 99th percentile that is not one outlier.
const ROUNDS: usize = 400;

/// A whole decision takes a hundred questions.
const DECISION_ROUNDS: usize = 20;

/// As many variables as a large Octopus project has.
const VARIABLES: usize = 100;

fn main() {
    println!("{:<44}{:>12}{:>12}", "", "median", "p99");
    for count in [10, 100, 1_000] {
        let policy = policy(count);
        let (hook, context) = (hook(), context());
        let permitted = Question::Variable { name: "Secret.5".to_owned(), sensitive: true };
        let refused = Question::Variable { name: "Secret.none".to_owned(), sensitive: true };
        report(&format!("{count} statements, one question, permitted"), ROUNDS, || {
            black_box(policy.explain_question(&hook, &context, &permitted)).is_ok()
        });
        report(&format!("{count} statements, without slicing"), ROUNDS, || {
            black_box(policy.answer_without_slicing(&hook, &context, &permitted)).is_ok()
        });
        report(&format!("{count} statements, refused and explained"), ROUNDS, || {
            black_box(policy.explain_question(&hook, &context, &refused)).is_ok()
        });
        report(&format!("{count} statements, all of one hook"), DECISION_ROUNDS, || {
            black_box(policy.judge(&hook, &context)).answers.len() > VARIABLES
        });
    }
}

fn report(what: &str, rounds: usize, mut run: impl FnMut() -> bool) {
    let mut times: Vec<Duration> = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        let sensible = run();
        times.push(start.elapsed());
        assert!(sensible, "{what} came to nothing");
    }
    times.sort_unstable();
    println!("{what:<44}{:>12.1?}{:>12.1?}", times[rounds / 2], times[rounds * 99 / 100]);
}

/// What a site with many packages has: some statements name what is granted, some the package, some
/// the hook, and one in ten holds for every hook.
fn policy(count: usize) -> Policy {
    let statement = |number: usize| match number % 10 {
        0..=3 => format!(
            "permit (principal, action == Action::\"readSensitiveVariable\", \
             resource == Variable::\"Secret.{number}\") \
             when {{ principal.package == Package::\"Acme.Web\" }};"
        ),
        5 => format!(
            "permit (principal in Stage::\"PreDeploy\", \
             action == Action::\"readSensitiveVariable\", resource == Variable::\"Secret.{number}\");"
        ),
        4 | 6 => format!(
            "permit (principal, action in [Action::\"readVariable\", \
             Action::\"readSensitiveVariable\"], resource) \
             when {{ principal.package.id == \"Acme.{number}\" && resource.name like \"db.*\" }};"
        ),
        7 | 8 => format!(
            "permit (principal == Hook::\"sha256:{number}\", \
             action == Action::\"readSensitiveVariable\", resource);"
        ),
        _ => format!(
            "forbid (principal, action == Action::\"readSensitiveVariable\", resource) \
             when {{ context.environment == \"Env.{number}\" }};"
        ),
    };
    let text: Vec<String> = (0..count).map(statement).collect();
    let added = Source::cedar("site.cedar", text.join("\n"));
    #[expect(clippy::expect_used, reason = "the statements are written here")]
    Policy::built_in().and(added).expect("the statements are valid")
}

fn hook() -> HookFacts {
    HookFacts {
        name: "PreDeploy.wasm".to_owned(),
        origin: HookOrigin::Package,
        stage: "PreDeploy".to_owned(),
        digest: format!("sha256:{}", "a".repeat(64)),
        size: 100_000,
        kind: "preview1-module".to_owned(),
        abilities: vec!["files".to_owned()],
        signers: vec!["release@acme.example".to_owned()],
        package: PackageFacts {
            id: "Acme.Web".to_owned(),
            version: "1.2.3".to_owned(),
            ..PackageFacts::default()
        },
        wants: Wants::default(),
    }
}

fn context() -> Context {
    Context {
        target: "web-01".to_owned(),
        environment: Some("Production".to_owned()),
        tenant: None,
        operator: "ann".to_owned(),
        time_unix_seconds: 1_790_000_000,
        walls: WallsContext { filesystem: true, system_calls: true, network: true },
        variables: (0..VARIABLES)
            .map(|number| VariableFacts { name: format!("Plain.{number}"), sensitive: false })
            .collect(),
    }
}
