//! Makes a plan: reads the package, finds hooks, makes them ready, asks policy. Touches nothing.

use std::path::Path;

use cofferdam_package::{Archive, EntryKind, Scan};
use cofferdam_policy::{Context, PackageFacts, Refusal, VariableFacts, Verdict, WallsContext};
use cofferdam_sandbox::ModuleKind;
use cofferdam_variables::{Masker, Value, VariableSet};
use time::OffsetDateTime;

use super::discover::{self, Found};
use super::plan::{Materials, Prepared};
use super::refusals::{Refusals, refusals_of};
use super::survey::Ground;
use crate::contents::Contents;
use crate::settings::CustomInstallation;
use crate::{
    BuiltIn, Convention, ConventionKind, DERIVED_VARIABLES, Deployment, PLAN_FORMAT, Plan,
    PlanError, PlannedAction, PlannedConvention, PlannedHook, PlannedInstallation, PlannedPackage,
    PlannedSignature, PlannedWant, ReleaseFolders, Services, Settings,
};

/// Plans a deployment: reads the package to its end with every check that extraction makes, finds all
/// hooks, makes each of them ready to run, and asks policy about each. Nothing on the target changes
/// (modules may be compiled into the sandbox's own cache).
///
/// # Errors
/// See [`PlanError`].
pub fn plan<'a>(
    settings: Settings,
    services: &'a Services<'a>,
) -> Result<Deployment<'a>, PlanError> {
    check_settings(&settings)?;
    let archive = Archive::open(&settings.package)?;
    let ground = Ground::explore(archive, &settings, services)?;
    on_ground(ground, settings, services)
}

/// Refuses what can be seen to be impossible without looking at the package.
pub(crate) fn check_settings(settings: &Settings) -> Result<(), PlanError> {
    if settings.update_iis {
        return Err(PlanError::Iis);
    }
    match &settings.installation {
        Some(installation) => check_installation(installation, &settings.root),
        None => Ok(()),
    }
}

/// Plans, when everything that policy is asked about is known.
pub(crate) fn on_ground<'a>(
    ground: Ground<'a>,
    settings: Settings,
    services: &'a Services<'a>,
) -> Result<Deployment<'a>, PlanError> {
    let Ground { archive, scan, package_facts, signatures, context, mut warnings, hooks, found } =
        ground;
    let identity = scan.identity.clone()?;
    let folders = ReleaseFolders::new(
        settings.tenant.as_deref(),
        settings.environment.as_deref(),
        &identity,
    )?;
    let mut refused = Vec::new();
    let reasons = match services.policy.decide_package(&package_facts, &context) {
        Ok(reasons) => reasons,
        Err(refusal) => {
            refused.push(refusal);
            Vec::new()
        }
    };
    let masker = Masker::new(settings.variables.iter().map(|(_, value)| value));
    let feed = settings.feed.as_deref().map(|feed| masker.mask(feed).into_owned());
    let package = planned_package(&archive, &scan, &package_facts, (feed, signatures));
    let mut decide = |number: u8| {
        let mut planned = Vec::new();
        for (position, found) in found.get(&number).into_iter().flatten().enumerate() {
            let Some(prepared) = hooks.get(&(number, position)) else { continue };
            match planned_hook(found, prepared, services, &context) {
                Ok(hook) => {
                    warnings.extend(useless_http(&hook, prepared.module.facts().kind));
                    planned.push(hook);
                }
                Err(refusals) => refused.extend(refusals),
            }
        }
        planned
    };
    let mut conventions = Vec::new();
    for convention in discover::conventions() {
        let planned = decide(convention.number);
        let action = if planned.is_empty() {
            action_without_hooks(convention, &settings)
        } else {
            PlannedAction::Hooks(planned)
        };
        let name = convention.name.to_owned();
        conventions.push(PlannedConvention { number: convention.number, name, action });
    }
    let on_failure = decide(0);
    if let Some(refusals) = Refusals::new(refused) {
        return Err(PlanError::Refused(refusals));
    }
    let plan = Plan {
        format: PLAN_FORMAT,
        package,
        root: settings.root.clone(),
        machine: settings.machine.clone(),
        environment: settings.environment.clone(),
        tenant: settings.tenant.clone(),
        folder: folders.relative(),
        installation: settings.installation.as_ref().map(|i| planned_installation(i, &masker)),
        conventions,
        on_failure,
        policy_digest: services.policy.digest().to_owned(),
        reasons,
        variables_digest: services.plan_key.digest(&settings.variables),
        variables: settings.variables.names().map(str::to_owned).collect(),
        engine: services.runner.engine(),
        walls: services.runner.walls(),
        warnings,
    };
    let entries = scan.manifest.files.iter();
    let files = entries.filter(|entry| matches!(entry.kind, EntryKind::File { .. })).count();
    let contents = Contents::of_package(&scan.manifest);
    let materials = Materials { archive, files, folders, context, contents, hooks };
    Ok(Deployment { plan, settings, services, materials, begun: None })
}

/// A warning where a hook is granted what its kind of module cannot ask for.
fn useless_http(hook: &PlannedHook, kind: ModuleKind) -> Option<String> {
    let is_useless = kind == ModuleKind::Preview1Module && !hook.grant.terms().http.is_empty();
    is_useless.then(|| {
        format!(
            "the {} hook `{}` is granted HTTP, which modules of WASI preview 1 do not have; build it \
             as a component (in Rust for wasm32-wasip2)",
            hook.stage, hook.name
        )
    })
}

