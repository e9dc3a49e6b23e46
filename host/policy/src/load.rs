//! From source texts to statements: parsed, validated strictly, named, normalised.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use cedar_policy::{
    EntityUid, Policy as CedarPolicy, PolicyId, PolicySet, ValidationMode, ValidationWarning,
    Validator,
};
use cofferdam_capability::{Endpoint, Origin};

use crate::annotation::{Annotation, read_annotation};
use crate::folder_path::check_host_path;
use crate::problem::{PolicyError, Problem};
use crate::scope::actions_of;
use crate::source::{Place, Source, SourceBody};
use crate::statement::Statement;
use crate::toml_compile::{CompiledTables, compile_tables};
use crate::toml_read::{TomlPolicy, WrittenTable, tables_of_larger_file};
use crate::variable_names::misspelt_variable_names;
use crate::vocabulary::{Action, PARSED_SCHEMA, uid};

/// The longest policy text that is read: a thousand statements are a quarter of it.
pub(crate) const MAX_SOURCE_BYTES: usize = 4 * 1024 * 1024;

/// Sources in the order in which they are read, all in Cedar.
#[derive(Debug, Clone)]
pub(crate) struct CedarSource {
    pub(crate) name: String,
    pub(crate) text: String,
    /// From these offsets on, statements were made of what stands at these places of another text.
    pub(crate) origins: Vec<(usize, Place)>,
    /// Whether it ships with Cofferdam: tests have validated it.
    pub(crate) is_shipped: bool,
}

impl CedarSource {
    /// Where somebody wrote what stands at this offset.
    pub(crate) fn place_of(&self, offset: usize) -> Place {
        let before = self.origins.partition_point(|(begins, _)| *begins <= offset);
        match before.checked_sub(1).and_then(|index| self.origins.get(index)) {
            Some((_, place)) => place.clone(),
            None => Place::of_offset(&self.name, &self.text, offset),
        }
    }
}

/// What a source amounts to.
pub(crate) struct Compiled {
    /// The statements, in Cedar.
    pub(crate) cedar: CedarSource,
    /// Whether the built-in default applies as well.
    pub(crate) wants_default: bool,
}

/// Brings a source into Cedar.
pub(crate) fn compile(source: &Source) -> Result<Compiled, PolicyError> {
    let name = &source.name;
    match &source.body {
        SourceBody::Cedar(written) => {
            check_length(name, written)?;
            let (name, text) = (name.clone(), without_mark(written).to_owned());
            let cedar = CedarSource { name, text, origins: Vec::new(), is_shipped: false };
            Ok(Compiled { cedar, wants_default: false })
        }
        SourceBody::Toml(written) => {
            check_length(name, written)?;
            let policy = TomlPolicy::parse(name, without_mark(written))?;
            let cedar = compiled(name, &policy.tables)?;
            Ok(Compiled { cedar, wants_default: policy.wants_default })
        }
        SourceBody::TablesIn(written) => {
            check_length(name, written)?;
            let tables = tables_of_larger_file(name, without_mark(written))?;
            let cedar = compiled(name, &tables)?;
            Ok(Compiled { cedar, wants_default: false })
        }
    }
}

fn compiled(name: &str, tables: &[WrittenTable]) -> Result<CedarSource, PolicyError> {
    let CompiledTables { text, origins } = compile_tables(name, tables)?;
    // Lines of compiled tables are not lines of the file that they came from, and its title says so.
    Ok(CedarSource { name: format!("{name} as Cedar"), text, origins, is_shipped: false })
}

/// Editors of Windows put a byte order mark in front.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn check_length(name: &str, text: &str) -> Result<(), PolicyError> {
    if text.len() <= MAX_SOURCE_BYTES {
        return Ok(());
    }
    let message = format!("the policy `{name}` is longer than {MAX_SOURCE_BYTES} bytes");
    Err(PolicyError::Problems(vec![Problem::new(None, message)]))
}

/// Everything that was read: the statements, and what the validator finds doubtful.
pub(crate) struct Loaded {
    pub(crate) statements: Vec<Statement>,
    pub(crate) warnings: Vec<Problem>,
}

/// Reads statements from every source.
pub(crate) fn load(sources: &[CedarSource]) -> Result<Loaded, PolicyError> {
    let mut loaded = Loaded { statements: Vec::new(), warnings: Vec::new() };
    let mut problems = Vec::new();
    for source in sources {
        match read_source(source) {
            Ok((statements, warnings)) => {
                loaded.statements.extend(statements);
                loaded.warnings.extend(warnings);
            }
            Err(found) => problems.extend(found),
        }
    }
    leave_out_copies(&mut loaded.statements);
    problems.extend(repeated_ids(&loaded.statements));
    if problems.is_empty() { Ok(loaded) } else { Err(PolicyError::Problems(problems)) }
}

