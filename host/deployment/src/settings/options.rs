//! `OPTIONS`: every option that is an Octopus variable, in one table.

/// What an option's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// A text.
    Text,
    /// `true` or `false`.
    Flag,
    /// Texts, separated by commas in the variable, an array in the settings file.
    List,
    /// Texts, one on a line in the variable, an array in the settings file.
    Lines,
    /// A whole number.
    Number,
}

/// An option that is an Octopus variable: setting the one is setting the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Option {
    /// The key in the settings file; with `--` in front the option of the command line, where it
    /// has one.
    pub key: &'static str,
    /// The variable.
    pub variable: &'static str,
    /// What its value is.
    pub kind: OptionKind,
    /// What holds when nobody says anything, as documentation shows it.
    pub default: &'static str,
    /// What it does.
    pub what: &'static str,
}

use OptionKind::{Flag, Lines, List, Number, Text};

const fn row(
    key: &'static str,
    variable: &'static str,
    kind: OptionKind,
    default: &'static str,
    what: &'static str,
) -> Option {
    Option { key, variable, kind, default, what }
}

/// Every option that is an Octopus variable, in the order in which documentation lists them.
#[rustfmt::skip]
pub const OPTIONS: &[Option] = &[
    row("root", "Octopus.Tentacle.Agent.ApplicationDirectoryPath", Text, "$HOME/Applications",
        "the folder below which packages are extracted"),
    row("environment", "Octopus.Environment.Name", Text, "",
        "the environment that is deployed to; a folder of the extraction path"),
    row("tenant", "Octopus.Deployment.Tenant.Name", Text, "",
        "the tenant that is deployed for; a folder of the extraction path"),
    row("machine", "Octopus.Machine.Name", Text, "the host's name",
        "the name of the target, in the names of output variables and in policy"),
    row("action", "Octopus.Action.Name", Text, "",
        "the name of the step, in the names of output variables"),
    row("feed", "Octopus.Action.Package.FeedId", Text, "",
        "the feed that the package was fetched from, as whoever fetched it says; policy decides on it"),
    row("features", "Octopus.Action.EnabledFeatures", List, "",
        "the features that are enabled"),
    row("run-hooks", "Octopus.Action.Package.RunScripts", Flag, "true",
        "whether the package's own hooks run (its DeployFailed always does)"),
    row("delete-hooks", "OctopusDeleteScriptsOnCleanup", Flag, "true",
        "whether the package's hooks are deleted after they ran"),
    row("fail-on-error-output", "Octopus.Action.FailScriptOnErrorOutput", Flag, "false",
        "whether a package or custom hook that prints on standard error has failed"),
    row("skip-remaining", "Octopus.Action.SkipRemainingConventions", Flag, "false",
        "whether the deployment ends, successfully, after the present convention; a hook may set it"),
    row("skip-if-installed", "Octopus.Action.Package.SkipIfAlreadyInstalled", Flag, "false",
        "whether nothing is done when the last deployment of this package installed this version"),
    row("skip-journal", "Octopus.Action.SkipJournal", Flag, "false",
        "whether the deployment is left out of the journal"),
    row("policy-set", "OctopusRetentionPolicySet", Text, "",
        "what deployments are compared and retained with: those of the same set"),
    row("installation-directory", "Octopus.Action.Package.CustomInstallationDirectory", Text, "",
        "the folder that the files are copied to (convention 12); absolute"),
    row("purge", "Octopus.Action.Package.CustomInstallationDirectoryShouldBePurgedBeforeDeployment", Flag, "false",
        "whether the installation directory is emptied first"),
    row("purge-exclusions", "Octopus.Action.Package.CustomInstallationDirectoryPurgeExclusions", Lines, "",
        "what purging keeps: patterns relative to the installation directory"),
    row("substitute-files", "Octopus.Action.SubstituteInFiles.TargetFiles", Lines, "",
        "the files in which `#{...}` is replaced (convention 8)"),
    row("transforms", "Octopus.Action.Package.AdditionalXmlConfigurationTransforms", Lines, "",
        "additional configuration transforms (convention 9)"),
    row("automatic-transforms", "Octopus.Action.Package.AutomaticallyRunConfigurationTransformationFiles", Flag, "false",
        "whether `*.Release.config` and `*.<Environment>.config` are applied (convention 9)"),
    row("update-app-settings", "Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings", Flag, "false",
        "whether settings in `*.config` files are set from variables (convention 10)"),
    row("structured-files", "Octopus.Action.Package.JsonConfigurationVariablesTargets", Lines, "",
        "the files whose values are set from variables (convention 11)"),
    row("update-iis-website", "Octopus.Action.Package.UpdateIisWebsite", Flag, "false",
        "not available: enabling it is an error (convention 16)"),
    row("skip-free-disk-space-check", "OctopusSkipFreeDiskSpaceCheck", Flag, "false",
        "whether to begin without looking for free space"),
    row("free-disk-space-mib", "OctopusFreeDiskSpaceOverrideInMegaBytes", Number, "500",
        "MiB that must remain free beside the package's files"),
];

