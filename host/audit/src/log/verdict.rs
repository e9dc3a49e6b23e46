//! The result of verifying a log.

use std::fmt;

use serde::Serialize;

use super::{Finding, Healed};
use crate::key::Fingerprint;

/// What verification found out. It is the answer, not an error: a damaged log has a verdict too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LogVerdict {
    /// The log's name: the one that was asked for, otherwise that in its checkpoints.
    pub origin: Option<String>,
    /// How many records it has.
    pub records: u64,
    /// In how many files.
    pub segments: u64,
    /// How many checkpoints are good.
    pub checkpoints: u64,
    /// How many records, from the first on, the newest good checkpoint fixes. What follows is
    /// chained, but could still be cut off or written anew.
    pub signed_records: u64,
    /// The keys that signed, in order of first use.
    pub signers: Vec<Fingerprint>,
    /// The witnesses that signed the newest kept checkpoint.
    pub cosigned_by: Vec<String>,
    /// What crashes left and healing cut off and recorded.
    pub healed: Vec<Healed>,
    /// What is wrong; empty for an intact log.
    pub findings: Vec<Finding>,
}

impl LogVerdict {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.findings.is_empty()
    }
}

impl fmt::Display for LogVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origin = self.origin.as_deref().unwrap_or("without a name");
        let answer = if self.is_intact() { "intact" } else { "NOT INTACT" };
        writeln!(f, "log {origin}: {answer}")?;
        for finding in &self.findings {
            writeln!(f, "  {finding}")?;
        }
        let signers: Vec<&str> = self.signers.iter().map(Fingerprint::as_str).collect();
        writeln!(
            f,
            "  {} in {}, {} fixed by {} of {}",
            count(self.records, "record"),
            count(self.segments, "segment"),
            self.signed_records,
            count(self.checkpoints, "checkpoint"),
            if signers.is_empty() { String::from("nobody") } else { signers.join(", ") }
        )?;
        let open = self.records.saturating_sub(self.signed_records);
        if open > 0 && self.is_intact() {
            writeln!(
                f,
                "  at the end, {} chained but not covered by a checkpoint yet",
                count(open, "record")
            )?;
        }
        if !self.cosigned_by.is_empty() {
            writeln!(f, "  the kept checkpoint is cosigned by {}", self.cosigned_by.join(", "))?;
        }
        for healed in &self.healed {
            writeln!(f, "  healed: {healed}")?;
        }
        Ok(())
    }
}

/// `1 record`, `2 records`.
fn count(number: u64, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
