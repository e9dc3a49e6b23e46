//! Which questions are asked about a hook.
//!
//! Cedar answers yes or no to one question; it does not list what a hook may do. So the questions
//! are collected first: every variable that is defined, what the hook's manifest wants, what the
//! permits themselves name, and the machine's clock and random numbers.

use std::collections::{BTreeMap, BTreeSet};

use cedar_policy::{EntityUid, PrincipalConstraint};
use cofferdam_capability::{Access, Origin};

use crate::question::Question;
use crate::scope::{Attribute, Key, key_of};
use crate::statement::Statement;
use crate::vocabulary::Action;
use crate::{Context, HookFacts, Wanted};

/// The methods that are asked about when a permit names an origin and no manifest names methods.
pub(crate) const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// What a permit names, and whom it can concern.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    questions: Vec<Question>,
    /// The principal that its scope wants.
    principal: Option<EntityUid>,
    /// What must hold first.
    key: Option<Key>,
}

/// What the permits of a policy name.
pub(crate) fn mentions(statements: &[Statement]) -> Vec<Mention> {
    let permits = statements.iter().filter(|statement| statement.is_permit());
    permits.filter_map(mention).collect()
}

fn mention(statement: &Statement) -> Option<Mention> {
    let asks = |action: Action| statement.actions.contains(&action);
    let mut questions = Vec::new();
    for entity in statement.cedar.entity_literals() {
        let id = entity.id().unescaped();
        match entity.type_name().basename() {
            "Folder" if asks(Action::ReadFolder) || asks(Action::WriteFolder) => {
                for access in [Access::ReadOnly, Access::ReadWrite] {
                    questions.push(Question::Folder { host: id.to_owned(), access });
                }
            }
            "WebOrigin" if asks(Action::HttpRequest) => {
                let Ok(origin) = id.parse() else { continue };
                questions.extend(http(&origin, &[]));
            }
            "Endpoint" if asks(Action::TcpConnect) => {
                questions.extend(id.parse().ok().map(Question::Tcp));
            }
            "HostAction" if asks(Action::HostRequest) => {
                questions.push(Question::Action { name: id.to_owned() });
            }
            "EnvironmentVariable" if asks(Action::ReadEnvironment) => {
                questions.push(Question::Environment { name: id.to_owned() });
            }
            _ => {}
        }
    }
    if questions.is_empty() {
        return None;
    }
    let principal = match statement.cedar.principal_constraint() {
        PrincipalConstraint::Any | PrincipalConstraint::Is(_) => None,
        PrincipalConstraint::Eq(entity)
        | PrincipalConstraint::In(entity)
        | PrincipalConstraint::IsIn(_, entity) => Some(entity),
    };
    let key = key_of(&statement.cedar);
    Some(Mention { questions, principal, key })
}

impl Mention {
    /// Whether it can concern a hook that is all of `principals`, as far as can be told cheaply.
    fn can_concern(&self, hook: &HookFacts, principals: &[EntityUid]) -> bool {
        let principal = self.principal.as_ref().is_none_or(|wanted| principals.contains(wanted));
        let key = match &self.key {
            Some(Key::Attribute(Attribute::HookName, name)) => *name == hook.name,
            Some(Key::Attribute(Attribute::PackageId, id)) => *id == hook.package.id,
            _ => true,
        };
        principal && key
    }
}

/// The questions about one hook, each once, in a fixed order.
pub(crate) fn questions(
    hook: &HookFacts,
    context: &Context,
    mentions: &[Mention],
    principals: &[EntityUid],
) -> BTreeSet<Question> {
    let mut questions =
        BTreeSet::from([Question::RunHook, Question::SetLimits, Question::RealClock]);
    questions.insert(Question::RealRandom);
    let mut defined = BTreeMap::new();
    for variable in &context.variables {
        defined.insert(variable.name.to_lowercase(), ());
        questions.insert(Question::Variable {
            name: variable.name.clone(),
            sensitive: variable.sensitive,
        });
    }
    let mut wanted_actions = BTreeSet::new();
    for want in &hook.wants {
        let asked = wanted(&want.what);
        wanted_actions.extend(asked.iter().map(Question::action));
        questions.extend(asked.into_iter().filter(|question| match question {
            // A defined variable is asked about as what it is.
            Question::Variable { name, .. } => !defined.contains_key(&name.to_lowercase()),
            _ => true,
        }));
    }
    // A manifest that names one thing of a kind speaks for the kind: the hook gets no other.
    let speaks_for = |action: Action| match action {
        Action::ReadFolder | Action::WriteFolder => wanted_actions.contains(&Action::ReadFolder),
        action => wanted_actions.contains(&action),
    };
    for mention in mentions.iter().filter(|mention| mention.can_concern(hook, principals)) {
        let named = mention.questions.iter().filter(|question| !speaks_for(question.action()));
        questions.extend(named.cloned());
    }
    questions
}

/// The questions that a want amounts to; all of them have to be answered with yes.
pub(crate) fn wanted(what: &Wanted) -> Vec<Question> {
    match what {
        Wanted::Variable { name } => {
            vec![Question::Variable { name: name.clone(), sensitive: false }]
        }
        Wanted::Folder { host, access, .. } => {
            // A path that is not text cannot be named by a policy, so it is refused.
            let host = host.to_string_lossy().into_owned();
            let read = Question::Folder { host: host.clone(), access: Access::ReadOnly };
            match access {
                Access::ReadOnly => vec![read],
                Access::ReadWrite => vec![read, Question::Folder { host, access: *access }],
            }
        }
        Wanted::Http { origin, methods } => http(origin, methods),
        Wanted::Tcp(endpoint) => vec![Question::Tcp(endpoint.clone())],
        Wanted::Action { name } => vec![Question::Action { name: name.clone() }],
        Wanted::Environment { name } => vec![Question::Environment { name: name.clone() }],
        Wanted::RealClock => vec![Question::RealClock],
        Wanted::RealRandom => vec![Question::RealRandom],
    }
}

/// The questions about an origin; about every method when none is named.
fn http(origin: &Origin, methods: &[String]) -> Vec<Question> {
    let every: Vec<String> = METHODS.iter().map(ToString::to_string).collect();
    let methods = if methods.is_empty() { &every } else { methods };
    methods
        .iter()
        .map(|method| Question::Http { origin: origin.clone(), method: method.clone() })
        .collect()
}
