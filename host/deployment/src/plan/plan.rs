//! `Plan`: what a deployment would do; and `Deployment`: a plan that is ready to run.

use std::collections::HashMap;
use std::path::PathBuf;

use cofferdam_capability::{Grant, Reason};
use cofferdam_package::{Archive, Sha256Digest};
use cofferdam_policy::{Context, HookFacts, Refusal, Want};
use cofferdam_sandbox::{EngineFacts, Walls};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::begin::Begun;
use crate::contents::Contents;
use crate::{HookSource, PlannedSignature, PreparedHook, ReleaseFolders, Services, Settings};

/// The version of a plan's form; a newer one is refused.
pub const PLAN_FORMAT: u32 = 1;

/// What a deployment would do, in order. Plain data: it has no effects, and no secrets in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Plan {
    /// [`PLAN_FORMAT`]
    pub format: u32,
    /// The package.
    pub package: PlannedPackage,
    /// The root below which it is extracted.
    pub root: PathBuf,
    /// The target's name.
    pub machine: String,
    /// The environment.
    pub environment: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
    /// The extraction folder below the root; if it is taken, `_1`, `_2`... is added.
    pub folder: String,
    /// The custom installation folder.
    pub installation: Option<PlannedInstallation>,
    /// The twenty conventions, in order.
    pub conventions: Vec<PlannedConvention>,
    /// The hooks that run, in order, if something fails.
    pub on_failure: Vec<PlannedHook>,
    /// Digest of the policy that granted.
    pub policy_digest: String,
    /// Why the package may be deployed.
    pub reasons: Vec<Reason>,
    /// Keyed digest of the variables; says nothing to who does not have the key.
    pub variables_digest: String,
    /// The names of all variables, in order.
    pub variables: Vec<String>,
    /// The engine that runs hooks.
    pub engine: EngineFacts,
    /// The walls that this machine puts around a worker.
    pub walls: Walls,
    /// What people should know before it runs.
    pub warnings: Vec<String>,
}

/// The package, in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedPackage {
    /// Its file's name, without folders.
    pub file: String,
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its format, as its extension says.
    pub format: String,
    /// The digest of its file.
    pub sha256: Sha256Digest,
    /// Bytes of its file.
    pub bytes: u64,
    /// The feed that it was fetched from, as whoever fetched it says; none for a file.
    pub feed: Option<String>,
    /// Files, folders and links in it.
    pub entries: u64,
    /// Bytes of all files in it.
    pub unpacked_bytes: u64,
    /// The signatures that lie beside it; empty if it is unsigned.
    pub signatures: Vec<PlannedSignature>,
}

/// The custom installation folder, in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedInstallation {
    /// The folder; sensitive values in it masked.
    pub folder: String,
    /// Whether it is emptied first.
    pub purge: bool,
    /// What purging keeps.
    pub purge_exclusions: Vec<String>,
}

/// A convention, in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedConvention {
    /// Its number.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// What it will do.
    pub action: PlannedAction,
}

/// What a convention will do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum PlannedAction {
    /// What it is there for.
    Run,
    /// Run these hooks, in order.
    Hooks(Vec<PlannedHook>),
    /// Nothing, for this reason.
    Nothing {
        /// The reason.
        why: String,
    },
}

/// A hook, in a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedHook {
    /// The stage, or the name of the configuration step.
    pub stage: String,
    /// Where it comes from.
    pub source: HookSource,
    /// The name of its file, its variable, its feature or the configuration step.
    pub name: String,
    /// The digest of its module; checked again just before it runs.
    pub sha256: String,
    /// The size of its module in bytes.
    pub bytes: u64,
    /// What kind of module it is.
    pub kind: String,
    /// What its imports let it do, in words.
    pub uses: Vec<String>,
    /// The signatures that lie beside it; empty if it is unsigned.
    pub signatures: Vec<PlannedSignature>,
    /// What its manifest wants, and whether it gets it.
    pub wants: Vec<PlannedWant>,
    /// What it is granted, and why.
    pub grant: Grant,
}

/// One thing that a hook's manifest wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PlannedWant {
    /// What it is, what for, and whether the hook can do without.
    pub want: Want,
    /// Why the hook does not get it; none if it does.
    pub refusal: Option<Refusal>,
}

impl PlannedHook {
    /// Who vouches for it, each once, in order.
    #[must_use]
    pub fn signers(&self) -> Vec<String> {
        signers(&self.signatures)
    }
}

fn signers(signatures: &[PlannedSignature]) -> Vec<String> {
    let mut signers: Vec<String> =
        signatures.iter().flat_map(|signature| signature.signers.iter().cloned()).collect();
    signers.sort_unstable();
    signers.dedup();
    signers
}

impl Plan {
    /// The digest of everything in it, as 64 hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> String {
        // A plan is made of maps with text keys and numbers: it always serialises.
        hex::encode(Sha256::digest(serde_json::to_vec(self).unwrap_or_default()))
    }

    /// Who vouches for the package, each once, in order.
    #[must_use]
    pub fn signers(&self) -> Vec<String> {
        signers(&self.package.signatures)
    }

    /// Every hook with the number of its convention (0: on failure), in order.
    pub fn hooks(&self) -> impl Iterator<Item = (u8, &PlannedHook)> {
        self.hooks_of_conventions().chain(self.on_failure.iter().map(|hook| (0, hook)))
    }

    /// The same without those that run only if something fails.
    pub(crate) fn hooks_of_conventions(&self) -> impl Iterator<Item = (u8, &PlannedHook)> {
        self.conventions.iter().flat_map(|convention| {
            let hooks = match &convention.action {
                PlannedAction::Hooks(hooks) => hooks.as_slice(),
                PlannedAction::Run | PlannedAction::Nothing { .. } => &[],
            };
            hooks.iter().map(|hook| (convention.number, hook))
        })
    }
}

/// A plan that is ready to run, once.
pub struct Deployment<'a> {
    pub(crate) plan: Plan,
    pub(crate) settings: Settings,
    pub(crate) services: &'a Services<'a>,
    pub(crate) materials: Materials<'a>,
    /// None if nothing was done yet.
    pub(crate) begun: Option<Begun>,
}

/// What running needs beside the plan.
pub(crate) struct Materials<'a> {
    pub(crate) archive: Archive,
    /// Files in it; its manifest also has folders and links.
    pub(crate) files: usize,
    pub(crate) folders: ReleaseFolders,
    pub(crate) context: Context,
    /// What is known of the files' contents.
    pub(crate) contents: Contents,
    /// By convention and position.
    pub(crate) hooks: HashMap<HookIndex, Prepared<'a>>,
}

/// A hook's place in the plan: convention (0: on failure) and position in it.
pub(crate) type HookIndex = (u8, usize);

/// A hook that is ready to run.
pub(crate) struct Prepared<'a> {
    pub(crate) module: Box<dyn PreparedHook + 'a>,
    pub(crate) facts: HookFacts,
    pub(crate) signatures: Vec<PlannedSignature>,
}

impl Deployment<'_> {
    /// What it will do.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What it was made from.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether the folder of this deployment exists, or existed, does not matter to the plan; this
    /// is the path that it would get at the moment.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.settings.root.join(self.materials.folders.relative())
    }
}

impl std::fmt::Debug for Deployment<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deployment").field("plan", &self.plan).finish_non_exhaustive()
    }
}
