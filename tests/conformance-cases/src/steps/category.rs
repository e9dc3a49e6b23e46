//! What results are counted by.

/// One group of cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Category {
    /// The template language.
    Octostache,
    /// Variables in JSON files.
    Json,
    /// Variables in YAML files.
    Yaml,
    /// Variables in XML files.
    Xml,
    /// Variables in Properties files.
    Properties,
    /// Variables in settings of .NET configuration files.
    ConfigVars,
    /// Templates in files.
    Substitute,
    /// Templates in files, with secrets left out.
    SubstituteNonSensitive,
    /// Whole steps over several files.
    Service,
    /// One transform of one file.
    Xdt,
    /// Which transforms apply to which file.
    XdtLocator,
    /// The step that applies transforms, over a folder.
    XdtConvention,
    /// At which level the engine for transforms logs.
    XdtLogger,
}

impl Category {
    /// All of them, in the order of reports.
    pub const ALL: [Self; 13] = [
        Self::Octostache,
        Self::Json,
        Self::Yaml,
        Self::Xml,
        Self::Properties,
        Self::ConfigVars,
        Self::Substitute,
        Self::SubstituteNonSensitive,
        Self::Service,
        Self::Xdt,
        Self::XdtLocator,
        Self::XdtConvention,
        Self::XdtLogger,
    ];

    /// Its name in reports; for cases of single files the `format` of the vectors.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Octostache => "octostache",
            Self::Json => "json",
            Self::Yaml => "yaml",
            Self::Xml => "xml",
            Self::Properties => "properties",
            Self::ConfigVars => "configvars",
            Self::Substitute => "substitute",
            Self::SubstituteNonSensitive => "substitute-nonsensitive",
            Self::Service => "service",
            Self::Xdt => "xdt",
            Self::XdtLocator => "xdt-locator",
            Self::XdtConvention => "xdt-convention",
            Self::XdtLogger => "xdt-logger",
        }
    }

    /// The category of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
    }
}
