//! `FEATURES`: what Cofferdam knows about the features that Octopus Deploy has.

/// A feature that may be named in `Octopus.Action.EnabledFeatures`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Its name.
    pub name: &'static str,
    /// What enabling it does here.
    pub support: Support,
}

/// What enabling a feature does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It switches a convention or an option on.
    Known,
    /// Octopus does it with native code and scripts. A deployment that enables it is refused, unless
    /// the operator's catalogue has a hook of its name.
    NeedsCatalogue,
}

/// The feature that runs hooks out of `Octopus.Action.CustomScripts.*` variables.
pub const CUSTOM_SCRIPTS: &str = "Octopus.Features.CustomScripts";

use Support::{Known, NeedsCatalogue};

/// The features of Octopus Deploy's package step.
pub const FEATURES: [Feature; 14] = [
    Feature { name: "Octopus.Features.CustomDirectory", support: Known },
    Feature { name: CUSTOM_SCRIPTS, support: Known },
    Feature { name: "Octopus.Features.SubstituteInFiles", support: Known },
    Feature { name: "Octopus.Features.ConfigurationTransforms", support: Known },
    Feature { name: "Octopus.Features.ConfigurationVariables", support: Known },
    Feature { name: "Octopus.Features.JsonConfigurationVariables", support: Known },
    Feature { name: "Octopus.Features.HelloWorld", support: NeedsCatalogue },
    Feature { name: "Octopus.Features.IISWebSite", support: NeedsCatalogue },
    Feature { name: "Octopus.Features.Nginx", support: NeedsCatalogue },
    Feature { name: "Octopus.Features.WindowsService", support: NeedsCatalogue },
    Feature { name: "Octopus.Features.Vhd", support: NeedsCatalogue },
    Feature { name: "Octopus.Features.RedGateDatabase", support: NeedsCatalogue },
    Feature { name: "Octopus.Features.TomcatDeployManager", support: NeedsCatalogue },
    Feature { name: "Octopus.Features.WildflyDeployCLI", support: NeedsCatalogue },
];

/// What is known about a feature of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Feature> {
    FEATURES.iter().find(|feature| feature.name == name)
}
