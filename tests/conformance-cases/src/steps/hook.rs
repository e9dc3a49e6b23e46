//! The hook that a case is about.

/// A built-in hook, and how it is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hook {
    /// Templates in files.
    SubstituteInFiles,
    /// The same program, started so that it fails when something cannot be evaluated because
    /// secrets have been left out.
    SubstituteWithoutSecrets,
    /// XML document transforms.
    ConfigurationTransforms,
    /// `appSettings`, `connectionStrings`, `applicationSettings`.
    ConfigurationVariables,
    /// JSON, YAML, XML, Properties.
    StructuredConfigurationVariables,
}

impl Hook {
    /// The name of the program, as the built-in hooks are known by.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SubstituteInFiles | Self::SubstituteWithoutSecrets => "SubstituteInFiles",
            Self::ConfigurationTransforms => "ConfigurationTransforms",
            Self::ConfigurationVariables => "ConfigurationVariables",
            Self::StructuredConfigurationVariables => "StructuredConfigurationVariables",
        }
    }

    /// The arguments that the program is started with.
    #[must_use]
    pub const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::SubstituteWithoutSecrets => &["--without-secrets"],
            _ => &[],
        }
    }
}
