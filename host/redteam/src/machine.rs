//! What is attacked: a program with its settings, on this machine.

use std::path::PathBuf;

use cofferdam_capability::Grant;
use cofferdam_sandbox::{Sandbox, UserIds};

use crate::Control;

/// The program that is attacked, and the settings that it is attacked with.
#[derive(Debug)]
pub struct Machine {
    /// The program. Each attack but the native ones starts it as an operator would.
    pub program: PathBuf,
    /// A settings file's text: policy, `[limits]`, `[[grant]]` tables. One grant more is added, of a secret
    /// that some attacks print.
    pub settings: String,
    /// Arguments that every command with a sandbox gets, such as `--worker-user`.
    pub sandbox_arguments: Vec<String>,
    /// The user that workers become, who has to be able to write to the enclosures.
    pub worker_user: Option<UserIds>,
    /// The sandbox whose workers the native attacks are carried out in. It keeps compiled code in the
    /// folder of [`Machine::cache_dir`].
    pub sandbox: Sandbox,
    /// Where scratch folders are made, each removed after its attack.
    pub scratch: PathBuf,
    /// Where the program keeps compiled code while it is attacked.
    pub cache_dir: PathBuf,
    /// What policy grants a hook that nobody knows; the native attacks run under it.
    pub grant: Grant,
    /// Controls that are left out. Needs a program that was built for that.
    pub without: Vec<Control>,
}

impl Machine {
    /// The environment variable that tells a program built for it what to leave out.
    pub const WITHOUT_VARIABLE: &str = "COFFERDAM_TEST_WITHOUT";

    /// Whether a control is left out.
    #[must_use]
    pub fn is_without(&self, control: Control) -> bool {
        self.without.contains(&control)
    }
}
