//! From the tables of the TOML form to statements in Cedar.

use cofferdam_capability::{AddressRange, Endpoint, LIMITS, LimitName, Origin};

use crate::annotation::limit_annotation;
use crate::candidates::METHODS;
use crate::cedar_text::quote;
use crate::folder_path::{check_guest_path, check_host_path};
use crate::problem::{PolicyError, Problem};
use crate::source::Place;
use crate::toml_conditions::{Conditions, which_hooks, which_packages};
use crate::toml_form::{FolderTable, GrantTable, GrantTables, HttpTable};
use crate::toml_read::{TableKind, WrittenTable, without_places};

/// Tables, as statements in Cedar.
pub(crate) struct CompiledTables {
    pub(crate) text: String,
    /// For each table that was read from a text: where its statements begin in `text`, in bytes,
    /// and where the table was written.
    pub(crate) origins: Vec<(usize, Place)>,
}

/// The tables as statements in Cedar.
///
/// # Errors
/// When a table says nothing, or what cannot be said in Cedar.
pub fn tables_to_cedar(name: &str, tables: &GrantTables) -> Result<String, PolicyError> {
    compile_tables(name, &without_places(tables)).map(|compiled| compiled.text)
}

/// The tables of a source as statements in Cedar. All mistakes are found at once.
pub(crate) fn compile_tables(
    name: &str,
    tables: &[WrittenTable],
) -> Result<CompiledTables, PolicyError> {
    let mut compiled = CompiledTables { text: String::new(), origins: Vec::new() };
    let mut problems = Vec::new();
    for WrittenTable { kind, number, place, table } in tables {
        let key = kind.key();
        let id = table.id.clone().unwrap_or_else(|| format!("{name}:{key}-{number}"));
        let effect = match kind {
            TableKind::Grant => "permit",
            TableKind::Forbid => "forbid",
        };
        let mut compiler = Compiler { table, effect, id, statements: Vec::new() };
        match compiler.compile() {
            Ok(()) => {
                compiled.origins.extend(place.iter().map(|p| (compiled.text.len(), p.clone())));
                compiler.statements.iter().for_each(|text| compiled.text.push_str(text));
            }
            Err(message) => {
                let message = format!("[[{key}]] number {number}: {message}");
                problems.push(match place {
                    Some(place) => Problem::new(Some(place.clone()), message),
                    None => Problem::new(None, format!("{name}, {message}")),
                });
            }
        }
    }
    if problems.is_empty() { Ok(compiled) } else { Err(PolicyError::Problems(problems)) }
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
