//! A hook that is run outside a deployment: what policy is told about it.

use cofferdam_policy::{
    Context, HookFacts, HookOrigin, PackageFacts, VariableFacts, WallsContext, Wants,
};
use cofferdam_sandbox::{ModuleFacts, Walls};

/// The facts of a module as the hook of a package that nobody knows.
pub(crate) fn hook_facts(name: &str, stage: &str, module: &ModuleFacts) -> HookFacts {
    HookFacts {
        name: name.to_owned(),
        origin: HookOrigin::Package,
        stage: stage.to_owned(),
        digest: format!("sha256:{}", module.digest),
        size: module.size,
        kind: serde_json::to_value(module.kind)
            .ok()
            .and_then(|kind| kind.as_str().map(str::to_owned))
            .unwrap_or_default(),
        abilities: module.uses.iter().map(|ability| ability.key().to_owned()).collect(),
        signers: Vec::new(),
        package: PackageFacts::default(),
        wants: Wants::default(),
    }
}

/// The circumstances: this machine, behind these walls, with these variables (name, sensitive).
pub(crate) fn context<'a>(
    walls: &Walls,
    variables: impl Iterator<Item = (&'a str, bool)>,
) -> Context {
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    Context {
        target: "localhost".to_owned(),
        time_unix_seconds: u64::try_from(now).unwrap_or(0),
        walls: WallsContext {
            filesystem: walls.file_system(),
            system_calls: walls.system_calls,
            network: walls.network(),
        },
        variables: variables
            .map(|(name, sensitive)| VariableFacts { name: name.to_owned(), sensitive })
            .collect(),
        ..Context::default()
    }
}
