//! From the keys that say which, where and until when to conditions in Cedar.

use crate::cedar_text::quote;
use crate::facts::HookOrigin;
use crate::toml_form::{BuilderTable, GrantTable, UnlessTable};
use crate::toml_text::Texts;
use crate::vocabulary::STAGES;

/// The conditions of a statement: all of `when` hold, and not all of `unless`.
#[derive(Clone)]
pub(crate) struct Conditions {
    pub(crate) when: Vec<String>,
    pub(crate) unless: Vec<String>,
}

/// Where an attribute of the package is found in a request about a hook, and in one about a package.
const OF_HOOK: &str = "principal.package";
const OF_PACKAGE: &str = "resource";

/// The conditions that say which hooks, and where.
pub(crate) fn which_hooks(table: &GrantTable) -> Result<Conditions, String> {
    let mut when = Vec::new();
    when.extend(matches("principal.name", &table.hook));
    when.extend(which_package(OF_HOOK, table));
    if let Some(origin) = table.origin.iter().find(|key| HookOrigin::from_key(key).is_none()) {
        let known = HookOrigin::ALL.map(HookOrigin::key).join(", ");
        return Err(format!("no origin is called `{origin}`; known are {known}"));
    }
    if let Some(stage) = table.stage.iter().find(|stage| !STAGES.contains(&stage.as_str())) {
        return Err(format!("no stage is called `{stage}`; known are {}", STAGES.join(", ")));
    }
    when.extend(below("Origin", &table.origin));
    when.extend(below("Stage", &table.stage));
    when.extend(below("Hook", &table.digest));
    when.extend(contains_any("principal.signers", &table.signer));
    if when.is_empty() != table.every_hook {
        return Err(if table.every_hook {
            "`every-hook = true` and a key that says which hooks contradict each other".into()
        } else {
            "it does not say which hooks; name `hook`, `origin`, `stage`, `digest`, `signer` or \
             `package`, or write `every-hook = true` (of packages: `package = \"*\"`)"
                .to_owned()
        });
    }
    when.extend(where_and_when(table));
    Ok(Conditions { when, unless: unless(OF_HOOK, table)? })
}

/// The conditions that say which packages are deployed, and where.
pub(crate) fn which_packages(table: &GrantTable) -> Result<Conditions, String> {
    let about_hooks = [&table.hook, &table.origin, &table.stage, &table.digest, &table.signer];
    if table.every_hook || about_hooks.iter().any(|texts| !texts.is_empty()) {
        return Err(
            "`deploy` is about packages, and a key that says which hooks is not; write two \
                    tables, or `package-signer` for who signed the package"
                .to_owned(),
        );
    }
    let mut when = which_package(OF_PACKAGE, table);
    when.extend(where_and_when(table));
    Ok(Conditions { when, unless: unless(OF_PACKAGE, table)? })
}

/// What has to hold of the package, whose attributes are found at `at`.
fn which_package(at: &str, table: &GrantTable) -> Vec<String> {
    let mut when = Vec::new();
    when.extend(matches(&format!("{at}.id"), &table.package));
    when.extend(who_made(at, (&table.package_signer, &table.package_builder, &table.package_feed)));
    when
}

fn unless(at: &str, table: &GrantTable) -> Result<Vec<String>, String> {
    let Some(UnlessTable { signer, package_signer, package_builder, package_feed }) = &table.unless
    else {
        return Ok(Vec::new());
    };
    let mut unless = Vec::new();
    if at == OF_HOOK {
        unless.extend(contains_any("principal.signers", signer));
    } else if !signer.is_empty() {
        return Err(
            "`unless = { signer = ... }` is about who signed the hook, and `deploy` about \
                    packages; write `package-signer`"
                .to_owned(),
        );
    }
    unless.extend(who_made(at, (package_signer, package_builder, package_feed)));
    if unless.is_empty() {
        return Err(
            "`unless` says nothing; name `signer`, `package-signer`, `package-builder` or \
                    `package-feed` in it"
                .to_owned(),
        );
    }
    Ok(unless)
}

/// Who signed and built the package, and where it came from.
fn who_made(
    at: &str,
    (signers, builders, feeds): (&Texts, &[BuilderTable], &Texts),
) -> impl Iterator<Item = String> {
    let build = |BuilderTable { builder, signer }: &BuilderTable| {
        format!("{{ \"builder\": {}, \"signer\": {} }}", quote(builder), quote(signer))
    };
    let builds: Vec<String> = builders.iter().map(build).collect();
    let built = (!builds.is_empty())
        .then(|| format!("{at}.provenance.containsAny([{}])", builds.join(", ")));
    let signed = contains_any(&format!("{at}.signers"), signers);
    signed.into_iter().chain(built).chain(matches(&format!("{at}.feed"), feeds))
}

fn where_and_when(table: &GrantTable) -> Vec<String> {
    let mut conditions = Vec::new();
    conditions.extend(matches("context.target", &table.target));
    conditions.extend(matches("context.environment", &table.environment));
    conditions.extend(matches("context.tenant", &table.tenant));
    if let Some(until) = &table.until {
        conditions.push(format!("context.time < datetime({})", quote(until)));
    }
    conditions
}

/// The set at `path` has any of these.
fn contains_any(path: &str, texts: &Texts) -> Option<String> {
    let list: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    (!list.is_empty()).then(|| format!("{path}.containsAny([{}])", list.join(", ")))
}

/// `path` is any of these, with `*` for anything.
fn matches(path: &str, texts: &Texts) -> Option<String> {
    let one = |text: &String| {
        let operator = if text.contains('*') { "like" } else { "==" };
        format!("{path} {operator} {}", quote(text))
    };
    any_of(texts.iter().map(one).collect())
}

/// The principal is any of these entities, or below it.
fn below(type_name: &str, texts: &Texts) -> Option<String> {
    let one = |text: &String| format!("principal in {type_name}::{}", quote(text));
    any_of(texts.iter().map(one).collect())
}

fn any_of(conditions: Vec<String>) -> Option<String> {
    match conditions.len() {
        0 => None,
        1 => conditions.into_iter().next(),
        _ => Some(format!("({})", conditions.join(" || "))),
    }
}
