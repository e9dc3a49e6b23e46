//! `Deployment::reproduce`: does again what an attestation says was done, and compares.

use std::path::PathBuf;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_audit::{DeploymentRecord, DigestKey, HookRun, OutcomeStatus, Reproduction};
use cofferdam_capability::{Grant, GrantTerms};
use cofferdam_policy::{
    CONFIGURATION_STAGE, ExactHook, GrantTable, GrantTables, HookOrigin, Policy, PolicyError,
    Source, Texts, tables_to_toml,
};
use cofferdam_sandbox::CancelToken;
use uuid::Uuid;

use super::compare_records::compare_records;
use super::departure::Departure;
use super::rehearse::RehearseError;
use super::scenery::{Recorded, Scenery};
use super::scratch::Scratch;
use super::stubs::StubLog;
use crate::{
    Deployment, FolderDigestError, Outcome, PlannedHook, Stage, folder_digest, variable_digests,
};

/// What came of doing a deployment again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reproduced {
    /// The folder that it left, against the one that is attested.
    pub folder: FolderComparison,
    /// Where hooks did something else, in the order in which they ran.
    pub departures: Vec<Departure>,
}

/// A folder against one that is attested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FolderComparison {
    /// It has the same tree digest, as 64 hexadecimal digits.
    Same(String),
    /// It has another one.
    Different {
        /// The tree digest that is attested.
        attested: String,
        /// The one that was found; none: there is no folder.
        found: Option<String>,
    },
    /// There is nothing to compare, for this reason; what hooks did was compared.
    NotCompared(&'static str),
}

/// Why a deployment cannot be done again. Nothing was touched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReproduceError {
    /// An attestation without the facts.
    #[error(
        "the attestation does not say what doing the deployment again needs: the deployment ended \
         before it had a folder, or a version of Cofferdam wrote it that did not record that"
    )]
    NotRecorded,
    /// Nothing was done.
    #[error(
        "the deployment did nothing, because the version was installed already; there is nothing to do again"
    )]
    NothingDone,
    /// The record holds what no deployment has.
    #[error("the attestation cannot be used: {0}")]
    Record(String),
    /// Other settings.
    #[error("{what} was {then} and is {now} now; use the settings and variables of the deployment")]
    Settings {
        /// What is different.
        what: &'static str,
        /// What is recorded.
        then: String,
        /// What is found.
        now: String,
    },
    /// Other variables; names and no values.
    #[error("the variables are not those of the deployment: {}", .0.join("; "))]
    Variables(Vec<String>),
    /// Other hooks.
    #[error("the hooks are not those of the deployment: {0}")]
    Hooks(String),
    /// A grant that cannot be had again.
    #[error("this version cannot grant the {stage} hook `{name}` what it was granted then")]
    Grant {
        /// The hook's stage.
        stage: String,
        /// The hook's name.
        name: String,
    },
    /// The grants of the record as a policy.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Trying it out on copies.
    #[error(transparent)]
    Rehearse(#[from] RehearseError),
}

impl Reproduced {
    /// Whether the deployment did the same again.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.departures.is_empty() && !matches!(self.folder, FolderComparison::Different { .. })
    }
}

/// The policy that grants each hook of a deployment on record what it was granted then, and lets
/// the other hooks run with nothing: one of them that runs is a difference.
///
/// # Errors
/// When the record holds what no policy can grant.
pub fn recorded_policy(record: &DeploymentRecord) -> Result<Policy, ReproduceError> {
    let any = || Texts(vec!["*".to_owned()]);
    let deploy = GrantTable { package: any(), deploy: true, ..GrantTable::default() };
    let run = GrantTable { every_hook: true, run: true, ..GrantTable::default() };
    let mut tables = GrantTables { grant: vec![deploy, run], forbid: Vec::new() };
    for (number, hook) in record.hooks.iter().enumerate() {
        let origin = HookOrigin::from_key(&hook.kind).ok_or_else(|| {
            ReproduceError::Record(format!("a hook cannot come from `{}`", hook.kind))
        })?;
        let digest = format!("sha256:{}", hook.module_digest);
        let exact = ExactHook {
            name: &hook.name,
            origin,
            stage: if hook.stage.parse::<Stage>().is_ok() {
                &hook.stage
            } else {
                CONFIGURATION_STAGE
            },
            package: "*",
            digest: Some(&digest),
        };
        tables.grant.push(GrantTable::exactly(format!("recorded.{number}"), &exact, &terms(hook)?));
    }
    Ok(Policy::from_source(Source::toml("the attestation", tables_to_toml(&tables)))?)
}

fn terms(hook: &HookRun) -> Result<GrantTerms, ReproduceError> {
    let grant: Grant = serde_json::from_value(hook.grant.clone()).map_err(|error| {
        let (stage, name) = (&hook.stage, &hook.name);
        ReproduceError::Record(format!("the grant of the {stage} hook `{name}`: {error}"))
    })?;
    Ok(grant.terms().clone())
}

