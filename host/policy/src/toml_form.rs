//! The TOML form of a policy: tables for the common cases, which compile to Cedar.

use cofferdam_capability::{AddressRange, Endpoint, LIMITS, LimitName, Origin};
use serde::{Deserialize, Serialize};

use crate::annotation::limit_annotation;
use crate::candidates::METHODS;
use crate::cedar_text::quote;
use crate::folder_path::{check_guest_path, check_host_path};
use crate::problem::{PolicyError, Problem};
use crate::source::Place;
use crate::toml_conditions::{Conditions, which_hooks, which_packages};
use crate::toml_text::{Texts, toml_problem};

/// The tables of the TOML form, to be read as part of a policy or of the operator's settings.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct GrantTables {
    /// What is permitted.
    pub grant: Vec<GrantTable>,
    /// What is forbidden, whatever is permitted elsewhere.
    pub forbid: Vec<GrantTable>,
}

/// One `[[grant]]` or `[[forbid]]`: which hooks, where, and what.
///
/// The keys that say *which* and *where* all have to match; in their texts `*` stands for anything.
/// A list means any of its items. At least one key has to say which.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct GrantTable {
    /// `@id` of its statements; what they are about is appended. The default is the source's name
    /// with the table's number.
    pub id: Option<String>,
    /// `@reason` of its statements.
    pub reason: Option<String>,

    /// Which: names of hooks, as `PreDeploy.wasm`.
    pub hook: Texts,
    /// Which: origins, `package`, `custom`, `feature`, `built-in`.
    pub origin: Texts,
    /// Which: stages, as `PreDeploy`.
    pub stage: Texts,
    /// Which: digests, as `sha256:...`; no `*`.
    pub digest: Texts,
    /// Which: people who signed the hook; no `*`.
    pub signer: Texts,
    /// Which: identifiers of the packages that are being deployed.
    pub package: Texts,
    /// Which: people who signed the package that is being deployed; no `*`.
    pub package_signer: Texts,
    /// Which: builders of the package that is being deployed, with who says so.
    pub package_builder: Vec<BuilderTable>,
    /// Which: feeds that the package that is being deployed came from; `""` for a file.
    pub package_feed: Texts,
    /// Which: every hook, said on purpose.
    pub every_hook: bool,

    /// Where: targets.
    pub target: Texts,
    /// Where: environments.
    pub environment: Texts,
    /// Where: tenants.
    pub tenant: Texts,
    /// Until when: a date or time as `2026-12-31` or `2026-12-31T18:00:00Z`; it no longer holds then.
    pub until: Option<String>,
    /// Except for these.
    pub unless: Option<UnlessTable>,

    /// To be deployed: the packages that `package` and the keys that begin with it name. Goes with no
    /// key that says which hooks.
    pub deploy: bool,
    /// To run at all.
    pub run: bool,
    /// To read variables. An exact name covers the variable also when it is sensitive; a name with
    /// `*` covers only what is not.
    pub variables: Texts,
    /// To use folders outside the enclosure.
    pub folders: Vec<FolderTable>,
    /// To make HTTP requests.
    pub http: Vec<HttpTable>,
    /// To connect to endpoints, as `db.example:5432`.
    pub tcp: Texts,
    /// To request host actions.
    pub actions: Texts,
    /// To read environment variables of the supervisor, by exact name.
    pub environment_variables: Texts,
    /// To read the clock: `real`.
    pub clock: Option<String>,
    /// To read random numbers: `real`.
    pub random: Option<String>,
    /// How the enclosure may be used: `read-only` or `read-write`. Only in `[[grant]]`.
    pub enclosure: Option<String>,
    /// Limits by their keys, as `memory = "64MiB"`. Only in `[[grant]]`.
    pub limits: std::collections::BTreeMap<String, String>,
}

/// What a [`GrantTable`] does not hold for. All keys have to match; a list means any of its items.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct UnlessTable {
    /// People who signed the hook; no `*`. Does not go with `deploy`.
    pub signer: Texts,
    /// People who signed the package; no `*`.
    pub package_signer: Texts,
    /// Builders of the package, with who says so.
    pub package_builder: Vec<BuilderTable>,
    /// Feeds that the package came from; `""` for a file.
    pub package_feed: Texts,
}

/// A builder of packages, in a [`GrantTable`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BuilderTable {
    /// What built it: the URI in the provenance.
    pub builder: String,
    /// Who has to say so: a signer of the provenance.
    pub signer: String,
}

/// A folder in a [`GrantTable`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FolderTable {
    /// The absolute path on the target; what is below is covered too.
    pub path: String,
    /// `read-only` or `read-write`.
    pub access: String,
    /// Where the hook sees it; the same path when absent.
    pub guest: Option<String>,
}

/// An origin in a [`GrantTable`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpTable {
    /// Scheme, host and port, as `https://api.example`.
    pub origin: String,
    /// Methods, in upper case; every method when absent.
    #[serde(default)]
    pub methods: Texts,
    /// Where the origin's name may lead besides public addresses: `private`, `loopback`, addresses,
    /// or blocks of them.
    #[serde(default, skip_serializing_if = "are_none")]
    pub addresses: Texts,
}

