//! The limits that the supervisor enforces: everything a worker sends is counted before it is
//! handed on.

use std::collections::HashSet;

use cofferdam_capability::{LimitName, Limits};
use cofferdam_worker_protocol::MAX_REFUSALS;

/// The most masks of one run; each costs time with every line that is logged after it.
const MAX_MASKS: u32 = 1_000;

/// Why a run is stopped by what its worker sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Overrun {
    /// The hook reached a limit.
    Limit(LimitName),
    /// The worker did what none does.
    Worker(&'static str),
}

/// What was sent so far.
#[derive(Debug)]
pub(super) struct Account<'a> {
    limits: &'a Limits,
    output_bytes: u64,
    lines: u64,
    outputs: HashSet<String>,
    output_variable_bytes: u64,
    artifacts: u64,
    refusals: u32,
    masks: u32,
    http_requests: u64,
}

impl<'a> Account<'a> {
    /// Nothing sent yet.
    pub(super) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            output_bytes: 0,
            lines: 0,
            outputs: HashSet::new(),
            output_variable_bytes: 0,
            artifacts: 0,
            refusals: 0,
            masks: 0,
            http_requests: 0,
        }
    }

    /// Counts printed bytes and logged messages.
    pub(super) fn print(&mut self, bytes: usize) -> Result<(), Overrun> {
        self.output_bytes += bytes as u64;
        self.within(LimitName::OutputBytes, self.output_bytes)
    }

    /// Counts a line.
    pub(super) fn line(&mut self) -> Result<(), Overrun> {
        self.lines += 1;
        self.within(LimitName::OutputLines, self.lines)
    }

    /// Counts an output variable. Setting one again costs its bytes again.
    pub(super) fn output(&mut self, name: &str, value: &str) -> Result<(), Overrun> {
        self.outputs.insert(name.to_lowercase());
        self.within(LimitName::OutputVariables, self.outputs.len() as u64)?;
        self.output_variable_bytes += (name.len() + value.len()) as u64;
        self.within(LimitName::OutputVariableBytes, self.output_variable_bytes)
    }

    /// Counts an artifact.
    pub(super) fn artifact(&mut self) -> Result<(), Overrun> {
        self.artifacts += 1;
        self.within(LimitName::Artifacts, self.artifacts)
    }

    /// Counts a refusal; workers report a bounded number of them.
    pub(super) fn refusal(&mut self) -> Result<(), Overrun> {
        self.refusals += 1;
        // A component has two places that report.
        if self.refusals > 2 * MAX_REFUSALS {
            return Err(Overrun::Worker("it reported more refusals than workers do"));
        }
        Ok(())
    }

    /// Counts a mask.
    pub(super) fn mask(&mut self) -> Result<(), Overrun> {
        self.masks += 1;
        // The hook's doing and not the worker's, but not worth a limit of its own.
        if self.masks > MAX_MASKS { Err(Overrun::Limit(LimitName::OutputLines)) } else { Ok(()) }
    }

    /// Counts an HTTP request, whatever comes of it.
    pub(super) fn http_request(&mut self) -> Result<(), Overrun> {
        self.http_requests += 1;
        self.within(LimitName::HttpRequests, self.http_requests)
    }

    /// Counts bytes of the body of one HTTP request, of which so many came before. Workers do not
    /// send longer ones.
    pub(super) fn http_body(&self, before: usize, bytes: usize) -> Result<(), Overrun> {
        let allowed = self.limits.get(LimitName::HttpBodyBytes);
        if before.saturating_add(bytes) as u64 > allowed {
            return Err(Overrun::Worker("it sent a longer request than workers do"));
        }
        Ok(())
    }

    /// What was printed so far.
    pub(super) fn output_bytes(&self) -> u64 {
        self.output_bytes
    }

    fn within(&self, limit: LimitName, used: u64) -> Result<(), Overrun> {
        if used > self.limits.get(limit) { Err(Overrun::Limit(limit)) } else { Ok(()) }
    }
}
