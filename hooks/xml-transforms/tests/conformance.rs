//! Every case of the vectors for this hook, run through the whole step in a real folder.
//!
//! What the engine does where the step would fail and write nothing is tested in `engine.rs`.

use cofferdam_conformance_cases::steps::{Hook, test};
use cofferdam_hook_xml_transforms::run;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    test(&[(Hook::ConfigurationTransforms, |folder, variables, log| {
        run(folder, variables, log).map(drop).map_err(|error| error.to_string())
    })])
}
