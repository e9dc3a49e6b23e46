//! Every case of the vectors for this hook, run through the whole step in a real folder.

use cofferdam_conformance_cases::steps::{Hook, test};
use cofferdam_hook_structured_variables::run;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    test(&[(Hook::StructuredConfigurationVariables, |folder, variables, log| {
        run(folder, variables, log).map(drop).map_err(|error| error.to_string())
    })])
}
