//! Cases run in this process: the same code, without WebAssembly and without a sandbox.

use cofferdam_conformance_cases::Difference;
use cofferdam_conformance_cases::octostache::{self, Outcome};
use cofferdam_conformance_cases::steps::{Hook, Step, StepCase, run_natively};
use cofferdam_hook_structured_variables as structured_variables;
use cofferdam_hook_substitute_in_files as substitute_in_files;
use cofferdam_hook_xml_transforms as xml_transforms;
use cofferdam_hook_xml_variables as xml_variables;

use crate::folder_run::in_folder;
use crate::runner::Runner;

/// Runs cases in this process.
pub(crate) struct Native;

impl Runner for Native {
    fn step(&self, case: &dyn StepCase) -> Result<(), Difference> {
        in_folder(case, |folder, definitions| {
            Ok(run_natively(folder, definitions, step(case.hook())))
        })
    }

    fn templates(&self, cases: &[octostache::Case]) -> Vec<Result<Outcome, Difference>> {
        cases.iter().map(|case| Ok(octostache::run(case))).collect()
    }
}

/// The function that a hook's program calls.
fn step(hook: Hook) -> Step {
    match hook {
        Hook::SubstituteInFiles => |folder, variables, log| {
            let done = substitute_in_files::run(folder, variables, log);
            done.map(drop).map_err(|error| error.to_string())
        },
        Hook::SubstituteWithoutSecrets => |folder, variables, log| {
            let done = substitute_in_files::run_without_secrets(folder, variables, log);
            done.map(drop).map_err(|error| error.to_string())
        },
        Hook::ConfigurationTransforms => |folder, variables, log| {
            let done = xml_transforms::run(folder, variables, log);
            done.map(drop).map_err(|error| error.to_string())
        },
        Hook::ConfigurationVariables => |folder, variables, log| {
            let done = xml_variables::run(folder, variables, log);
            done.map(drop).map_err(|error| error.to_string())
        },
        Hook::StructuredConfigurationVariables => |folder, variables, log| {
            let done = structured_variables::run(folder, variables, log);
            done.map(drop).map_err(|error| error.to_string())
        },
    }
}