/// Leaves out statements that say what a shipped one of the same name says, so that a policy can begin
/// as a copy of what `cofferdam policy default` prints.
fn leave_out_copies(statements: &mut Vec<Statement>) {
    let shipped = statements.iter().enumerate().filter(|(_, s)| s.is_shipped);
    let shipped: HashMap<String, (usize, CedarPolicy)> =
        shipped.map(|(at, s)| (s.id.clone(), (at, s.cedar.clone()))).collect();
    let mut at = 0;
    statements.retain(|statement| {
        let is_copy = shipped.get(&statement.id).is_some_and(|(first, cedar)| {
            *first != at && has_same_meaning(cedar, &statement.cedar)
        });
        at += 1;
        !is_copy
    });
}

fn has_same_meaning(one: &CedarPolicy, other: &CedarPolicy) -> bool {
    one.to_json().is_ok_and(|one| other.to_json().is_ok_and(|other| one == other))
}

fn repeated_ids(statements: &[Statement]) -> Vec<Problem> {
    let mut seen: HashMap<&str, &Place> = HashMap::new();
    let mut problems = Vec::new();
    for statement in statements {
        if let Some(first) = seen.get(statement.id.as_str()) {
            let message = format!("the identifier `{}` is taken by {first}", statement.id);
            problems.push(
                Problem::new(Some(statement.place.clone()), message)
                    .in_statement(&statement.id)
                    .hint("give each statement an `@id` of its own"),
            );
        } else {
            seen.insert(&statement.id, &statement.place);
        }
    }
    problems
}

fn read_source(source: &CedarSource) -> Result<(Vec<Statement>, Vec<Problem>), Vec<Problem>> {
    let CedarSource { text, is_shipped, .. } = source;
    let parsed: PolicySet = text.parse().map_err(|errors: cedar_policy::ParseErrors| {
        errors.iter().map(|error| Problem::of_cedar(source, error)).collect::<Vec<_>>()
    })?;
    if let Some(template) = parsed.templates().next() {
        let offset = text.find(template.to_string().as_str()).unwrap_or(0);
        let place = source.place_of(offset);
        let problem =
            Problem::new(Some(place), "the statement is a template (`?principal`, `?resource`)")
                .hint("write the entity itself; templates are not supported");
        return Err(vec![problem]);
    }

    let mut problems = Vec::new();
    let mut statements = Vec::new();
    for (cedar, place) in with_places(source, &parsed) {
        match read_statement(cedar, place, *is_shipped) {
            Ok(statement) => statements.push(statement),
            Err(problem) => problems.push(problem),
        }
    }
    let ids = repeated_ids(&statements);
    if !ids.is_empty() {
        problems.extend(ids);
        return Err(problems);
    }
    let warnings =
        if *is_shipped { Vec::new() } else { validate(source, &statements, &mut problems) };
    for statement in &mut statements {
        problems.extend(normalise(statement));
    }
    if problems.is_empty() { Ok((statements, warnings)) } else { Err(problems) }
}

/// The statements in the order in which they are written, each with its place.
fn with_places(source: &CedarSource, parsed: &PolicySet) -> Vec<(CedarPolicy, Place)> {
    let mut policies: Vec<&CedarPolicy> = parsed.policies().collect();
    policies.sort_by_key(|policy| written_order(policy.id()));
    let mut from = 0;
    let mut placed = Vec::new();
    for policy in policies {
        // A parsed policy displays as exactly the text that it was parsed from.
        let written = policy.to_string();
        let offset = source.text[from..].find(&written).map_or(from, |found| from + found);
        from = (offset + written.len()).min(source.text.len());
        placed.push((policy.clone(), source.place_of(offset)));
    }
    placed
}

/// The parser names statements `policy0`, `policy1`, ... in the order in which they are written.
fn written_order(id: &PolicyId) -> usize {
    id.to_string().trim_start_matches("policy").parse().unwrap_or(usize::MAX)
}

fn read_statement(
    cedar: CedarPolicy,
    place: Place,
    is_shipped: bool,
) -> Result<Statement, Problem> {
    let id = format!("{}:{}", place.source, place.line);
    let mut statement = Statement {
        id,
        has_written_id: false,
        reason: None,
        limits: Vec::new(),
        enclosure: None,
        guest: None,
        addresses: Vec::new(),
        place: place.clone(),
        is_shipped,
        unknown_annotations: Vec::new(),
        actions: actions_of(&cedar),
        cedar,
        parts: OnceLock::new(),
    };
    let mut annotations: Vec<(String, String)> = statement
        .cedar
        .annotations()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    annotations.sort();
    for (key, value) in annotations {
        match read_annotation(&key, &value) {
            Ok(Annotation::Id(id)) => {
                statement.id = id;
                statement.has_written_id = true;
            }
            Ok(Annotation::Reason(reason)) => statement.reason = Some(reason),
            Ok(Annotation::Enclosure(access)) => statement.enclosure = Some(access),
            Ok(Annotation::Guest(path)) => statement.guest = Some(path),
            Ok(Annotation::Addresses(ranges)) => statement.addresses = ranges,
            Ok(Annotation::Limit(limit, value)) => statement.limits.push((limit, value)),
            Ok(Annotation::Unknown) => statement.unknown_annotations.push(key),
            Err(invalid) => {
                return Err(
                    Problem::new(Some(place), invalid.to_string()).in_statement(&statement.id)
                );
            }
        }
    }
    statement.cedar = statement.cedar.new_id(PolicyId::new(&statement.id));
    Ok(statement)
}

