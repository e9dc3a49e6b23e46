//! The report, field by field. `docs/redteam-v1.schema.json` is its JSON Schema.
//!
//! A new version may add optional fields and nothing else; anything more gets a new type. Readers refuse
//! fields that they do not know, so that nothing signed is overlooked.

use std::collections::BTreeMap;

use cofferdam_audit::Wall;
use cofferdam_sandbox::{EngineFacts, RequiredWalls};
use serde::{Deserialize, Serialize};

use crate::{Control, Finding, Verdict};

/// What came of running the collection, or a part of it, on one machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Report {
    /// When it began: RFC 3339.
    pub started: String,
    /// When it ended: RFC 3339.
    pub finished: String,
    /// The version of the program that was attacked; its digest is the statement's subject.
    pub version: String,
    /// Where.
    pub machine: MachineRecord,
    /// The walls of the operating system around each worker.
    pub walls: Vec<Wall>,
    /// The WebAssembly engine.
    pub engine: EngineRecord,
    /// The settings that it was attacked with.
    pub settings: SettingsRecord,
    /// Which attacks were asked for; empty: all.
    pub only: Vec<String>,
    /// Controls that were left out for a test. A report of a shipped program has none.
    pub without: Vec<Control>,
    /// How many attacks came to what.
    pub counts: Counts,
    /// Each attack.
    pub findings: Vec<Finding>,
}

/// The machine that was attacked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct MachineRecord {
    /// Its name.
    pub name: String,
    /// Its operating system: `linux`.
    pub system: String,
    /// The version of the kernel, as far as it says.
    pub kernel: String,
    /// Its processor: `x86_64`.
    pub architecture: String,
}

/// The WebAssembly engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct EngineRecord {
    /// Name and version.
    pub version: String,
    /// Settings that matter for safety.
    pub settings: BTreeMap<String, String>,
    /// The WebAssembly features that are accepted.
    pub features: Vec<String>,
}

/// The settings that a machine was attacked with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct SettingsRecord {
    /// The policy's digest.
    pub policy_digest: String,
    /// Why the policy's own grant was not used, where it refuses hooks that nobody knows: the attacks then
    /// ran under the built-in policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_refuses: Option<String>,
    /// The level of walls that is required.
    pub required_walls: RequiredWalls,
    /// The user that workers become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_user: Option<u32>,
    /// Every limit that a hook has before an attack lowers one, in its unit: milliseconds, bytes or a
    /// count.
    pub limits: BTreeMap<String, u64>,
}

/// How many attacks came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Counts {
    /// Held as the collection says.
    pub held: u64,
    /// Held otherwise.
    pub held_otherwise: u64,
    /// Granted by policy.
    #[serde(default)]
    pub granted: u64,
    /// Not held.
    pub not_held: u64,
    /// Not tried.
    pub not_tried: u64,
}

impl Counts {
    /// Counts findings.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        let count = |verdict| findings.iter().filter(|f| f.verdict == verdict).count() as u64;
        Self {
            held: count(Verdict::Held),
            held_otherwise: count(Verdict::HeldOtherwise),
            granted: count(Verdict::Granted),
            not_held: count(Verdict::NotHeld),
            not_tried: count(Verdict::NotTried),
        }
    }

    /// Whether there was an attack, and every one was held, or is none because policy grants it.
    #[must_use]
    pub fn all_held(&self) -> bool {
        self.not_held == 0
            && self.not_tried == 0
            && self.held + self.held_otherwise + self.granted > 0
    }
}

impl From<&EngineFacts> for EngineRecord {
    fn from(facts: &EngineFacts) -> Self {
        Self {
            version: facts.version.clone(),
            settings: facts.settings.iter().cloned().collect(),
            features: facts.features.clone(),
        }
    }
}
