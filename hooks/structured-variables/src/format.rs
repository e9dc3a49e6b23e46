//! The four formats, and which ones a file is tried as.

use std::fmt;
use std::path::Path;

/// A configuration format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// JSON with comments and other liberties.
    Json,
    /// XML 1.0.
    Xml,
    /// YAML 1.2, with what is customary of 1.1.
    Yaml,
    /// Java properties.
    Properties,
}

/// The formats by the end of a file's name, ignoring case.
const BY_SUFFIX: [(&str, Format); 5] = [
    (".json", Format::Json),
    (".xml", Format::Xml),
    (".yml", Format::Yaml),
    (".yaml", Format::Yaml),
    (".properties", Format::Properties),
];

impl Format {
    /// All formats, in the order in which a file of unknown format is tried.
    pub const ALL: [Self; 4] = [Self::Json, Self::Xml, Self::Yaml, Self::Properties];

    /// The format that a file's name promises.
    #[must_use]
    pub fn of_name(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_lowercase();
        BY_SUFFIX.iter().find(|(suffix, _)| name.ends_with(suffix)).map(|(_, format)| *format)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "Json",
            Self::Xml => "Xml",
            Self::Yaml => "Yaml",
            Self::Properties => "Properties",
        })
    }
}
