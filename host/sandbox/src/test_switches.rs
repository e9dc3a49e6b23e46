//! Switches for tests only: attacks from inside a worker, and walls left out.

/// How a worker is to misbehave. The default: not at all.
///
/// Exists with the cargo feature `test-switches` only.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TestSwitches {
    /// The worker carries out this attack with native code, behind its walls, instead of running
    /// the hook.
    pub attack: Option<String>,
    /// Leave out Landlock.
    pub without_landlock: bool,
    /// Leave out the system call filter.
    pub without_seccomp: bool,
}
