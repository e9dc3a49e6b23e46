//! The variables that Cofferdam sets itself.

use std::collections::BTreeMap;

use cofferdam_variables::{Value, VariableSet};

use crate::journal::{Entry, PreviousOf};

/// Where the package was extracted to.
pub(crate) const ORIGINAL_FOLDER: &str = "OctopusOriginalPackageDirectoryPath";
/// Where the files are now: the extraction folder, later the custom installation folder.
pub(crate) const INSTALLATION_FOLDER: &str = "Octopus.Action.Package.InstallationDirectoryPath";
/// The same, under its older name.
pub(crate) const INSTALLATION_FOLDER_OLD: &str = "Package.InstallationDirectoryPath";
/// Files extracted.
pub(crate) const EXTRACTED_FILES: &str = "Package.ExtractedFileCount";
/// Files copied to the custom installation folder.
pub(crate) const COPIED_FILES: &str = "Package.CopiedFileCount";
/// The last error with everything known about it.
pub(crate) const LAST_ERROR: &str = "OctopusLastError";
/// The last error.
pub(crate) const LAST_ERROR_MESSAGE: &str = "OctopusLastErrorMessage";

/// The names of all variables that Cofferdam may set, so that policy can decide about them in time.
pub const DERIVED_VARIABLES: &[&str] = &[
    ORIGINAL_FOLDER,
    INSTALLATION_FOLDER,
    INSTALLATION_FOLDER_OLD,
    EXTRACTED_FILES,
    COPIED_FILES,
    LAST_ERROR,
    LAST_ERROR_MESSAGE,
    "Octopus.Tentacle.PreviousInstallation.PackageVersion",
    "Octopus.Tentacle.PreviousInstallation.PackageFilePath",
    "Octopus.Tentacle.PreviousInstallation.OriginalInstalledPath",
    "Octopus.Tentacle.PreviousInstallation.CustomInstallationDirectory",
    "Octopus.Tentacle.PreviousSuccessfulInstallation.PackageVersion",
    "Octopus.Tentacle.PreviousSuccessfulInstallation.PackageFilePath",
    "Octopus.Tentacle.PreviousSuccessfulInstallation.OriginalInstalledPath",
    "Octopus.Tentacle.PreviousSuccessfulInstallation.CustomInstallationDirectory",
];

/// The variables about earlier deployments begin with this.
const PAST: &str = "Octopus.Tentacle.Previous";

/// The version that the last successful deployment installed.
const PREVIOUS_SUCCESSFUL_VERSION: &str =
    "Octopus.Tentacle.PreviousSuccessfulInstallation.PackageVersion";

/// The variables that say what was deployed before, with their values.
pub(crate) fn past(variables: &VariableSet) -> BTreeMap<String, String> {
    let names = DERIVED_VARIABLES.iter().filter(|name| name.starts_with(PAST));
    let set = names.filter_map(|name| {
        let value = variables.get(name)?.expose()?;
        Some(((*name).to_owned(), value.to_owned()))
    });
    set.collect()
}

/// What [`past`] says of the last successful deployment.
pub(crate) fn previous_version(variables: &VariableSet) -> Option<String> {
    let version = variables.get(PREVIOUS_SUCCESSFUL_VERSION)?.expose()?;
    (!version.is_empty()).then(|| version.to_owned())
}

/// Sets what is known of the previous installation; empty texts where there is none.
pub(crate) fn set_previous(
    variables: &mut VariableSet,
    previous: &PreviousOf,
    root: &std::path::Path,
) {
    let sides = [
        ("PreviousInstallation", &previous.latest),
        ("PreviousSuccessfulInstallation", &previous.latest_successful),
    ];
    for (kind, entry) in sides {
        let text = |of: &dyn Fn(&Entry) -> String| entry.as_ref().map(of).unwrap_or_default();
        let values = [
            ("PackageVersion", text(&|entry| entry.package_version.clone())),
            ("PackageFilePath", text(&|entry| entry.package_file.to_string_lossy().into_owned())),
            (
                "OriginalInstalledPath",
                text(&|entry| root.join(&entry.folder).to_string_lossy().into_owned()),
            ),
            (
                "CustomInstallationDirectory",
                text(&|entry| {
                    let custom = entry.installation_folder.clone();
                    custom.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default()
                }),
            ),
        ];
        for (name, value) in values {
            variables.set_output(&format!("Octopus.Tentacle.{kind}.{name}"), Value::plain(value));
        }
    }
}