impl Deployment<'_> {
    /// Does again, on copies in `scratch`, what `record` says was done, and compares. It was planned with
    /// [`recorded_policy`]; `tree` is the tree digest of the folder that is attested. The hooks
    /// are told the recorded paths, deployment and earlier versions; `requests` are those that their
    /// broker noted. With the `digest_key` of the log in which it is on record, sensitive variables are
    /// compared with those of then, too.
    ///
    /// # Errors
    /// [`ReproduceError`], when this is not the deployment that the record is about.
    pub fn reproduce(
        mut self,
        record: &DeploymentRecord,
        tree: Option<&str>,
        digest_key: Option<&DigestKey>,
        scratch: &Scratch,
        requests: &StubLog,
        cancel: &CancelToken,
    ) -> Result<Reproduced, ReproduceError> {
        if record.outcome.status == OutcomeStatus::Skipped {
            return Err(ReproduceError::NothingDone);
        }
        let facts = record.reproduction.as_ref().ok_or(ReproduceError::NotRecorded)?;
        self.check_settings(facts)?;
        let other = variable_digests::differences(facts, &self.settings.variables, digest_key);
        if !other.is_empty() {
            return Err(ReproduceError::Variables(other));
        }
        self.check_hooks(record)?;
        let id = record.deployment.parse::<Uuid>();
        let recorded = Recorded {
            deployment: id.map_err(|error| ReproduceError::Record(error.to_string()))?,
            root: PathBuf::from(&facts.root),
            folder: facts.folder.clone(),
            past: facts.past.clone(),
        };
        let mut scenery = Scenery::set_up_as_recorded(
            scratch,
            requests,
            recorded,
            &self.plan,
            &mut self.settings,
            &self.materials,
        )
        .map_err(RehearseError::from)?;
        let outcome =
            self.run_in(Some(&mut scenery), &mut [], cancel).map_err(RehearseError::from)?;
        // The key says nothing: values of sensitive outputs are not compared.
        let again = outcome.record(&DigestKey::from_bytes([0; 32]));
        let folder = compare_folder(facts, tree, &outcome, &scenery)?;
        let same_start = facts.installation_was_empty != Some(false);
        Ok(Reproduced { folder, departures: compare_records(record, &again, same_start) })
    }

    fn check_settings(&self, facts: &Reproduction) -> Result<(), ReproduceError> {
        let check = |what, then: &str, now: &str| {
            if then == now {
                return Ok(());
            }
            let said = |text: &str| if text.is_empty() { "none" } else { text }.to_owned();
            Err(ReproduceError::Settings { what, then: said(then), now: said(now) })
        };
        check(
            "the list of features",
            &facts.features.join(", "),
            &self.settings.features.join(", "),
        )?;
        let folder = &self.plan.folder;
        let is_numbered = facts.folder.strip_prefix(folder.as_str()).is_some_and(|rest| {
            rest.strip_prefix('_').is_some_and(|number| number.parse::<u32>().is_ok())
        });
        if is_numbered { Ok(()) } else { check("the extraction folder", &facts.folder, folder) }
    }

    /// The hooks that ran are the first of those that are planned now, or run on a failure, with the
    /// same modules and the same grants.
    fn check_hooks(&self, record: &DeploymentRecord) -> Result<(), ReproduceError> {
        let (on_failure, regular): (Vec<_>, Vec<_>) =
            record.hooks.iter().partition(|hook| hook.stage == Stage::DeployFailed.name());
        let planned = self.plan.hooks().filter(|(convention, _)| *convention != 0);
        let planned: Vec<_> = planned.map(|(_, hook)| hook).collect();
        check_sequence(&regular, &planned)?;
        check_sequence(&on_failure, &self.plan.on_failure.iter().collect::<Vec<_>>())
    }
}

fn check_sequence(recorded: &[&HookRun], planned: &[&PlannedHook]) -> Result<(), ReproduceError> {
    for (position, then) in recorded.iter().enumerate() {
        let title = format!("the {} hook `{}`", then.stage, then.name);
        let Some(now) = planned.get(position) else {
            return Err(ReproduceError::Hooks(format!("{title} is missing")));
        };
        if (&now.stage, &now.name) != (&then.stage, &then.name) {
            let found = format!("the {} hook `{}`", now.stage, now.name);
            return Err(ReproduceError::Hooks(format!("{found} is in the place of {title}")));
        }
        if now.sha256 != then.module_digest.to_string() {
            let (then, now) = (then.module_digest, &now.sha256);
            return Err(ReproduceError::Hooks(format!("{title} was sha256 {then} and is {now}")));
        }
        // Other hooks set variables meanwhile; the rest was granted when it was planned.
        let mut then_granted = terms(then)?;
        then_granted.variables.clone_from(&now.grant.terms().variables);
        if then_granted != *now.grant.terms() {
            let (stage, name) = (then.stage.clone(), then.name.clone());
            return Err(ReproduceError::Grant { stage, name });
        }
    }
    Ok(())
}

fn compare_folder(
    facts: &Reproduction,
    attested: Option<&str>,
    outcome: &Outcome,
    scenery: &Scenery,
) -> Result<FolderComparison, RehearseError> {
    let Some(attested) = attested.map(str::to_owned) else {
        return Ok(FolderComparison::NotCompared("no folder is attested"));
    };
    if facts.installation_was_empty == Some(false) {
        return Ok(FolderComparison::NotCompared(
            "the custom installation folder held other files then",
        ));
    }
    let found = match scenery.used_folder(outcome) {
        Some(path) => {
            let folder = Dir::open_ambient_dir(path, ambient_authority());
            Some(folder_digest(&folder.map_err(FolderDigestError::Read)?)?.to_string())
        }
        None => None,
    };
    Ok(match found {
        Some(found) if found == attested => FolderComparison::Same(found),
        found => FolderComparison::Different { attested, found },
    })
}
