//! Which statement has the last word.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail anywhere")]

mod fixture;

use cofferdam_policy::{HookFacts, Policy, Source};
use fixture::{context, default_and, grant, hook, refusal};

#[test]
fn a_forbid_overrides_every_permit_and_is_named() {
    let policy = default_and(
        r#"@id("frozen") @reason("no changes over the holidays")
           forbid (principal, action == Action::"runHook", resource)
           when { context.environment == "Production" };"#,
    );
    let refused = refusal(&policy, &hook());
    assert_eq!(refused.statement.as_deref(), Some("frozen"));
    assert_eq!(
        refused.why,
        "`frozen` (no changes over the holidays) forbids it, and no permit overrides a forbid; \
         change that statement at site.cedar:1:1"
    );
    assert_eq!(refused.smallest_permit, None);
}

#[test]
fn a_forbid_takes_one_variable_away() {
    let policy = default_and(r#"forbid (principal, action, resource == Variable::"Db.Host");"#);
    assert!(grant(&policy, &hook()).terms().variables.is_empty());
}

#[test]
fn nothing_is_permitted_by_a_policy_that_says_nothing() {
    let policy = Policy::from_source(Source::cedar("empty.cedar", "")).unwrap();
    let refused = refusal(&policy, &hook());
    assert_eq!(refused.statement, None);
    assert!(policy.decide_package(&fixture::package(), &context()).is_err());
}

#[test]
fn an_operators_policy_can_forbid_built_in_hooks() {
    let policy = default_and(r#"forbid (principal in Origin::"built-in", action, resource);"#);
    assert!(policy.decide(&fixture::built_in_hook(), &context()).grant().is_none());
}

#[test]
fn a_statement_that_cannot_be_evaluated_is_a_no_and_is_named() {
    // Cedar alone would leave the failing forbid out, and permit.
    let policy = default_and(
        r#"@id("broken") forbid (principal, action == Action::"runHook", resource)
           when { principal.size + 9223372036854775807 > 0 };"#,
    );
    let refused = refusal(&policy, &hook());
    assert_eq!(refused.statement.as_deref(), Some("broken"));
    assert!(refused.why.starts_with("`broken` cannot be evaluated: integer overflow"), "{refused}");
    assert_eq!(refused.smallest_permit, None);
}

#[test]
fn a_limit_that_cannot_be_evaluated_refuses_the_hook() {
    let policy = default_and(
        r#"@id("broken") @limit_memory("1MiB")
           permit (principal, action == Action::"setLimits", resource)
           when { principal.size + 9223372036854775807 > 0 };"#,
    );
    assert_eq!(refusal(&policy, &hook()).statement.as_deref(), Some("broken"));
}

#[test]
fn a_variable_whose_statement_cannot_be_evaluated_is_left_out_and_the_reason_says_so() {
    let policy = default_and(
        r#"@id("broken") forbid (principal, action == Action::"readVariable", resource)
           when { principal.size + 9223372036854775807 > 0 };"#,
    );
    let granted = grant(&policy, &hook());
    assert!(granted.terms().variables.is_empty());
    let reason = granted.reasons().iter().find(|r| r.statement == "broken").unwrap();
    assert!(
        reason.text.starts_with("cannot be evaluated, so it may not read the variable `Db.Host`: "),
        "{}",
        reason.text
    );
}

#[test]
fn the_digest_follows_every_statement() {
    let one = default_and("permit (principal, action, resource);");
    let two = default_and("forbid (principal, action, resource);");
    assert_ne!(one.digest(), two.digest());
    assert_ne!(one.digest(), Policy::built_in().digest());
    assert_eq!(one.digest(), default_and("permit (principal, action, resource);").digest());
    assert_eq!(one.digest().len(), "sha256:".len() + 64);
}

#[test]
fn a_missing_permit_names_the_nearest_and_the_value_in_its_way() {
    let policy = Policy::from_source(Source::cedar(
        "site.cedar",
        r#"@id("signed") permit (principal in Origin::"package", action == Action::"runHook", resource)
           when { context.environment == "Production"
                  && principal.signers.contains("release@acme.example") };
           @id("test") permit (principal, action == Action::"runHook", resource)
           when { context.environment == "Test" };"#,
    ))
    .unwrap();
    assert_eq!(
        refusal(&policy, &hook()).why,
        "no statement permits it; `signed` would permit it, but \
         `principal.signers.contains(\"release@acme.example\")` is not true: principal.signers is []"
    );
    let custom = HookFacts { origin: cofferdam_policy::HookOrigin::Custom, ..hook() };
    assert_eq!(
        refusal(&policy, &custom).why,
        "no statement permits it; `test` would permit it, but \
         `context.environment == \"Test\"` is not true: context.environment is \"Production\""
    );
}
