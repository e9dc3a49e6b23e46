//! What a hook does to memory and to the host's patience, counted by the engine's hooks.

use std::time::{Duration, Instant};

use cofferdam_capability::{LimitName, Limits};
use wasmtime::{CallHook, ResourceLimiter};

use super::stop::LimitReached;

/// How often the clock is looked at when calls are counted; looking costs more than a call.
const CALLS_BETWEEN_LOOKS: u64 = 1024;

/// Memory, tables, instances and calls of one run.
#[derive(Debug)]
pub(super) struct Meter {
    memory_bytes: usize,
    memory_limit: usize,
    table_elements: usize,
    table_limit: usize,
    instance_limit: usize,
    /// The limit that an allocation was last refused for. A program may live with that, so it is
    /// the reason for a failure only if the program does not.
    refused: Option<LimitName>,
    calls: u64,
    calls_limit: u64,
    window_start: Instant,
    window_calls: u64,
}

impl Meter {
    /// Nothing used yet.
    pub(super) fn new(limits: &Limits) -> Self {
        let size = |name| usize::try_from(limits.get(name)).unwrap_or(usize::MAX);
        Self {
            memory_bytes: 0,
            memory_limit: size(LimitName::Memory),
            table_elements: 0,
            table_limit: size(LimitName::TableElements),
            instance_limit: size(LimitName::Instances),
            refused: None,
            calls: 0,
            calls_limit: limits.get(LimitName::HostCallsPerSecond),
            window_start: Instant::now(),
            window_calls: 0,
        }
    }

    /// Counts what the engine tells about calls.
    pub(super) fn on_call(&mut self, hook: CallHook) -> Result<(), LimitReached> {
        if !matches!(hook, CallHook::CallingHost) {
            return Ok(());
        }
        self.calls += 1;
        self.window_calls += 1;
        if self.window_calls > self.calls_limit || self.calls.is_multiple_of(CALLS_BETWEEN_LOOKS) {
            let now = Instant::now();
            if now.duration_since(self.window_start) >= Duration::from_secs(1) {
                self.window_start = now;
                self.window_calls = 0;
            } else if self.window_calls > self.calls_limit {
                return Err(LimitReached(LimitName::HostCallsPerSecond));
            }
        }
        Ok(())
    }

    /// Calls out of WebAssembly so far.
    pub(super) fn calls(&self) -> u64 {
        self.calls
    }

    /// The limit that an allocation was refused for.
    pub(super) fn refused(&self) -> Option<LimitName> {
        self.refused
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self.memory_bytes.saturating_add(desired.saturating_sub(current));
        let fits = total <= self.memory_limit;
        if fits {
            self.memory_bytes = total;
        } else {
            self.refused = Some(LimitName::Memory);
        }
        Ok(fits)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let total = self.table_elements.saturating_add(desired.saturating_sub(current));
        let fits = total <= self.table_limit;
        if fits {
            self.table_elements = total;
        } else {
            self.refused = Some(LimitName::TableElements);
        }
        Ok(fits)
    }

    fn instances(&self) -> usize {
        self.instance_limit
    }

    fn tables(&self) -> usize {
        self.instance_limit
    }

    fn memories(&self) -> usize {
        self.instance_limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_memories_count_together() {
        let mut limits = Limits::default();
        limits.set(LimitName::Memory, 100);
        let mut meter = Meter::new(&limits);
        assert!(meter.memory_growing(0, 60, None).unwrap());
        assert!(!meter.memory_growing(0, 60, None).unwrap());
        assert_eq!(meter.refused(), Some(LimitName::Memory));
        assert!(meter.memory_growing(60, 100, None).unwrap());
    }

    #[test]
    fn too_many_calls_in_a_second_are_noticed() {
        let mut limits = Limits::default();
        limits.set(LimitName::HostCallsPerSecond, 10);
        let mut meter = Meter::new(&limits);
        for _ in 0..10 {
            meter.on_call(CallHook::CallingHost).unwrap();
            meter.on_call(CallHook::ReturningFromHost).unwrap();
        }
        assert!(meter.on_call(CallHook::CallingHost).is_err());
    }
}
