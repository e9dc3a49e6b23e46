//! `Lesson`: what was learned, as a policy and a manifest.

use std::fmt::Write as _;

use cofferdam_capability::{Access, ClockSource, GrantTerms, RandomSource};
use cofferdam_policy::{
    CONFIGURATION_STAGE, ExactHook, GrantTable, GrantTables, HookOrigin, Texts,
};
use toml::{Table, Value};

use super::report::Rehearsal;
use crate::{HookName, HookSource, Stage};

/// What was learned of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The smallest policy that would do, in the TOML form.
    pub policy_toml: String,
    /// The same in Cedar.
    pub policy_cedar: String,
    /// What the package's own hooks want, as a `cofferdam-hook.toml`.
    pub manifest: String,
    /// What the hooks did under that policy.
    pub rehearsal: Rehearsal,
    /// What could not be told.
    pub notes: Vec<String>,
}

/// What was learned of one hook.
pub(super) struct Learned {
    pub(super) hook: HookName,
    /// What it used.
    pub(super) terms: GrantTerms,
    /// The same, with everything that it was given to read and write.
    pub(super) given: GrantTerms,
}

/// The tables that grant these hooks of this package these terms, and nothing else.
pub(super) fn tables(package: &str, learned: &[Learned]) -> GrantTables {
    let reason = || Some("learned in a rehearsal".to_owned());
    let mut grant = vec![GrantTable {
        id: Some("learned.package".to_owned()),
        reason: reason(),
        package: Texts(vec![package.to_owned()]),
        deploy: true,
        ..GrantTable::default()
    }];
    for Learned { hook, terms, .. } in learned {
        let exact = ExactHook {
            name: &hook.name,
            origin: origin(hook.source),
            stage: if hook.stage.parse::<Stage>().is_ok() {
                &hook.stage
            } else {
                CONFIGURATION_STAGE
            },
            package,
            digest: None,
        };
        let id = format!("learned.{}.{}", hook.stage, hook.name);
        grant.push(GrantTable { reason: reason(), ..GrantTable::exactly(id, &exact, terms) });
    }
    GrantTables { grant, forbid: Vec::new() }
}

fn origin(source: HookSource) -> HookOrigin {
    match source {
        HookSource::Package => HookOrigin::Package,
        HookSource::Custom => HookOrigin::Custom,
        HookSource::Feature => HookOrigin::Feature,
        HookSource::BuiltIn => HookOrigin::BuiltIn,
    }
}

/// The manifest of the package's hooks: everything that they use, required.
pub(super) fn manifest(learned: &[Learned]) -> String {
    let mut text = String::from("# What the package's hooks want, as learned in a rehearsal.\n");
    let package = learned.iter().filter(|learned| learned.hook.source == HookSource::Package);
    for Learned { hook, terms, .. } in package {
        for want in wants(terms) {
            let mut table = want;
            table.insert("hook".to_owned(), hook.name.clone().into());
            table.insert("required".to_owned(), true.into());
            table.insert("why".to_owned(), "it used it in a rehearsal".into());
            // Texts always serialise, and writing to a string cannot fail.
            let _ = write!(text, "\n[[want]]\n{}", toml::to_string(&table).unwrap_or_default());
        }
    }
    text
}

fn wants(terms: &GrantTerms) -> Vec<Table> {
    let one = |key: &str, value: &str| Table::from_iter([(key.to_owned(), Value::from(value))]);
    let mut wants: Vec<Table> = Vec::new();
    wants.extend(terms.variables.iter().map(|variable| one("variable", &variable.name)));
    for folder in &terms.folders {
        let mut want = one("folder", &folder.host.to_string_lossy());
        let access = match folder.access {
            Access::ReadOnly => "read-only",
            Access::ReadWrite => "read-write",
        };
        want.insert("access".to_owned(), access.into());
        want.insert("guest".to_owned(), folder.guest.clone().into());
        wants.push(want);
    }
    for rule in &terms.http {
        let mut want = one("http", &rule.origin.to_string());
        want.insert("methods".to_owned(), rule.methods.clone().into());
        wants.push(want);
    }
    wants.extend(terms.environment.iter().map(|name| one("environment", name)));
    wants.extend((terms.clock == ClockSource::Real).then(|| one("clock", "real")));
    wants.extend((terms.random == RandomSource::Real).then(|| one("random", "real")));
    wants
}
