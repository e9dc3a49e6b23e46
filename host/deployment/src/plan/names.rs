//! How files in the root of a package are recognised as hooks.

use cofferdam_audit::SIGNATURE_SUFFIXES;

use crate::Stage;

/// The extensions of hooks.
const HOOK_EXTENSIONS: [&str; 2] = ["wasm", "wat"];

/// The extensions of scripts that Octopus would run.
const SCRIPT_EXTENSIONS: [&str; 5] = ["ps1", "sh", "py", "csx", "fsx"];

/// What the name of a file in the package's root says, ignoring case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootFile {
    /// A hook of a stage.
    Hook(Stage),
    /// A script that Octopus would run at a stage, and Cofferdam does not.
    Script(Stage),
}

/// What a file name in the package's root says; `None` for a file that is neither.
#[must_use]
pub fn root_file(name: &str) -> Option<RootFile> {
    let (stem, extension) = name.split_once('.')?;
    let open = Stage::ALL.iter().filter(|stage| stage.is_open_to_all());
    let stage = *open.into_iter().find(|stage| stage.name().eq_ignore_ascii_case(stem))?;
    let is = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(extension));
    match () {
        () if is(&HOOK_EXTENSIONS) => Some(RootFile::Hook(stage)),
        () if is(&SCRIPT_EXTENSIONS) => Some(RootFile::Script(stage)),
        () => None,
    }
}

/// Whether a file name in the package's root is that of a hook of this stage, or of its signature.
pub(crate) fn belongs_to_hook_of(name: &str, stage: Stage) -> bool {
    root_file(name) == Some(RootFile::Hook(stage)) || is_signature_of_hook(name, Some(stage))
}

/// Whether a file name in the package's root is that of the signature of a hook, of this stage if one
/// is given.
pub(super) fn is_signature_of_hook(name: &str, stage: Option<Stage>) -> bool {
    let mut signed = SIGNATURE_SUFFIXES.iter().filter_map(|suffix| name.strip_suffix(suffix));
    signed.any(|hook| match root_file(hook) {
        Some(RootFile::Hook(found)) => stage.is_none_or(|stage| stage == found),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, expected) in [
            ("PreDeploy.wasm", Some(RootFile::Hook(Stage::PreDeploy))),
            ("DEPLOYFAILED.WAT", Some(RootFile::Hook(Stage::DeployFailed))),
            ("deploy.sh", Some(RootFile::Script(Stage::Deploy))),
            ("PostDeploy.fsx", Some(RootFile::Script(Stage::PostDeploy))),
            // Not a stage that packages have, not the extension, not the whole name.
            ("BeforeDeploy.wasm", None),
            ("Deploy.txt", None),
            ("Deploy.old.wasm", None),
            ("Deploy", None),
        ] {
            assert_eq!(root_file(name), expected, "{name}");
        }
    }

    #[test]
    fn signatures_go_with_their_hooks() {
        for (name, expected) in [
            ("PreDeploy.wasm.sig", true),
            ("predeploy.WAT.dsse.json", true),
            ("PreDeploy.wasm", true),
            ("Deploy.wasm.sig", false),
            ("PreDeploy.ps1.sig", false),
            ("PreDeploy.sig", false),
        ] {
            assert_eq!(belongs_to_hook_of(name, Stage::PreDeploy), expected, "{name}");
        }
    }
}
