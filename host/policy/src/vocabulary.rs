//! The words that policies are written in: the schema, the actions and the stages, as data.

use std::collections::HashMap;
use std::sync::LazyLock;

use cedar_policy::{EntityId, EntityTypeName, EntityUid, Schema};

/// The schema that every policy is validated against, in Cedar's schema language.
pub const SCHEMA: &str = include_str!("schema.cedarschema");

/// [`SCHEMA`] in Cedar's JSON form, which takes a quarter of the time to read: it is read for every
/// deployment.
const SCHEMA_JSON: &str = include_str!("schema.json");

/// [`SCHEMA`], parsed.
#[expect(clippy::expect_used, reason = "the text is shipped, and every test parses it")]
pub(crate) static PARSED_SCHEMA: LazyLock<Schema> =
    LazyLock::new(|| Schema::from_json_str(SCHEMA_JSON).expect("the shipped schema parses"));

macro_rules! actions {
    ($($variant:ident $key:literal $resource:literal;)*) => {
        /// What can be asked of a policy: the `action` of a request.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Action { $($variant,)* }

        impl Action {
            /// Every action.
            pub(crate) const ALL: &[Self] = &[$(Self::$variant,)*];

            /// How the schema spells it.
            pub(crate) fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// The type of resource that it is about.
            pub(crate) fn resource_type(self) -> &'static str {
                match self { $(Self::$variant => $resource,)* }
            }
        }
    };
}

actions! {
    DeployPackage "deployPackage" "Package";
    RunHook "runHook" "Target";
    SetLimits "setLimits" "Target";
    ReadVariable "readVariable" "Variable";
    ReadSensitiveVariable "readSensitiveVariable" "Variable";
    ReadFolder "readFolder" "Folder";
    WriteFolder "writeFolder" "Folder";
    HttpRequest "httpRequest" "WebOrigin";
    TcpConnect "tcpConnect" "Endpoint";
    HostRequest "requestAction" "HostAction";
    ReadEnvironment "readEnvironment" "EnvironmentVariable";
    ReadClock "readClock" "Clock";
    ReadRandom "readRandom" "Random";
}

impl Action {
    /// The action that the schema spells `key`.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.key() == key)
    }

    /// It as Cedar's entity.
    pub(crate) fn uid(self) -> EntityUid {
        uid("Action", self.key())
    }
}

/// The stages that policies know, as the schema spells them.
pub const STAGES: [&str; 11] = [
    "BeforePreDeploy",
    "PreDeploy",
    "AfterPreDeploy",
    CONFIGURATION_STAGE,
    "BeforeDeploy",
    "Deploy",
    "AfterDeploy",
    "BeforePostDeploy",
    "PostDeploy",
    "AfterPostDeploy",
    "DeployFailed",
];

/// The stage of built-in hooks that run between two stages.
pub const CONFIGURATION_STAGE: &str = "Configuration";

/// The entity types of the schema by name; parsing a name for every question would cost more than
/// answering it.
static ENTITY_TYPES: LazyLock<HashMap<String, EntityTypeName>> = LazyLock::new(|| {
    let types = PARSED_SCHEMA.entity_types().cloned();
    let actions = PARSED_SCHEMA.actions().map(|action| action.type_name().clone());
    types.chain(actions).map(|name| (name.to_string(), name)).collect()
});

/// An entity of a type of the schema.
pub(crate) fn uid(type_name: &'static str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(ENTITY_TYPES[type_name].clone(), EntityId::new(id))
}

#[cfg(test)]
mod tests {
    use cedar_policy::SchemaFragment;

    use super::*;

    /// With `UPDATE_SCHEMA=1` in the environment it is written anew.
    #[test]
    fn both_forms_of_the_schema_say_the_same() {
        let (fragment, _) = SchemaFragment::from_cedarschema_str(SCHEMA).unwrap();
        let json = fragment.to_json_value().unwrap();
        if std::env::var_os("UPDATE_SCHEMA").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/schema.json");
            return std::fs::write(path, format!("{json:#}\n")).unwrap();
        }
        let shipped = SchemaFragment::from_json_str(SCHEMA_JSON).unwrap();
        assert_eq!(
            shipped.to_json_value().unwrap(),
            json,
            "run this test again with UPDATE_SCHEMA=1"
        );
    }

    #[test]
    fn the_schema_and_the_tables_name_the_same_actions_and_stages() {
        let in_schema: std::collections::BTreeSet<String> =
            PARSED_SCHEMA.actions().map(|action| action.id().unescaped().to_owned()).collect();
        let in_table = Action::ALL.iter().map(|action| action.key().to_owned()).collect();
        assert_eq!(in_schema, in_table);
        for action in Action::ALL {
            let resources: Vec<String> = PARSED_SCHEMA
                .resources_for_action(&action.uid())
                .into_iter()
                .flatten()
                .map(ToString::to_string)
                .collect();
            assert_eq!(resources, [action.resource_type()], "{}", action.key());
        }
        for stage in STAGES {
            assert!(SCHEMA.contains(&format!("\"{stage}\"")), "{stage}");
        }
    }
}