/// The option with this key in the settings file.
#[must_use]
pub fn option(key: &str) -> std::option::Option<&'static Option> {
    OPTIONS.iter().find(|option| option.key == key)
}

/// The variables that are read without being options of their own.
pub(crate) mod names {
    /// See the table.
    pub(crate) const ROOT: &str = "Octopus.Tentacle.Agent.ApplicationDirectoryPath";
    pub(crate) const ENVIRONMENT: &str = "Octopus.Environment.Name";
    pub(crate) const TENANT: &str = "Octopus.Deployment.Tenant.Name";
    pub(crate) const MACHINE: &str = "Octopus.Machine.Name";
    pub(crate) const ACTION: &str = "Octopus.Action.Name";
    pub(crate) const FEED: &str = "Octopus.Action.Package.FeedId";
    pub(crate) const FEATURES: &str = "Octopus.Action.EnabledFeatures";
    pub(crate) const RUN_HOOKS: &str = "Octopus.Action.Package.RunScripts";
    pub(crate) const DELETE_HOOKS: &str = "OctopusDeleteScriptsOnCleanup";
    pub(crate) const FAIL_ON_ERROR_OUTPUT: &str = "Octopus.Action.FailScriptOnErrorOutput";
    pub(crate) const SKIP_REMAINING: &str = "Octopus.Action.SkipRemainingConventions";
    pub(crate) const SKIP_IF_INSTALLED: &str = "Octopus.Action.Package.SkipIfAlreadyInstalled";
    pub(crate) const SKIP_JOURNAL: &str = "Octopus.Action.SkipJournal";
    pub(crate) const POLICY_SET: &str = "OctopusRetentionPolicySet";
    pub(crate) const INSTALLATION: &str = "Octopus.Action.Package.CustomInstallationDirectory";
    pub(crate) const PURGE: &str =
        "Octopus.Action.Package.CustomInstallationDirectoryShouldBePurgedBeforeDeployment";
    pub(crate) const PURGE_EXCLUSIONS: &str =
        "Octopus.Action.Package.CustomInstallationDirectoryPurgeExclusions";
    pub(crate) const UPDATE_APP_SETTINGS: &str =
        "Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings";
    pub(crate) const UPDATE_IIS: &str = "Octopus.Action.Package.UpdateIisWebsite";
    pub(crate) const SKIP_FREE_SPACE: &str = "OctopusSkipFreeDiskSpaceCheck";
    pub(crate) const FREE_SPACE_MIB: &str = "OctopusFreeDiskSpaceOverrideInMegaBytes";
    pub(crate) const CUSTOM_SCRIPTS: &str = "Octopus.Action.CustomScripts.";
    pub(crate) const ARCHIVE_LIMITS_ENABLED: &str = "Octopus.Calamari.ArchiveLimits.Enabled";
    pub(crate) const ARCHIVE_MAX_BYTES: &str =
        "Octopus.Calamari.ArchiveLimits.MaximumUncompressedSize";
    pub(crate) const ARCHIVE_MAX_RATIO: &str =
        "Octopus.Calamari.ArchiveLimits.MaximumCompressionRatio";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_variables_are_distinct_and_the_names_are_in_the_table() {
        for (index, option) in OPTIONS.iter().enumerate() {
            for other in &OPTIONS[..index] {
                assert_ne!(option.key, other.key);
                assert!(!option.variable.eq_ignore_ascii_case(other.variable), "{}", option.key);
            }
        }
        for name in [
            names::ROOT,
            names::ENVIRONMENT,
            names::TENANT,
            names::MACHINE,
            names::ACTION,
            names::FEED,
            names::FEATURES,
            names::RUN_HOOKS,
            names::DELETE_HOOKS,
            names::FAIL_ON_ERROR_OUTPUT,
            names::SKIP_REMAINING,
            names::SKIP_IF_INSTALLED,
            names::SKIP_JOURNAL,
            names::POLICY_SET,
            names::INSTALLATION,
            names::PURGE,
            names::PURGE_EXCLUSIONS,
            names::UPDATE_APP_SETTINGS,
            names::UPDATE_IIS,
            names::SKIP_FREE_SPACE,
            names::FREE_SPACE_MIB,
        ] {
            assert!(OPTIONS.iter().any(|option| option.variable == name), "{name}");
        }
    }
}
