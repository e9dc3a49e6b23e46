//! Who asks, about what, under which circumstances: a question's entities and context for Cedar.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use cedar_policy::{
    Context as CedarContext, Entities, Entity, EntityUid, Request, RestrictedExpression,
};
use time::OffsetDateTime;

use crate::folder_path::check_host_path;
use crate::question::Question;
use crate::scope::Attribute;
use crate::slice::Traits;
use crate::vocabulary::{CONFIGURATION_STAGE, PARSED_SCHEMA, STAGES, uid};
use crate::{Context, HookFacts, HookOrigin, PackageFacts};

/// Facts that cannot be put before a policy, in words. Such a question is answered with no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct CannotAsk(pub(crate) String);

/// Everything that stays the same between the questions about one hook, or one package.
pub(crate) struct Scene<'a> {
    package: &'a PackageFacts,
    hook: Option<&'a HookFacts>,
    context: &'a Context,
    /// The principal, then everything it is below of.
    principals: Vec<EntityUid>,
    entities: Entities,
    circumstances: CedarContext,
}

impl<'a> Scene<'a> {
    /// An operator who asks whether to deploy a package.
    pub(crate) fn of_package(
        package: &'a PackageFacts,
        context: &'a Context,
    ) -> Result<Self, CannotAsk> {
        let operator = uid("Operator", &context.operator);
        let entities = vec![
            Entity::new_no_attrs(operator.clone(), HashSet::new()),
            package_entity(package)?,
            Entity::new_no_attrs(uid("Target", &context.target), HashSet::new()),
        ];
        Ok(Self {
            package,
            hook: None,
            context,
            principals: vec![operator],
            entities: store(entities)?,
            circumstances: circumstances(context)?,
        })
    }

    /// A hook that asks `questions`.
    pub(crate) fn of_hook<'q>(
        hook: &'a HookFacts,
        context: &'a Context,
        questions: impl IntoIterator<Item = &'q Question>,
    ) -> Result<Self, CannotAsk> {
        let principals = principals_of(hook)?;
        let mut entities = vec![
            hook_entity(hook, &principals)?,
            package_entity(&hook.package)?,
            Entity::new_no_attrs(uid("Target", &context.target), HashSet::new()),
        ];
        let mut seen = HashSet::new();
        for question in questions {
            let resource = question.resource(&hook.package.id, &context.target);
            if seen.insert(resource.clone()) {
                entities.extend(resource_entity(question, resource)?);
            }
        }
        Ok(Self {
            package: &hook.package,
            hook: Some(hook),
            context,
            principals,
            entities: store(entities)?,
            circumstances: circumstances(context)?,
        })
    }

    pub(crate) fn hook(&self) -> Option<&'a HookFacts> {
        self.hook
    }

    pub(crate) fn package(&self) -> &'a PackageFacts {
        self.package
    }

    pub(crate) fn context(&self) -> &'a Context {
        self.context
    }

    /// The stage as policies spell it; none for a package.
    pub(crate) fn stage(&self) -> Option<&'static str> {
        self.hook.and_then(|hook| stage_key(hook).ok())
    }

    pub(crate) fn principal(&self) -> &EntityUid {
        &self.principals[0]
    }

    pub(crate) fn entities(&self) -> &Entities {
        &self.entities
    }

    /// The resource of a question.
    pub(crate) fn resource(&self, question: &Question) -> EntityUid {
        question.resource(&self.package.id, &self.context.target)
    }

    /// Puts a question into Cedar's form; it is validated against the schema.
    pub(crate) fn request(&self, question: &Question) -> Result<Request, CannotAsk> {
        let mut context = self.circumstances.clone();
        if let Question::Http { method, .. } = question {
            let method = ("method".to_owned(), text(method));
            let method = CedarContext::from_pairs([method]).map_err(cannot_ask)?;
            context = context.merge(method).map_err(cannot_ask)?;
        }
        Request::new(
            self.principal().clone(),
            question.action().uid(),
            self.resource(question),
            context,
            Some(&PARSED_SCHEMA),
        )
        .map_err(cannot_ask)
    }

    /// Calls `look` with what the index needs to know of a question.
    pub(crate) fn with_traits<R>(
        &self,
        question: &Question,
        look: impl FnOnce(&Traits<'_>) -> R,
    ) -> R {
        let resource = self.resource(question);
        let mut resources = folders_above(&resource);
        resources.push(resource);
        let lower_case = match question {
            Question::Variable { name, .. } => Some(name.to_lowercase()),
            _ => None,
        };
        let attribute = |attribute: Attribute| match attribute {
            Attribute::HookName => self.hook.map(|hook| hook.name.as_str()),
            Attribute::PackageId => self.hook.map(|hook| hook.package.id.as_str()),
            Attribute::Target => Some(self.context.target.as_str()),
            Attribute::Environment => Some(self.context.environment.as_deref().unwrap_or("")),
            Attribute::Tenant => Some(self.context.tenant.as_deref().unwrap_or("")),
            Attribute::ResourceName => match question {
                Question::Variable { .. } => lower_case.as_deref(),
                Question::Action { name } | Question::Environment { name } => Some(name.as_str()),
                _ => None,
            },
        };
        look(&Traits {
            action: question.action(),
            principals: &self.principals,
            resources: &resources,
            attribute: &attribute,
        })
    }
}

