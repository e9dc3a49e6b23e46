//! `begin`: reads a package once, plans from that, and leaves it unpacked beside its place.

use std::time::Instant;

use cofferdam_package::{Archive, ExtractError, Identity, Limit, Scan, scan_and_extract};
use cofferdam_sandbox::CancelToken;
use uuid::Uuid;

use super::begun::{self, Begun, Unpacked};
use super::reject::{RejectedPackage, reject};
use super::staging::Staged;
use super::unpack::report_progress;
use crate::journal::Journal;
use crate::plan::{self, Ground};
use crate::reporter::{Reporter, Told};
use crate::run::{is_installed, milliseconds_since, scope};
use crate::{
    Deployment, EventKind, Observer, PlanError, ReleaseFolders, RunError, Services, Settings,
    free_space,
};

/// Makes the plan that [`plan`](crate::plan()) would make, and makes ready to run it: waits until no
/// other deployment works on the root, and unpacks the package while it is read for planning, so that
/// running need not read it again.
///
/// It is unpacked to a staging folder below the root's own folder, and moved to its place when
/// [`Deployment::run`] comes to that. Unless it does, the staging folder is removed: when planning
/// fails, and when the deployment is dropped. So a refusal leaves what is below the root as it was,
/// but for the empty root and its lock file, if they were not there.
///
/// The package is only looked through, as by `plan`, if this version is installed already and is to be
/// skipped then, if there is not room for it (running will say so), or if it has no identity (the
/// error says so).
///
/// A plan that cannot be made is told to the observers, too, as [`EventKind::Rejected`](crate::EventKind::Rejected).
///
/// # Errors
/// [`RunError`]; a plan that cannot be made is [`RunError::Plan`].
pub fn begin<'a>(
    settings: Settings,
    services: &'a Services<'a>,
    observers: &mut [&mut dyn Observer],
    cancel: &CancelToken,
) -> Result<Deployment<'a>, RunError> {
    let id = Uuid::now_v7();
    let (archive, identity) = match identify(&settings, services) {
        Ok(identified) => identified,
        Err(error) => {
            let package = RejectedPackage::unread(&settings.package);
            reject(begun::told_nothing(id, &settings), package, &error, observers)?;
            return Err(RunError::Plan(error));
        }
    };
    let doing = format!("deploys {} {}", identity.id, identity.version);
    let told = prepare(id, &settings, &identity, observers)?;
    let mut begun = Begun::now(id, &settings, doing, told, observers, cancel)?;
    let scan = if would_be_skipped(&settings, &identity)? {
        Ok(None)
    } else {
        unpack(&archive, &identity, &settings, &mut begun, observers, cancel)
    };
    let sha256 = scan.as_ref().ok().and_then(Option::as_ref).map(|scan| scan.package_sha256);
    match scan.and_then(|scan| plan_read(archive, scan, settings, services)) {
        Ok(mut deployment) => {
            deployment.begun = Some(begun);
            Ok(deployment)
        }
        Err(RunError::Plan(error)) => {
            let package = RejectedPackage {
                id: identity.id.to_string(),
                version: identity.version.to_string(),
                sha256: sha256.map(|digest| digest.to_string()),
            };
            reject(begun.told.clone(), package, &error, observers)?;
            Err(RunError::Plan(error))
        }
        Err(error) => Err(error),
    }
}

/// Tells the observers what is going to be read.
fn prepare(
    id: Uuid,
    settings: &Settings,
    identity: &Identity,
    observers: &mut [&mut dyn Observer],
) -> Result<Told, RunError> {
    let mut observers = begun::again(observers);
    let mut reporter = Reporter::new(begun::told_nothing(id, settings), &mut observers);
    reporter.report(EventKind::Preparing {
        package_id: identity.id.to_string(),
        package_version: identity.version.to_string(),
        root: settings.root.clone(),
    })?;
    Ok(reporter.into_told())
}

/// The package, and who it says it is, if it can have a folder below the root.
fn identify(
    settings: &Settings,
    services: &Services<'_>,
) -> Result<(Archive, Identity), PlanError> {
    plan::check_settings(settings)?;
    let archive = Archive::open(&settings.package)?;
    let identity = match archive.identity(&settings.extract_limits) {
        Ok(identity) => identity,
        Err(error) => {
            // Reading the rest may say more about what is wrong.
            Ground::explore(archive, settings, services)?;
            return Err(error.into());
        }
    };
    let (tenant, environment) = (settings.tenant.as_deref(), settings.environment.as_deref());
    ReleaseFolders::new(tenant, environment, &identity)?;
    Ok((archive, identity))
}

/// Plans, from what was read of the package, or else after reading it.
fn plan_read<'a>(
    archive: Archive,
    scan: Option<Scan>,
    settings: Settings,
    services: &'a Services<'a>,
) -> Result<Deployment<'a>, RunError> {
    let ground = match scan {
        Some(scan) => Ground::new(archive, scan, &settings, services)?,
        None => Ground::explore(archive, &settings, services)?,
    };
    Ok(plan::on_ground(ground, settings, services)?)
}

/// Whether convention 1 will end the deployment.
fn would_be_skipped(settings: &Settings, identity: &Identity) -> Result<bool, RunError> {
    if !settings.skip_if_installed || settings.skip_journal {
        return Ok(false);
    }
    let Some(journal) = Journal::open_existing(&settings.root)? else { return Ok(false) };
    let latest = journal.previous(&scope(settings, identity.id.to_string()))?.latest;
    Ok(latest.is_some_and(|latest| is_installed(&latest, &identity.version.to_string())))
}

/// Unpacks the package to a staging folder; `None`, and no folder, if there is not enough room for it.
///
/// How much a package unpacks to is known at its end only, so the room there is is a limit like others.
fn unpack(
    archive: &Archive,
    identity: &Identity,
    settings: &Settings,
    begun: &mut Begun,
    observers: &mut [&mut dyn Observer],
    cancel: &CancelToken,
) -> Result<Option<Scan>, RunError> {
    let clock = Instant::now();
    let mut limits = settings.extract_limits.clone();
    limits.max_total_bytes = limits.max_total_bytes.min(room_bytes(settings));

    let staged = Staged::create(&begun.state, &settings.root, begun.id, identity)?;
    let mut observers = begun::again(observers);
    let mut reporter = Reporter::new(begun.told.clone(), &mut observers);
    let read = report_progress(&mut reporter, cancel, |progress, stop| {
        let wanted = plan::is_wanted;
        scan_and_extract(archive, staged.folder(), &limits, wanted, progress, stop)
    })?;
    begun.told = reporter.into_told();
    match read {
        Ok(scan) => {
            begun.unpacked = Some(Unpacked { staged, elapsed_ms: milliseconds_since(clock) });
            Ok(Some(scan))
        }
        Err(ExtractError::Cancelled) => Err(RunError::Cancelled),
        Err(ExtractError::Limit { limit: Limit::TotalBytes(most), .. })
            if most < settings.extract_limits.max_total_bytes =>
        {
            Ok(None)
        }
        Err(source) => {
            let package = archive.file_name().to_owned();
            Err(PlanError::Package { package, source }.into())
        }
    }
}

/// How much may be written; everything, where that cannot be told.
fn room_bytes(settings: &Settings) -> u64 {
    let Some(reserve_bytes) = settings.free_space_bytes else { return u64::MAX };
    free_space(&settings.root).map_or(u64::MAX, |free| free.saturating_sub(reserve_bytes))
}