fn are_none(texts: &Texts) -> bool {
    texts.is_empty()
}

/// A policy in the TOML form, read.
pub(crate) struct TomlPolicy {
    pub(crate) wants_default: bool,
    pub(crate) tables: GrantTables,
}

/// The top of a policy file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PolicyFile {
    /// What the tables add to: `default`, or `none`.
    #[serde(default = "default_base")]
    base: String,
    #[serde(default)]
    grant: Vec<GrantTable>,
    #[serde(default)]
    forbid: Vec<GrantTable>,
}

fn default_base() -> String {
    "default".to_owned()
}

impl TomlPolicy {
    pub(crate) fn parse(name: &str, text: &str) -> Result<Self, PolicyError> {
        let file: PolicyFile = toml::from_str(text)
            .map_err(|error| PolicyError::Problems(vec![toml_problem(name, text, &error)]))?;
        let wants_default = match file.base.as_str() {
            "default" => true,
            "none" => false,
            other => {
                let offset = text.find("base").unwrap_or(0);
                let message = format!("`base = \"{other}\"` means nothing");
                let problem = Problem::new(Some(Place::of_offset(name, text, offset)), message)
                    .hint(
                        "write \"default\" to add to the built-in policy, \"none\" to replace it",
                    );
                return Err(PolicyError::Problems(vec![problem]));
            }
        };
        let tables = GrantTables { grant: file.grant, forbid: file.forbid };
        Ok(Self { wants_default, tables })
    }
}

/// The tables as statements in Cedar.
///
/// # Errors
/// When a table says nothing, or what cannot be said in Cedar.
pub fn tables_to_cedar(name: &str, tables: &GrantTables) -> Result<String, PolicyError> {
    let mut text = String::new();
    let mut problems = Vec::new();
    let grants = tables.grant.iter().map(|table| ("grant", "permit", table));
    let forbids = tables.forbid.iter().map(|table| ("forbid", "forbid", table));
    let mut numbers = std::collections::BTreeMap::new();
    for (kind, effect, table) in grants.chain(forbids) {
        let number = numbers.entry(kind).or_insert(0_usize);
        *number += 1;
        let place = format!("{name}, [[{kind}]] number {number}");
        let id = match &table.id {
            Some(id) => id.clone(),
            None => format!("{name}:{kind}-{number}"),
        };
        let mut compiler = Compiler { table, effect, id, statements: Vec::new() };
        match compiler.compile() {
            Ok(()) => compiler.statements.iter().for_each(|statement| text.push_str(statement)),
            Err(message) => problems.push(Problem::new(None, format!("{place}: {message}"))),
        }
    }
    if problems.is_empty() { Ok(text) } else { Err(PolicyError::Problems(problems)) }
}

/// Writes the statements of one table.
struct Compiler<'a> {
    table: &'a GrantTable,
    effect: &'static str,
    id: String,
    statements: Vec<String>,
}

