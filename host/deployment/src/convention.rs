//! `CONVENTIONS`: the twenty steps of a deployment, in their fixed order.

use serde::{Deserialize, Serialize};

use crate::Stage;

/// One of the twenty steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convention {
    /// From 1 to 20.
    pub number: u8,
    /// The name in plans, events and the journal.
    pub name: &'static str,
    /// What it does, as a clause.
    pub what: &'static str,
    /// Who does it.
    pub kind: ConventionKind,
}

/// Who does the work of a convention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConventionKind {
    /// Cofferdam itself.
    BuiltIn(BuiltIn),
    /// A hook that ships with Cofferdam, when its feature is enabled; it parses files of the package,
    /// which the program itself never does.
    Configuration {
        /// The feature that enables it.
        feature: &'static str,
        /// The name of the built-in hook.
        hook: &'static str,
    },
    /// Hooks of features.
    Features(Stage),
    /// Custom hooks and the package's own, in this order.
    Hooks {
        /// The stage.
        stage: Stage,
        /// Who comes first.
        order: [HookSource; 2],
    },
}

/// The steps that Cofferdam does itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltIn {
    /// See convention 1.
    AlreadyInstalled,
    /// See convention 2.
    Acquire,
    /// See convention 3.
    Extract,
    /// See convention 7.
    DeleteTemporaryFiles,
    /// See convention 12.
    CustomInstallation,
    /// See convention 16.
    IisHomeDirectory,
    /// See convention 20.
    Journal,
}

/// Where a hook comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookSource {
    /// The root of the package.
    Package,
    /// The operator, for this deployment.
    Custom,
    /// The operator's catalogue of features.
    Feature,
    /// Cofferdam itself.
    BuiltIn,
}

impl std::fmt::Display for HookSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Package => "package",
            Self::Custom => "custom",
            Self::Feature => "feature",
            Self::BuiltIn => "built-in",
        })
    }
}

use BuiltIn as B;
use ConventionKind::{BuiltIn as Own, Configuration, Features, Hooks};
use HookSource::{Custom, Package};

const fn row(
    number: u8,
    name: &'static str,
    kind: ConventionKind,
    what: &'static str,
) -> Convention {
    Convention { number, name, what, kind }
}

const fn configuration(feature: &'static str, hook: &'static str) -> ConventionKind {
    Configuration { feature, hook }
}

/// All steps. Everything that lists, plans, runs or documents them is made from this table.
///
/// The order is that of Octopus Deploy's package step; see `docs/differences-from-octopus.md`.
#[rustfmt::skip]
pub const CONVENTIONS: [Convention; 20] = [
    row(1, "already installed", Own(B::AlreadyInstalled),
        "stop here if this version is installed already and the operator wants that"),
    row(2, "acquire", Own(B::Acquire),
        "make sure of the package file, its format and its digest"),
    row(3, "extract", Own(B::Extract),
        "extract the package to a fresh folder"),
    row(4, "features before PreDeploy", Features(Stage::BeforePreDeploy),
        "run the hooks of enabled features"),
    row(5, "PreDeploy", Hooks { stage: Stage::PreDeploy, order: [Custom, Package] },
        "run the custom hook, then the package's"),
    row(6, "features after PreDeploy", Features(Stage::AfterPreDeploy),
        "run the hooks of enabled features"),
    row(7, "temporary files", Own(B::DeleteTemporaryFiles),
        "delete temporary files of the package"),
    row(8, "substitute in files", configuration("Octopus.Features.SubstituteInFiles", "SubstituteInFiles"),
        "replace `#{...}` in chosen files"),
    row(9, "configuration transforms", configuration("Octopus.Features.ConfigurationTransforms", "ConfigurationTransforms"),
        "apply XML transforms to configuration files"),
    row(10, "configuration variables", configuration("Octopus.Features.ConfigurationVariables", "ConfigurationVariables"),
        "set application settings and connection strings in XML configuration files"),
    row(11, "structured configuration", configuration("Octopus.Features.JsonConfigurationVariables", "StructuredConfigurationVariables"),
        "set values in JSON, YAML, XML and properties files"),
    row(12, "custom installation folder", Own(B::CustomInstallation),
        "copy everything to the folder that the operator chose, and go on there"),
    row(13, "features before Deploy", Features(Stage::BeforeDeploy),
        "run the hooks of enabled features"),
    row(14, "Deploy", Hooks { stage: Stage::Deploy, order: [Package, Custom] },
        "run the package's hook, then the custom one"),
    row(15, "features after Deploy", Features(Stage::AfterDeploy),
        "run the hooks of enabled features"),
    row(16, "IIS home directory", Own(B::IisHomeDirectory),
        "point a web site at the folder"),
    row(17, "features before PostDeploy", Features(Stage::BeforePostDeploy),
        "run the hooks of enabled features"),
    row(18, "PostDeploy", Hooks { stage: Stage::PostDeploy, order: [Package, Custom] },
        "run the package's hook, then the custom one"),
    row(19, "features after PostDeploy", Features(Stage::AfterPostDeploy),
        "run the hooks of enabled features"),
    row(20, "journal and retention", Own(B::Journal),
        "record the deployment, remove what is too old"),
];

/// Who runs at `DeployFailed`, in order.
pub const ON_FAILURE: [HookSource; 3] = [Package, Custom, HookSource::Feature];

impl Convention {
    /// The stage whose hooks it runs, if it runs any.
    #[must_use]
    pub fn stage(&self) -> Option<Stage> {
        match self.kind {
            Features(stage) | Hooks { stage, .. } => Some(stage),
            Own(_) | Configuration { .. } => None,
        }
    }

    /// Whether it does something to the target itself, and not by hooks, each of which is announced.
    #[must_use]
    pub fn changes_the_target(&self) -> bool {
        match self.kind {
            Own(B::Extract | B::CustomInstallation | B::Journal) => true,
            Own(
                B::AlreadyInstalled | B::Acquire | B::DeleteTemporaryFiles | B::IisHomeDirectory,
            )
            | Configuration { .. }
            | Features(_)
            | Hooks { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_up_and_every_stage_but_deploy_failed_comes_once_in_order() {
        for (index, convention) in CONVENTIONS.iter().enumerate() {
            assert_eq!(usize::from(convention.number), index + 1);
        }
        let stages: Vec<_> = CONVENTIONS.iter().filter_map(Convention::stage).collect();
        assert_eq!(stages, Stage::ALL[..9]);
    }

    #[test]
    fn the_documentation_has_the_same_order() {
        let page = include_str!("../../../docs/concepts.md");
        for convention in &CONVENTIONS {
            let Convention { number, name, what, .. } = convention;
            let row = format!("| {number} | {name} | {what} |");
            assert!(page.contains(&row), "docs/concepts.md lacks\n{row}");
        }
    }
}
