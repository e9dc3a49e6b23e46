//! `hook_modules`: the bytes of every hook of a deployment.

use std::collections::BTreeMap;

use cofferdam_package::Archive;

use super::survey::Ground;
use crate::{PlanError, Services, Settings};

/// The bytes of every hook's module, by digest. A plan does not keep them: what runs is what the sandbox
/// prepared.
///
/// # Errors
/// See [`PlanError`].
pub(crate) fn hook_modules(
    settings: &Settings,
    services: &Services<'_>,
) -> Result<BTreeMap<String, Vec<u8>>, PlanError> {
    let ground = Ground::explore(Archive::open(&settings.package)?, settings, services)?;
    let mut modules = BTreeMap::new();
    for (convention, found) in ground.found {
        for (position, hook) in found.into_iter().enumerate() {
            if let Some(prepared) = ground.hooks.get(&(convention, position)) {
                modules.insert(prepared.module.facts().digest.to_string(), hook.bytes);
            }
        }
    }
    Ok(modules)
}