impl Compiler<'_> {
    fn compile(&mut self) -> Result<(), String> {
        let which = which_hooks(self.table)?;
        if self.table.deploy {
            let packages = which_packages(self.table)?;
            let action = "action == Action::\"deployPackage\"";
            self.add("deploy", action, "resource", &packages, &[]);
        }
        if self.table.run {
            self.add("run", "action == Action::\"runHook\"", "resource", &which, &[]);
        }
        self.variables(&which);
        self.folders(&which)?;
        self.http(&which)?;
        for endpoint in self.table.tcp.iter() {
            let parsed: Endpoint = endpoint.parse().map_err(|error| format!("{error}"))?;
            let resource = format!("resource == Endpoint::{}", quote(&parsed.to_string()));
            let about = format!("tcp.{parsed}");
            self.add(&about, "action == Action::\"tcpConnect\"", &resource, &which, &[]);
        }
        for name in self.table.actions.iter() {
            let resource = format!("resource == HostAction::{}", quote(name));
            let about = format!("action.{name}");
            self.add(&about, "action == Action::\"requestAction\"", &resource, &which, &[]);
        }
        for name in self.table.environment_variables.iter() {
            let resource = format!("resource == EnvironmentVariable::{}", quote(name));
            let about = format!("environment.{name}");
            self.add(&about, "action == Action::\"readEnvironment\"", &resource, &which, &[]);
        }
        self.real("clock", "readClock", self.table.clock.as_deref(), &which)?;
        self.real("random", "readRandom", self.table.random.as_deref(), &which)?;
        self.limits(&which)?;
        if self.statements.is_empty() {
            return Err(
                "it grants nothing; say what, as `run = true` or `variables = [...]`".into()
            );
        }
        Ok(())
    }

    fn variables(&mut self, which: &Conditions) {
        for name in self.table.variables.iter() {
            let lower = name.to_lowercase();
            let about = format!("variable.{lower}");
            if name.contains('*') {
                let mut conditions = which.clone();
                conditions.when.push(format!("resource.name like {}", quote(&lower)));
                self.add(
                    &about,
                    "action == Action::\"readVariable\"",
                    "resource",
                    &conditions,
                    &[],
                );
            } else {
                let resource = format!("resource == Variable::{}", quote(&lower));
                let action =
                    "action in [Action::\"readVariable\", Action::\"readSensitiveVariable\"]";
                self.add(&about, action, &resource, which, &[]);
            }
        }
    }

    fn folders(&mut self, which: &Conditions) -> Result<(), String> {
        for FolderTable { path, access, guest } in &self.table.folders {
            check_host_path(path).map_err(|error| error.to_string())?;
            let action = match access.as_str() {
                "read-only" => "action == Action::\"readFolder\"",
                "read-write" => "action in [Action::\"readFolder\", Action::\"writeFolder\"]",
                other => {
                    return Err(format!(
                        "the access \"{other}\" of the folder `{path}` means nothing; write \
                         \"read-only\" or \"read-write\""
                    ));
                }
            };
            let mut annotations = Vec::new();
            if let Some(guest) = guest {
                check_guest_path(guest).map_err(|error| error.to_string())?;
                annotations.push(format!("@guest({})", quote(guest)));
            }
            let resource = format!("resource in Folder::{}", quote(path));
            self.add(&format!("folder.{path}"), action, &resource, which, &annotations);
        }
        Ok(())
    }

    fn http(&mut self, which: &Conditions) -> Result<(), String> {
        for HttpTable { origin, methods, addresses } in &self.table.http {
            let parsed: Origin = origin.parse().map_err(|error| format!("{error}"))?;
            if let Some(method) = methods.iter().find(|method| !METHODS.contains(&method.as_str()))
            {
                return Err(format!(
                    "`{method}` is no method; known are {}, in upper case",
                    METHODS.join(", ")
                ));
            }
            let mut conditions = which.clone();
            if !methods.is_empty() {
                let list: Vec<String> = methods.iter().map(|method| quote(method)).collect();
                conditions.when.push(format!("[{}].contains(context.method)", list.join(", ")));
            }
            let resource = format!("resource == WebOrigin::{}", quote(&parsed.to_string()));
            let about = format!("http.{parsed}");
            let mut annotations = Vec::new();
            if !addresses.is_empty() {
                for range in addresses.iter() {
                    range.parse::<AddressRange>().map_err(|error| error.to_string())?;
                }
                let list: Vec<&str> = addresses.iter().map(String::as_str).collect();
                annotations.push(format!("@addresses({})", quote(&list.join(", "))));
            }
            let action = "action == Action::\"httpRequest\"";
            self.add(&about, action, &resource, &conditions, &annotations);
        }
        Ok(())
    }

    fn real(
        &mut self,
        key: &str,
        action: &str,
        value: Option<&str>,
        which: &Conditions,
    ) -> Result<(), String> {
        match value {
            None => Ok(()),
            Some("real") => {
                self.add(key, &format!("action == Action::\"{action}\""), "resource", which, &[]);
                Ok(())
            }
            Some(other) => Err(format!(
                "`{key} = \"{other}\"` means nothing; write \"real\", or nothing for the same in \
                 every run"
            )),
        }
    }

    /// Limits are a statement of their own that permits nothing: to lower a limit must not mean to
    /// let a hook run.
    fn limits(&mut self, which: &Conditions) -> Result<(), String> {
        let mut annotations = Vec::new();
        for (key, value) in &self.table.limits {
            let limit = LimitName::from_key(key).ok_or_else(|| {
                let known: Vec<&str> = LIMITS.iter().map(|facts| facts.key).collect();
                format!("no limit is called `{key}`; known are {}", known.join(", "))
            })?;
            limit.parse_value(value).map_err(|error| error.to_string())?;
            annotations.push(format!("@{}({})", limit_annotation(limit), quote(value)));
        }
        if let Some(access) = &self.table.enclosure {
            if !["read-only", "read-write"].contains(&access.as_str()) {
                return Err(format!(
                    "`enclosure = \"{access}\"` means nothing; write \"read-only\" or \"read-write\""
                ));
            }
            annotations.push(format!("@enclosure({})", quote(access)));
        }
        if annotations.is_empty() {
            return Ok(());
        }
        if self.effect == "forbid" {
            return Err("limits and enclosure belong in a [[grant]]; they forbid nothing".into());
        }
        self.add("limits", "action == Action::\"setLimits\"", "resource", which, &annotations);
        Ok(())
    }

    fn add(
        &mut self,
        about: &str,
        action: &str,
        resource: &str,
        conditions: &Conditions,
        annotations: &[String],
    ) {
        let mut lines = vec![format!("@id({})", quote(&format!("{}.{about}", self.id)))];
        if let Some(reason) = &self.table.reason {
            lines.push(format!("@reason({})", quote(reason)));
        }
        lines.extend_from_slice(annotations);
        lines.push(format!("{} (principal, {action}, {resource})", self.effect));
        let Conditions { when, unless } = conditions;
        if !when.is_empty() {
            lines.push(format!("when {{ {} }}", when.join(" && ")));
        }
        if !unless.is_empty() {
            lines.push(format!("unless {{ {} }}", unless.join(" && ")));
        }
        self.statements.push(format!("{};\n\n", lines.join("\n")));
    }
}