/// A hook as Cedar's entity, then everything it is below of.
pub(crate) fn principals_of(hook: &HookFacts) -> Result<Vec<EntityUid>, CannotAsk> {
    let stage = stage_key(hook)?;
    Ok(vec![uid("Hook", &hook.digest), uid("Origin", hook.origin.key()), uid("Stage", stage)])
}

/// The stage as policies spell it.
fn stage_key(hook: &HookFacts) -> Result<&'static str, CannotAsk> {
    match STAGES.into_iter().find(|stage| *stage == hook.stage) {
        Some(stage) => Ok(stage),
        None if hook.origin == HookOrigin::BuiltIn => Ok(CONFIGURATION_STAGE),
        None => Err(CannotAsk(format!("no stage is called `{}`", hook.stage))),
    }
}

fn store(entities: Vec<Entity>) -> Result<Entities, CannotAsk> {
    Entities::from_entities(entities, Some(&PARSED_SCHEMA)).map_err(cannot_ask)
}

fn cannot_ask(error: impl std::error::Error) -> CannotAsk {
    CannotAsk(format!("the question cannot be put before the policy: {error}"))
}

fn text(value: &str) -> RestrictedExpression {
    RestrictedExpression::new_string(value.to_owned())
}

fn texts(values: &[String]) -> RestrictedExpression {
    RestrictedExpression::new_set(values.iter().map(|value| text(value)))
}

fn entity<const N: usize>(
    uid: EntityUid,
    attributes: [(&str, RestrictedExpression); N],
    parents: HashSet<EntityUid>,
) -> Result<Entity, CannotAsk> {
    let attributes: HashMap<String, RestrictedExpression> =
        attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Entity::new(uid, attributes, parents).map_err(cannot_ask)
}

fn hook_entity(hook: &HookFacts, principals: &[EntityUid]) -> Result<Entity, CannotAsk> {
    let size = i64::try_from(hook.size).unwrap_or(i64::MAX);
    entity(
        principals[0].clone(),
        [
            ("name", text(&hook.name)),
            ("digest", text(&hook.digest)),
            ("size", RestrictedExpression::new_long(size)),
            ("kind", text(&hook.kind)),
            ("abilities", texts(&hook.abilities)),
            ("signers", texts(&hook.signers)),
            ("package", RestrictedExpression::new_entity_uid(uid("Package", &hook.package.id))),
        ],
        principals[1..].iter().cloned().collect(),
    )
}

