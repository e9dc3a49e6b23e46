//! Tables of questions and expected answers, for testing a policy before it is in force.

use std::fmt;

use cofferdam_capability::Access;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::explain::Explanation;
use crate::judge::Judgement;
use crate::policy::Policy;
use crate::problem::{PolicyError, Problem};
use crate::question::Question;
use crate::source::Place;
use crate::toml_text::{Texts, toml_problem};
use crate::{
    Context, HookFacts, HookOrigin, PackageFacts, ProvenanceFacts, VariableFacts, WallsContext,
    Wants,
};

/// The digest of a hook that a case does not give one.
const SOME_DIGEST: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// When a case happens that does not say: 2026-01-01 00:00:00 UTC.
const SOME_UNIX_SECONDS: u64 = 1_767_225_600;

/// A table of cases, read.
///
/// ```
/// use cofferdam_policy::{CaseTable, Policy};
///
/// let table = CaseTable::parse("cases.toml", r#"
///     [[case]]
///     name = "a package hook may not read the password"
///     hook = { name = "PreDeploy.wasm", stage = "PreDeploy" }
///     ask = { variable = "Db.Password", sensitive = true }
///     expect = "refused"
/// "#)?;
/// assert!(table.run(&Policy::built_in()).iter().all(|outcome| outcome.failure.is_none()));
/// # Ok::<(), cofferdam_policy::PolicyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct CaseTable {
    cases: Vec<Case>,
}

#[derive(Debug, Clone)]
struct Case {
    name: String,
    hook: HookFacts,
    context: Context,
    question: Question,
    expected: Expected,
    by: Option<String>,
    limits: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Expected {
    Permitted,
    Refused,
}

/// What came of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseOutcome {
    /// The case's name.
    pub name: String,
    /// How it differs from what was expected; none when it does not.
    pub failure: Option<String>,
    /// What was decided, and why.
    pub explanation: String,
}

