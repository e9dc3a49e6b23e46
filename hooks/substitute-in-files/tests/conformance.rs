//! Every case of the vectors for this hook, run through the whole step in a real folder.

use cofferdam_conformance_cases::steps::{Hook, test};
use cofferdam_hook_substitute_in_files::{run, run_without_secrets};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    test(&[
        (Hook::SubstituteInFiles, |folder, variables, log| {
            run(folder, variables, log).map(drop).map_err(|error| error.to_string())
        }),
        (Hook::SubstituteWithoutSecrets, |folder, variables, log| {
            run_without_secrets(folder, variables, log).map(drop).map_err(|error| error.to_string())
        }),
    ])
}
