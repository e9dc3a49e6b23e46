//! `Stage`: the ten moments at which hooks run.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! stages {
    ($($variant:ident: $what:literal,)*) => {
        /// One of the ten moments at which hooks run. Serialises as its name.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum Stage {
            $(#[doc = $what] $variant,)*
        }

        impl Stage {
            /// All stages, in the order in which they come; `DeployFailed` last.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name that files and variables spell it with.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant),)* }
            }
        }
    };
}

stages! {
    BeforePreDeploy: "Features only, before PreDeploy.",
    PreDeploy: "After extraction, before any configuration is changed.",
    AfterPreDeploy: "Features only, after PreDeploy.",
    BeforeDeploy: "Features only, before Deploy, in the final folder.",
    Deploy: "The files are in place and configured.",
    AfterDeploy: "Features only, after Deploy.",
    BeforePostDeploy: "Features only, before PostDeploy.",
    PostDeploy: "The last stage of a package.",
    AfterPostDeploy: "Features only, after PostDeploy.",
    DeployFailed: "Instead of all that remains, when something failed.",
}

/// The stages that packages and operators may have hooks at; at the others only features do.
pub const PACKAGE_HOOK_STAGES: [Stage; 4] =
    [Stage::PreDeploy, Stage::Deploy, Stage::PostDeploy, Stage::DeployFailed];

impl Stage {
    /// Whether packages and operators may have hooks at this stage; at the others only features do.
    #[must_use]
    pub fn is_open_to_all(self) -> bool {
        PACKAGE_HOOK_STAGES.contains(&self)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A text that is not the name of a stage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a stage; a hook runs at PreDeploy, Deploy, PostDeploy or DeployFailed")]
pub struct InvalidStage(
    /// What was given.
    pub String,
);

/// Reads a name, ignoring case.
impl FromStr for Stage {
    type Err = InvalidStage;

    fn from_str(text: &str) -> Result<Self, InvalidStage> {
        let same = |stage: &&Self| stage.name().eq_ignore_ascii_case(text.trim());
        Self::ALL.iter().find(same).copied().ok_or_else(|| InvalidStage(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_ignoring_case() {
        for stage in Stage::ALL {
            assert_eq!(stage.name().to_lowercase().parse(), Ok(*stage));
        }
        assert!("Predeployed".parse::<Stage>().is_err());
    }
}