fn package_entity(package: &PackageFacts) -> Result<Entity, CannotAsk> {
    let mut provenance = Vec::new();
    for facts in &package.provenance {
        let pairs = [("builder", text(&facts.builder)), ("signer", text(&facts.signer))]
            .map(|(name, value)| (name.to_owned(), value));
        provenance.push(RestrictedExpression::new_record(pairs).map_err(cannot_ask)?);
    }
    entity(
        uid("Package", &package.id),
        [
            ("id", text(&package.id)),
            ("version", text(&package.version)),
            ("digest", text(&package.digest)),
            ("signers", texts(&package.signers)),
            ("feed", text(package.feed.as_deref().unwrap_or(""))),
            ("provenance", RestrictedExpression::new_set(provenance)),
        ],
        HashSet::new(),
    )
}

/// The entity of a question's resource; none for those that the schema enumerates or that every
/// scene has.
fn resource_entity(question: &Question, uid: EntityUid) -> Result<Option<Entity>, CannotAsk> {
    let name = |name: &str| [("name", text(name))];
    let host_and_port = |host: &str, port: u16| {
        [("host", text(host)), ("port", RestrictedExpression::new_long(i64::from(port)))]
    };
    let alone = HashSet::new();
    let made = match question {
        Question::DeployPackage
        | Question::RunHook
        | Question::SetLimits
        | Question::RealClock
        | Question::RealRandom => return Ok(None),
        Question::Variable { name, sensitive } => entity(
            uid,
            [
                ("name", text(&name.to_lowercase())),
                ("sensitive", RestrictedExpression::new_bool(*sensitive)),
            ],
            alone,
        ),
        Question::Folder { host, .. } => {
            // Another spelling could be below another folder than it seems to be.
            check_host_path(host).map_err(|invalid| CannotAsk(invalid.to_string()))?;
            let above = folders_above(&uid).into_iter().collect();
            entity(uid, [("path", text(host))], above)
        }
        Question::Http { origin, .. } => {
            let [host, port] = host_and_port(origin.host(), origin.port());
            let https = ("https", RestrictedExpression::new_bool(origin.is_https()));
            entity(uid, [host, port, https], alone)
        }
        Question::Tcp(endpoint) => entity(uid, host_and_port(&endpoint.host, endpoint.port), alone),
        Question::Action { name: action } => entity(uid, name(action), alone),
        Question::Environment { name: variable } => entity(uid, name(variable), alone),
    };
    made.map(Some)
}

/// Every folder above a folder; nothing for other entities.
fn folders_above(resource: &EntityUid) -> Vec<EntityUid> {
    if resource.type_name().basename() != "Folder" {
        return Vec::new();
    }
    let above = Path::new(resource.id().unescaped()).ancestors().skip(1);
    above.filter_map(Path::to_str).map(|path| uid("Folder", path)).collect()
}

fn circumstances(context: &Context) -> Result<CedarContext, CannotAsk> {
    let walls = [
        ("filesystem", context.walls.filesystem),
        ("systemCalls", context.walls.system_calls),
        ("network", context.walls.network),
    ]
    .map(|(name, up)| (name.to_owned(), RestrictedExpression::new_bool(up)));
    let walls = RestrictedExpression::new_record(walls).map_err(cannot_ask)?;
    let pairs = [
        ("target", text(&context.target)),
        ("environment", text(context.environment.as_deref().unwrap_or(""))),
        ("tenant", text(context.tenant.as_deref().unwrap_or(""))),
        ("operator", text(&context.operator)),
        ("time", datetime(context.time_unix_seconds)?),
        ("walls", walls),
    ];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value));
    CedarContext::from_pairs(pairs).map_err(cannot_ask)
}

fn datetime(unix_seconds: u64) -> Result<RestrictedExpression, CannotAsk> {
    let beyond =
        || CannotAsk(format!("{unix_seconds} s after 1970 is no time that a policy knows"));
    let seconds = i64::try_from(unix_seconds).map_err(|_| beyond())?;
    let at = OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| beyond())?;
    Ok(RestrictedExpression::new_datetime(format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )))
}
