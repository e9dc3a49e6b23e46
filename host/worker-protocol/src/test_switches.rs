//! Switches for tests only: single controls left out.

/// Which controls a sandbox does without. The default: none.
///
/// Exists with the cargo feature `test-switches` only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TestSwitches {
    /// Leave the root directory what it is.
    pub without_own_root: bool,
    /// Leave out Landlock.
    pub without_landlock: bool,
    /// Leave out the system call filter.
    pub without_seccomp: bool,
    /// Leave out the seal, the second filter.
    pub without_seal: bool,
    /// Leave descriptors open that the worker inherited.
    pub without_closing: bool,
    /// Hand the hook the machine's root as its folder, as if paths were not looked at.
    pub without_path_checks: bool,
    /// Give every limit of a run a value that no attack reaches.
    pub without_limits: bool,
}

impl TestSwitches {
    /// The limits that a run has under these switches.
    pub fn loosen(self, limits: &mut cofferdam_capability::Limits) {
        use cofferdam_capability::{LIMITS, LimitName};
        /// Times and counts: what attacks end with by themselves is a hundredth of it.
        const PLENTY: u64 = 100_000_000;
        /// More stack than this no machine likes.
        const STACK_BYTES: u64 = 16 << 20;
        if self.without_limits {
            for facts in LIMITS {
                limits.set(facts.name, facts.default.max(PLENTY));
            }
            limits.set(LimitName::Memory, 8 << 30);
            limits.set(LimitName::Stack, STACK_BYTES);
            limits.set(LimitName::OpenFiles, 100_000);
        }
    }
}
