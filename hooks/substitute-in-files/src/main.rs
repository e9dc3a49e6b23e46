//! The hook as a program: convention 8 for the folder that it is started in.
//!
//! With the argument `--without-secrets` whatever cannot be evaluated is a failure: for callers that hand in
//! no secrets, and want to be told where one would have been needed.

use cofferdam_hook_files::program;
use cofferdam_hook_substitute_in_files::{run, run_without_secrets};

/// The argument for callers that hand in no secrets.
const WITHOUT_SECRETS: &str = "--without-secrets";

fn main() {
    let without_secrets = std::env::args().skip(1).any(|argument| argument == WITHOUT_SECRETS);
    let step = if without_secrets { run_without_secrets } else { run };
    if let Err(error) = step(program::folder(), &program::variables(), &mut program::HostLog) {
        cofferdam_sdk::fail(error);
    }
}
