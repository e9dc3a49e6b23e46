//! `Survey`: what policy is asked about in a deployment.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;

use cofferdam_package::{Archive, Scan, scan};
use cofferdam_policy::{
    CONFIGURATION_STAGE, Context, HookFacts, HookOrigin, Manifest, PackageFacts, Wants,
};
use cofferdam_sandbox::{ModuleFacts, ModuleSource};
use time::OffsetDateTime;

use super::discover::{self, Found, Places};
use super::make::context;
use super::plan::{HookIndex, Prepared};
use super::vouch::{Vouched, Vouching};
use crate::{HookSource, PlanError, PlannedSignature, Services, Settings, Stage};

/// What policy is asked about in a deployment: the package, the circumstances, every hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The package.
    pub package: PackageFacts,
    /// The circumstances.
    pub context: Context,
    /// The hooks, in the order in which they run, those of DeployFailed last.
    pub hooks: Vec<HookFacts>,
}

/// Finds what policy would be asked about, without asking it. Touches nothing.
///
/// # Errors
/// See [`PlanError`].
pub fn survey<'a>(settings: Settings, services: &'a Services<'a>) -> Result<Survey, PlanError> {
    let archive = Archive::open(&settings.package)?;
    let ground = Ground::explore(archive, &settings, services)?;
    let mut order: Vec<HookIndex> = ground.hooks.keys().copied().collect();
    // Those of DeployFailed have the number 0 and come last.
    order.sort_unstable_by_key(|(convention, position)| (convention.wrapping_sub(1), *position));
    let hooks = order.iter().filter_map(|index| ground.hooks.get(index));
    let hooks = hooks.map(|prepared| prepared.facts.clone()).collect();
    Ok(Survey { package: ground.package_facts, context: ground.context, hooks })
}

/// Everything that is known before policy is asked.
pub(crate) struct Ground<'a> {
    pub(super) archive: Archive,
    pub(super) scan: Scan,
    pub(super) package_facts: PackageFacts,
    /// Those of the package.
    pub(super) signatures: Vec<PlannedSignature>,
    pub(super) context: Context,
    pub(super) warnings: Vec<String>,
    pub(super) hooks: HashMap<HookIndex, Prepared<'a>>,
    /// The hooks of each convention (0: on failure), in order.
    pub(super) found: HashMap<u8, Vec<Found>>,
}

impl<'a> Ground<'a> {
    /// Reads the package to its end, finds all hooks and makes them ready to run.
    pub(crate) fn explore(
        archive: Archive,
        settings: &Settings,
        services: &'a Services<'a>,
    ) -> Result<Self, PlanError> {
        let never = AtomicBool::new(false);
        let scan = scan(&archive, &settings.extract_limits, discover::is_wanted, &never).map_err(
            |source| PlanError::Package { package: archive.file_name().to_owned(), source },
        )?;
        Self::new(archive, scan, settings, services)
    }

    /// Finds all hooks of a package that was read, and makes them ready to run.
    pub(crate) fn new(
        archive: Archive,
        mut scan: Scan,
        settings: &Settings,
        services: &'a Services<'a>,
    ) -> Result<Self, PlanError> {
        let identity = scan.identity.clone()?;
        let context = context(settings, services);
        let vouching = Vouching { trust: services.trust, at: time_of(&context) };
        let vouched = vouching.of_package(&settings.package, &scan.package_sha256)?;
        let package_facts = PackageFacts {
            id: identity.id.to_string(),
            version: identity.version.to_string(),
            digest: format!("sha256:{}", scan.package_sha256),
            signers: vouched.signers,
            feed: settings.feed.clone(),
            provenance: vouched.provenance,
        };
        let mut warnings =
            discover::script_warnings(scan.manifest.files.iter().map(|file| &file.path));
        let wanted = std::mem::take(&mut scan.wanted);
        let manifest = discover::package_manifest(&wanted)?;
        let places = Places { settings, services, package: discover::package_hooks(wanted)? };
        warnings.extend(places.check_features()?);
        let mut found = HashMap::new();
        for convention in discover::conventions() {
            found.insert(convention.number, places.of_convention(convention)?);
        }
        found.insert(0, places.on_failure()?);
        let mut hooks = HashMap::new();
        for (convention, found) in &found {
            for (position, hook) in found.iter().enumerate() {
                let vouched = vouching.of_hook(hook)?;
                let prepared = prepare(hook, services, &package_facts, &manifest, vouched)?;
                hooks.insert((*convention, position), prepared);
            }
        }
        let signatures = vouched.signatures;
        Ok(Self { archive, scan, package_facts, signatures, context, warnings, hooks, found })
    }
}

/// The plan's time: what policy sees, and when keys must be valid.
fn time_of(context: &Context) -> OffsetDateTime {
    // It was made from such a time.
    i64::try_from(context.time_unix_seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn prepare<'a>(
    found: &Found,
    services: &'a Services<'a>,
    package: &PackageFacts,
    manifest: &Manifest,
    vouched: Vouched,
) -> Result<Prepared<'a>, PlanError> {
    let source = ModuleSource { name: &found.name, bytes: &found.bytes };
    let module = services.runner.prepare(&source, &services.module_limits).map_err(|source| {
        PlanError::Prepare { stage: found.stage.clone(), source: Box::new(source) }
    })?;
    let wants = wants(found, module.facts(), manifest)?;
    let mut facts = hook_facts(found, module.facts(), package, wants);
    facts.signers = vouched.signers;
    Ok(Prepared { module, facts, signatures: vouched.signatures })
}

/// What the module says in its own section, or else, of a package's hook, what the package's manifest
/// says.
pub(super) fn wants(
    found: &Found,
    module: &ModuleFacts,
    manifest: &Manifest,
) -> Result<Wants, PlanError> {
    let none = Manifest::default();
    let of_package = if found.source == HookSource::Package { manifest } else { &none };
    of_package
        .wants_of_module(&found.name, module.manifest.as_deref())
        .map_err(|error| PlanError::Manifest(Box::new(error)))
}

pub(super) fn hook_facts(
    found: &Found,
    module: &ModuleFacts,
    package: &PackageFacts,
    wants: Wants,
) -> HookFacts {
    let kind = serde_json::to_value(module.kind).unwrap_or_default();
    HookFacts {
        name: found.name.clone(),
        origin: match found.source {
            HookSource::Package => HookOrigin::Package,
            HookSource::Custom => HookOrigin::Custom,
            HookSource::Feature => HookOrigin::Feature,
            HookSource::BuiltIn => HookOrigin::BuiltIn,
        },
        stage: match found.stage.parse::<Stage>() {
            Ok(stage) => stage.to_string(),
            Err(_) => CONFIGURATION_STAGE.to_owned(),
        },
        digest: format!("sha256:{}", module.digest),
        size: module.size,
        kind: kind.as_str().unwrap_or_default().to_owned(),
        abilities: module.uses.iter().map(|ability| ability.key().to_owned()).collect(),
        signers: Vec::new(),
        package: package.clone(),
        wants,
    }
}
