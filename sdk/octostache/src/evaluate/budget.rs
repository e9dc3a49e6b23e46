//! What an evaluation has spent of its limits.

use std::cell::Cell;

use crate::limits::REGEX_BACKTRACK_LIMIT;
use crate::{Error, Limit, Limits};

/// How many bytes of text may be read or written for one step.
const BYTES_PER_STEP: usize = 64;

/// What an evaluation has spent of its limits.
#[derive(Debug)]
pub(crate) struct Budget {
    limits: Limits,
    steps: u64,
    output_bytes: usize,
    /// How many steps back regular expressions may still take.
    pub(crate) backtracks_left: Cell<u64>,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            steps: 0,
            output_bytes: 0,
            backtracks_left: Cell::new(REGEX_BACKTRACK_LIMIT.into()),
        }
    }

    /// Counts one step.
    pub(crate) fn step(&mut self) -> Result<(), Error> {
        self.spend(1)
    }

    /// Counts the reading of some text.
    pub(crate) fn read(&mut self, bytes: usize) -> Result<(), Error> {
        self.spend((bytes / BYTES_PER_STEP) as u64)
    }

    /// Counts several steps.
    pub(crate) fn spend(&mut self, steps: u64) -> Result<(), Error> {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > self.limits.max_steps {
            return Err(Error::Limit { limit: Limit::Steps, allowed: self.limits.max_steps });
        }
        Ok(())
    }

    /// Counts the writing of some text.
    pub(crate) fn write(&mut self, bytes: usize) -> Result<(), Error> {
        if bytes > self.bytes_left() {
            return Err(self.output_error());
        }
        self.output_bytes += bytes;
        self.read(bytes)
    }

    /// How much may still be written.
    pub(crate) fn bytes_left(&self) -> usize {
        self.limits.max_output_bytes.saturating_sub(self.output_bytes)
    }

    pub(crate) fn output_error(&self) -> Error {
        let allowed = self.limits.max_output_bytes as u64;
        Error::Limit { limit: Limit::OutputBytes, allowed }
    }

    /// Checks a depth of nesting.
    pub(crate) fn check_depth(&self, depth: usize) -> Result<(), Error> {
        if depth > self.limits.max_depth { Err(self.depth_error()) } else { Ok(()) }
    }

    /// How much deeper than `depth` things may nest.
    pub(crate) fn depth_left(&self, depth: usize) -> usize {
        self.limits.max_depth.saturating_sub(depth)
    }

    pub(crate) fn depth_error(&self) -> Error {
        Error::Limit { limit: Limit::Depth, allowed: self.limits.max_depth as u64 }
    }
}