/// Validates strictly; errors go to `problems`, doubts are returned.
fn validate(
    source: &CedarSource,
    statements: &[Statement],
    problems: &mut Vec<Problem>,
) -> Vec<Problem> {
    let set = match PolicySet::from_policies(statements.iter().map(|s| s.cedar.clone())) {
        Ok(set) => set,
        Err(error) => {
            problems.push(Problem::new(None, error.to_string()));
            return Vec::new();
        }
    };
    let places: BTreeMap<&str, &Place> =
        statements.iter().map(|s| (s.id.as_str(), &s.place)).collect();
    let describe = |id: &PolicyId, diagnostic: &dyn miette::Diagnostic| {
        let id = id.to_string();
        let mut problem = Problem::of_cedar(source, diagnostic).in_statement(&id);
        if problem.place.is_none() {
            problem.place = places.get(id.as_str()).map(|place| (*place).clone());
        }
        problem
    };
    let result = Validator::new(PARSED_SCHEMA.clone()).validate(&set, ValidationMode::Strict);
    let mut found: Vec<Problem> =
        result.validation_errors().map(|error| describe(error.policy_id(), error)).collect();
    found.sort_by(|a, b| a.place.cmp(&b.place));
    problems.extend(found);
    let mut warnings = Vec::new();
    for warning in result.validation_warnings() {
        let problem = describe(warning.policy_id(), warning);
        match warning {
            // A forbid that can never apply is an open door.
            ValidationWarning::ImpossiblePolicy(_) => problems.push(Problem {
                message: "the statement can never apply".to_owned(),
                ..problem.hint("compare the types of what it names, or remove it")
            }),
            _ => warnings.push(problem),
        }
    }
    warnings.sort_by(|a, b| a.place.cmp(&b.place));
    warnings
}

/// Brings the entities that a statement names into their one spelling, and finds comparisons that
/// can never hold.
fn normalise(statement: &mut Statement) -> Vec<Problem> {
    let place = || Some(statement.place.clone());
    let mut problems = Vec::new();
    let mut spellings = BTreeMap::new();
    for entity in statement.cedar.entity_literals() {
        match canonical(&entity) {
            Ok(canonical) if canonical == entity => {}
            Ok(canonical) => {
                spellings.insert(entity, canonical);
            }
            Err(message) => {
                problems.push(Problem::new(place(), message).in_statement(&statement.id))
            }
        }
    }
    for name in misspelt_variable_names(statement) {
        let message =
            format!("`resource.name` of a variable is in lower case and never matches \"{name}\"");
        let hint = format!("write \"{}\"", name.to_lowercase());
        problems.push(Problem::new(place(), message).in_statement(&statement.id).hint(hint));
    }
    if statement.cedar.effect() == cedar_policy::Effect::Forbid
        && statement.cedar.entity_literals().contains(&Action::SetLimits.uid())
    {
        problems.push(
            Problem::new(place(), "`setLimits` cannot be forbidden: it permits nothing")
                .in_statement(&statement.id)
                .hint("forbid `runHook`, or change the statement that sets the limit"),
        );
    }
    if problems.is_empty() && !spellings.is_empty() {
        match statement.cedar.sub_entity_literals(spellings) {
            Ok(cedar) => statement.cedar = cedar,
            Err(error) => {
                problems.push(Problem::new(place(), error.to_string()).in_statement(&statement.id))
            }
        }
    }
    problems
}

/// The one spelling of an entity that is named by a policy.
fn canonical(entity: &EntityUid) -> Result<EntityUid, String> {
    let id = entity.id().unescaped();
    match entity.type_name().basename() {
        "Variable" => Ok(uid("Variable", &id.to_lowercase())),
        "Folder" => match check_host_path(id) {
            Ok(()) => Ok(entity.clone()),
            Err(invalid) => Err(invalid.to_string()),
        },
        "WebOrigin" => match id.parse::<Origin>() {
            Ok(origin) => Ok(uid("WebOrigin", &origin.to_string())),
            Err(invalid) => Err(invalid.to_string()),
        },
        "Endpoint" => match id.parse::<Endpoint>() {
            Ok(endpoint) => Ok(uid("Endpoint", &endpoint.to_string())),
            Err(invalid) => Err(invalid.to_string()),
        },
        _ => Ok(entity.clone()),
    }
}