fn action_without_hooks(convention: &Convention, settings: &Settings) -> PlannedAction {
    let acts = match convention.kind {
        ConventionKind::BuiltIn(BuiltIn::AlreadyInstalled) => settings.skip_if_installed,
        ConventionKind::BuiltIn(BuiltIn::Acquire | BuiltIn::Extract | BuiltIn::Journal) => true,
        ConventionKind::BuiltIn(BuiltIn::CustomInstallation) => settings.installation.is_some(),
        _ => false,
    };
    if acts {
        PlannedAction::Run
    } else {
        PlannedAction::Nothing { why: discover::why_nothing(convention, settings) }
    }
}

fn planned_package(
    archive: &Archive,
    scan: &Scan,
    facts: &PackageFacts,
    (feed, signatures): (Option<String>, Vec<PlannedSignature>),
) -> PlannedPackage {
    PlannedPackage {
        file: archive.file_name().to_owned(),
        id: facts.id.clone(),
        version: facts.version.clone(),
        format: archive.format().to_string(),
        sha256: scan.package_sha256,
        bytes: archive.bytes(),
        feed,
        entries: scan.manifest.files.len() as u64,
        unpacked_bytes: scan.bytes,
        signatures,
    }
}

/// Masked, because a path may be made of sensitive variables, and plans are shown.
fn planned_installation(installation: &CustomInstallation, masker: &Masker) -> PlannedInstallation {
    PlannedInstallation {
        folder: masker.mask(&installation.folder.to_string_lossy()).into_owned(),
        purge: installation.purge,
        purge_exclusions: installation.purge_exclusions.clone(),
    }
}

/// A custom installation folder must not hold the root, nor lie where extraction folders are.
///
/// In Octopus a folder above the extraction folder is allowed, and purging it deletes what was just
/// extracted.
fn check_installation(installation: &CustomInstallation, root: &Path) -> Result<(), PlanError> {
    let folder = &installation.folder;
    let refuse = |why| Err(PlanError::Installation { folder: folder.clone(), why });
    if folder.components().any(|part| part == std::path::Component::ParentDir) {
        return refuse("has `..` in it; write the path without");
    }
    if folder.parent().is_none() {
        return refuse("is the root of the file system");
    }
    // Compare where the paths lead, as far as they exist.
    let real = |path: &Path| {
        let existing = path.ancestors().find_map(|ancestor| {
            let real = ancestor.canonicalize().ok()?;
            Some(real.join(path.strip_prefix(ancestor).ok()?))
        });
        existing.unwrap_or_else(|| path.to_owned())
    };
    let (folder_real, root_real) = (real(folder), real(root));
    if folder_real.starts_with(&root_real) {
        return refuse("lies below the folder that packages are extracted to");
    }
    if root_real.starts_with(&folder_real) {
        return refuse("holds the folder that packages are extracted to");
    }
    Ok(())
}

/// What policy sees of the circumstances.
pub(super) fn context(settings: &Settings, services: &Services<'_>) -> Context {
    let walls = services.runner.walls();
    Context {
        target: settings.machine.clone(),
        environment: settings.environment.clone(),
        tenant: settings.tenant.clone(),
        operator: settings.operator.clone(),
        time_unix_seconds: u64::try_from(OffsetDateTime::now_utc().unix_timestamp()).unwrap_or(0),
        walls: WallsContext {
            filesystem: walls.file_system(),
            system_calls: walls.system_calls,
            network: walls.network(),
        },
        variables: variable_facts(&settings.variables),
    }
}

/// The variables that policy decides about: all that are defined, and those that Cofferdam will set.
/// One whose value is made of a sensitive one is sensitive.
pub(crate) fn variable_facts(variables: &VariableSet) -> Vec<VariableFacts> {
    let mut facts: Vec<VariableFacts> = variables
        .iter()
        .map(|(name, value)| {
            let evaluated = variables.evaluate(name).ok().flatten();
            // What cannot be evaluated is not given out either; the mark of its definition will do.
            let sensitive =
                value.is_sensitive() || evaluated.as_ref().is_some_and(Value::is_sensitive);
            VariableFacts { name: name.to_owned(), sensitive }
        })
        .collect();
    for name in DERIVED_VARIABLES {
        if variables.get(name).is_none() {
            facts.push(VariableFacts { name: (*name).to_owned(), sensitive: false });
        }
    }
    facts
}

fn planned_hook(
    found: &Found,
    prepared: &Prepared<'_>,
    services: &Services<'_>,
    context: &Context,
) -> Result<PlannedHook, Vec<Refusal>> {
    let judgement = services.policy.judge(&prepared.facts, context);
    let Verdict::Granted(grant) = &judgement.verdict else { return Err(refusals_of(&judgement)) };
    let wants = judgement.wants.iter().map(|outcome| PlannedWant {
        want: outcome.want.clone(),
        refusal: outcome.refusal.clone(),
    });
    let module = prepared.module.facts();
    Ok(PlannedHook {
        stage: found.stage.clone(),
        source: found.source,
        name: found.name.clone(),
        sha256: module.digest.to_string(),
        bytes: module.size,
        kind: prepared.facts.kind.clone(),
        uses: module.uses.iter().map(ToString::to_string).collect(),
        signatures: prepared.signatures.clone(),
        wants: wants.collect(),
        grant: grant.clone(),
    })
}
