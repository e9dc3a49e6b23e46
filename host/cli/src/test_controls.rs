//! Controls that tests leave out. In a program without the cargo feature `test-switches`: none, ever.

use cofferdam_redteam::Control;

/// Whether a control is left out.
#[cfg(not(feature = "test-switches"))]
pub(crate) const fn is_without(_control: Control) -> bool {
    false
}

/// Whether a control is left out: as `redteam` tells the programs that it starts.
#[cfg(feature = "test-switches")]
pub(crate) fn is_without(control: Control) -> bool {
    let left_out = std::env::var(cofferdam_redteam::Machine::WITHOUT_VARIABLE);
    left_out.is_ok_and(|keys| keys.split(',').any(|key| key == control.key()))
}

/// The sandbox's part of them.
#[cfg(feature = "test-switches")]
pub(crate) fn switches() -> cofferdam_sandbox::TestSwitches {
    switches_for(is_without)
}

/// The sandbox's part of the controls for which `is_without` holds.
#[cfg(feature = "test-switches")]
pub(crate) fn switches_for(
    is_without: impl Fn(Control) -> bool,
) -> cofferdam_sandbox::TestSwitches {
    cofferdam_sandbox::TestSwitches {
        without_own_root: is_without(Control::OwnRoot),
        without_landlock: is_without(Control::Landlock),
        without_seccomp: is_without(Control::SystemCalls),
        without_seal: is_without(Control::Seal),
        without_closing: is_without(Control::Descriptors),
        without_path_checks: is_without(Control::Paths),
        without_limits: is_without(Control::Limits),
    }
}