impl fmt::Display for CaseOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.failure {
            None => write!(f, "ok: {}", self.name),
            Some(failure) => write!(f, "failed: {}: {failure}; it {}", self.name, self.explanation),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableFile {
    #[serde(default)]
    case: Vec<toml::Spanned<CaseTableEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct CaseTableEntry {
    name: String,
    #[serde(default)]
    hook: HookEntry,
    #[serde(default)]
    package: PackageEntry,
    #[serde(default)]
    context: ContextEntry,
    ask: AskEntry,
    expect: Expected,
    /// The statement that has to be among those that decide.
    by: Option<String>,
    /// Limits that have to hold, as `memory = "64MiB"`.
    #[serde(default)]
    limits: std::collections::BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct HookEntry {
    name: String,
    origin: HookOrigin,
    stage: String,
    digest: String,
    size: u64,
    kind: String,
    abilities: Texts,
    signers: Texts,
}

impl Default for HookEntry {
    fn default() -> Self {
        Self {
            name: "PreDeploy.wasm".to_owned(),
            origin: HookOrigin::Package,
            stage: "PreDeploy".to_owned(),
            digest: SOME_DIGEST.to_owned(),
            size: 100_000,
            kind: "preview1-module".to_owned(),
            abilities: Texts::default(),
            signers: Texts::default(),
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct PackageEntry {
    id: String,
    version: String,
    digest: String,
    signers: Texts,
    feed: Option<String>,
    provenance: Vec<ProvenanceFacts>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct ContextEntry {
    target: String,
    environment: Option<String>,
    tenant: Option<String>,
    operator: String,
    /// As `2026-12-31T18:00:00Z`.
    time: Option<String>,
    walls: WallsEntry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct WallsEntry {
    filesystem: bool,
    system_calls: bool,
    network: bool,
}

impl Default for WallsEntry {
    fn default() -> Self {
        Self { filesystem: true, system_calls: true, network: true }
    }
}

/// Exactly one of the keys up to `random`, and what goes with it.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct AskEntry {
    deploy: Option<bool>,
    run: Option<bool>,
    variable: Option<String>,
    folder: Option<String>,
    http: Option<String>,
    tcp: Option<String>,
    action: Option<String>,
    environment: Option<String>,
    clock: Option<String>,
    random: Option<String>,
    sensitive: bool,
    access: Option<String>,
    method: Option<String>,
}

impl CaseTable {
    /// Reads a table; `name` is what messages call it.
    ///
    /// # Errors
    /// When it is not TOML, or a case asks what cannot be asked.
    pub fn parse(name: &str, text: &str) -> Result<Self, PolicyError> {
        let file: TableFile = toml::from_str(text)
            .map_err(|error| PolicyError::Problems(vec![toml_problem(name, text, &error)]))?;
        let mut cases = Vec::new();
        let mut problems = Vec::new();
        for entry in file.case {
            let place = Place::of_offset(name, text, entry.span().start);
            match case(entry.into_inner()) {
                Ok(case) => cases.push(case),
                Err(message) => problems.push(Problem::new(Some(place), message)),
            }
        }
        if cases.is_empty() && problems.is_empty() {
            let message = format!("the table `{name}` has no case");
            problems.push(Problem::new(None, message).hint("write `[[case]]`"));
        }
        if problems.is_empty() { Ok(Self { cases }) } else { Err(PolicyError::Problems(problems)) }
    }

    /// Asks a policy every question of the table, in order.
    #[must_use]
    pub fn run(&self, policy: &Policy) -> Vec<CaseOutcome> {
        self.cases.iter().map(|case| case.run(policy)).collect()
    }
}

impl Case {
    fn run(&self, policy: &Policy) -> CaseOutcome {
        let explained = match &self.question {
            Question::DeployPackage => policy.explain_package(&self.hook.package, &self.context),
            question => policy.explain_question(&self.hook, &self.context, question),
        };
        let (failure, explanation) = match explained {
            Err(refusal) => (Some("it cannot be asked".to_owned()), refusal.to_string()),
            Ok(explained) => (self.compare(policy, &explained), explained.to_string()),
        };
        CaseOutcome { name: self.name.clone(), failure, explanation }
    }

    fn compare(&self, policy: &Policy, explained: &Explanation) -> Option<String> {
        let answer = &explained.answer;
        if answer.allowed != (self.expected == Expected::Permitted) {
            return Some(format!(
                "expected \"{}\"",
                if self.expected == Expected::Permitted { "permitted" } else { "refused" }
            ));
        }
        if let Some(by) = &self.by {
            let decided = answer.decided_by.iter().chain(&answer.failed);
            if !decided.clone().any(|reason| reason.statement == *by) {
                return Some(format!("expected `{by}` to decide"));
            }
        }
        self.limits.iter().find_map(|(key, value)| self.compare_limit(policy, key, value))
    }

    fn compare_limit(&self, policy: &Policy, key: &str, expected: &str) -> Option<String> {
        let Judgement { verdict, .. } = policy.judge(&self.hook, &self.context);
        let limit = cofferdam_capability::LimitName::from_key(key)?;
        let Some(grant) = verdict.grant() else {
            return Some(format!("expected the limit `{key}`, but the hook may not run"));
        };
        let actual = grant.limits().get(limit);
        (limit.parse_value(expected) != Ok(actual)).then(|| {
            format!(
                "expected the limit `{key}` to be {expected}, not {}",
                limit.format_value(actual)
            )
        })
    }
}

fn case(entry: CaseTableEntry) -> Result<Case, String> {
    let question = question(&entry.ask)?;
    for (key, value) in &entry.limits {
        let limit = cofferdam_capability::LimitName::from_key(key)
            .ok_or_else(|| format!("no limit is called `{key}`"))?;
        limit.parse_value(value).map_err(|error| error.to_string())?;
    }
    let PackageEntry { id, version, digest, signers, feed, provenance } = entry.package;
    let package = PackageFacts { id, version, digest, signers: signers.0, feed, provenance };
    let written = entry.hook;
    let hook = HookFacts {
        name: written.name,
        origin: written.origin,
        stage: written.stage,
        digest: written.digest,
        size: written.size,
        kind: written.kind,
        abilities: written.abilities.0,
        signers: written.signers.0,
        package,
        wants: Wants::default(),
    };
    let variables = match &question {
        Question::Variable { name, sensitive } => {
            vec![VariableFacts { name: name.clone(), sensitive: *sensitive }]
        }
        _ => Vec::new(),
    };
    let written = entry.context;
    let time_unix_seconds = match &written.time {
        None => SOME_UNIX_SECONDS,
        Some(text) => unix_seconds(text)?,
    };
    let context = Context {
        target: written.target,
        environment: written.environment,
        tenant: written.tenant,
        operator: written.operator,
        time_unix_seconds,
        walls: WallsContext {
            filesystem: written.walls.filesystem,
            system_calls: written.walls.system_calls,
            network: written.walls.network,
        },
        variables,
    };
    let limits = entry.limits.into_iter().collect();
    Ok(Case {
        name: entry.name,
        hook,
        context,
        question,
        expected: entry.expect,
        by: entry.by,
        limits,
    })
}

fn unix_seconds(text: &str) -> Result<u64, String> {
    let invalid = || format!("`{text}` is no time; write it as 2026-12-31T18:00:00Z");
    let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| invalid())?;
    u64::try_from(at.unix_timestamp()).map_err(|_| invalid())
}

fn question(ask: &AskEntry) -> Result<Question, String> {
    let mut asked = Vec::new();
    asked.extend(ask.deploy.map(|_| Ok(Question::DeployPackage)));
    asked.extend(ask.run.map(|_| Ok(Question::RunHook)));
    asked.extend(
        ask.variable.clone().map(|name| Ok(Question::Variable { name, sensitive: ask.sensitive })),
    );
    asked.extend(ask.folder.clone().map(|host| {
        let access = match ask.access.as_deref() {
            None | Some("read-only") => Access::ReadOnly,
            Some("read-write") => Access::ReadWrite,
            Some(other) => {
                return Err(format!(
                    "`access = \"{other}\"` means nothing; write \"read-only\" or \"read-write\""
                ));
            }
        };
        Ok(Question::Folder { host, access })
    }));
    asked.extend(ask.http.as_ref().map(|origin| {
        let origin = origin.parse().map_err(|error| format!("{error}"))?;
        let method = ask.method.clone().unwrap_or_else(|| "GET".to_owned());
        Ok(Question::Http { origin, method })
    }));
    asked.extend(
        ask.tcp.as_ref().map(|endpoint| {
            endpoint.parse().map(Question::Tcp).map_err(|error| format!("{error}"))
        }),
    );
    asked.extend(ask.action.clone().map(|name| Ok(Question::Action { name })));
    asked.extend(ask.environment.clone().map(|name| Ok(Question::Environment { name })));
    asked.extend(ask.clock.as_ref().map(|_| Ok(Question::RealClock)));
    asked.extend(ask.random.as_ref().map(|_| Ok(Question::RealRandom)));
    match asked.len() {
        1 => asked.remove(0),
        _ => Err("a case asks one thing; write exactly one of `deploy`, `run`, `variable`, \
                  `folder`, `http`, `tcp`, `action`, `environment`, `clock`, `random` in `ask`"
            .to_owned()),
    }
}
