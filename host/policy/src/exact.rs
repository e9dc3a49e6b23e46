//! The table that grants a hook just these terms.

use cofferdam_capability::{Access, ClockSource, GrantTerms, RandomSource};

use crate::facts::HookOrigin;
use crate::toml_form::{FolderTable, GrantTable, HttpTable};
use crate::toml_text::Texts;

/// Whom an exact table is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExactHook<'a> {
    /// The hook's name.
    pub name: &'a str,
    /// Where it comes from.
    pub origin: HookOrigin,
    /// When it runs: one of [`STAGES`](crate::STAGES).
    pub stage: &'a str,
    /// The package that is being deployed.
    pub package: &'a str,
    /// Its digest, as `sha256:...`; `None`: whatever its content is.
    pub digest: Option<&'a str>,
}

impl GrantTable {
    /// The table that lets this hook run under these terms, and nobody do anything else. Of the
    /// limits, those are named that are not the default ones.
    ///
    /// A policy of such tables alone, with `base = "none"`, grants these terms again, with the
    /// variables among them that are defined.
    #[must_use]
    pub fn exactly(id: String, hook: &ExactHook<'_>, terms: &GrantTerms) -> Self {
        let one = |text: &str| Texts(vec![text.to_owned()]);
        let limits = terms.limits.changed();
        Self {
            id: Some(id),
            hook: one(hook.name),
            origin: one(hook.origin.key()),
            stage: one(hook.stage),
            package: one(hook.package),
            digest: hook.digest.map(one).unwrap_or_default(),
            run: true,
            variables: Texts(terms.variables.iter().map(|v| v.name.clone()).collect()),
            folders: terms.folders.iter().map(folder).collect(),
            http: terms
                .http
                .iter()
                .map(|rule| HttpTable {
                    origin: rule.origin.to_string(),
                    methods: Texts(rule.methods.clone()),
                    addresses: Texts(rule.addresses.iter().map(ToString::to_string).collect()),
                })
                .collect(),
            tcp: Texts(terms.tcp.iter().map(ToString::to_string).collect()),
            actions: Texts(terms.actions.clone()),
            environment_variables: Texts(terms.environment.clone()),
            clock: (terms.clock == ClockSource::Real).then(|| "real".to_owned()),
            random: (terms.random == RandomSource::Real).then(|| "real".to_owned()),
            enclosure: (terms.enclosure == Access::ReadOnly).then(|| "read-only".to_owned()),
            limits: limits
                .map(|(limit, value)| (limit.key().to_owned(), limit.format_value(value)))
                .collect(),
            ..Self::default()
        }
    }
}

fn folder(folder: &cofferdam_capability::ExtraFolder) -> FolderTable {
    let access = match folder.access {
        Access::ReadOnly => "read-only",
        Access::ReadWrite => "read-write",
    };
    FolderTable {
        path: folder.host.to_string_lossy().into_owned(),
        access: access.to_owned(),
        guest: Some(folder.guest.clone()),
    }
}

#[cfg(test)]
mod tests {
    use cofferdam_capability::{ExtraFolder, HttpRule, LimitName, VariableGrant};

    use super::*;
    use crate::{
        Context, GrantTables, HookFacts, PackageFacts, Policy, Source, VariableFacts, Verdict,
        Wants, tables_to_toml,
    };

    fn terms() -> GrantTerms {
        let mut terms = GrantTerms {
            enclosure: Access::ReadOnly,
            variables: vec![
                VariableGrant { name: "Db.Password".into(), sensitive: true },
                VariableGrant { name: "Port".into(), sensitive: false },
            ],
            folders: vec![ExtraFolder {
                host: "/srv/shared".into(),
                guest: "/shared".into(),
                access: Access::ReadWrite,
            }],
            http: vec![HttpRule {
                origin: "https://api.example".parse().unwrap(),
                methods: vec!["GET".into(), "POST".into()],
                addresses: vec!["private".parse().unwrap()],
            }],
            environment: vec!["LANG".into()],
            clock: ClockSource::Real,
            random: RandomSource::Real,
            ..GrantTerms::default()
        };
        terms.limits.set(LimitName::WallTime, 1_500);
        terms
    }

    /// What a policy with this text grants the hook that the text is about.
    fn granted(text: &str) -> Verdict {
        let policy = Policy::from_source(Source::toml("exact.toml", text)).unwrap();
        let hook = HookFacts {
            name: "Deploy.wasm".into(),
            origin: HookOrigin::Package,
            stage: "Deploy".into(),
            digest: format!("sha256:{}", "a".repeat(64)),
            size: 1,
            kind: "preview1-module".into(),
            abilities: vec![],
            signers: vec![],
            package: PackageFacts { id: "Acme.Web".into(), ..PackageFacts::default() },
            wants: Wants::default(),
        };
        let variable = |name: &str, sensitive| VariableFacts { name: name.into(), sensitive };
        let variables = vec![
            variable("Db.Password", true),
            variable("Port", false),
            variable("Other", false),
            variable("Other.Password", true),
        ];
        let context = Context { target: "web-01".into(), variables, ..Context::default() };
        policy.decide(&hook, &context)
    }

    #[test]
    fn the_table_grants_the_terms_again_and_each_line_of_it_is_needed() {
        let hook = ExactHook {
            name: "Deploy.wasm",
            origin: HookOrigin::Package,
            stage: "Deploy",
            package: "Acme.Web",
            digest: None,
        };
        let table = GrantTable::exactly("learned".into(), &hook, &terms());
        let text = tables_to_toml(&GrantTables { grant: vec![table], forbid: vec![] });
        let Verdict::Granted(grant) = granted(&text) else { panic!("refused by\n{text}") };
        assert_eq!(*grant.terms(), terms(), "{text}");
        for line in
            ["    \"Port\",\n", "clock = \"real\"\n", "enclosure = \"read-only\"\n", "wall-time"]
        {
            let line = text.split_inclusive('\n').find(|found| found.starts_with(line)).unwrap();
            let Verdict::Granted(less) = granted(&text.replacen(line, "", 1)) else { panic!() };
            assert_ne!(*less.terms(), terms(), "{line}");
        }
        let without_run = text.replacen("run = true\n", "", 1);
        assert!(matches!(granted(&without_run), Verdict::Refused(_)));
    }
}
