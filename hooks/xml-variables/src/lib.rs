//! Convention 10, XML configuration variables: variables become the settings of the same name in
//! `appSettings`, `connectionStrings` and `applicationSettings` of .NET configuration files.
//!
//! [`run`] does the whole step for a folder. Only the values themselves are replaced: every other
//! byte of a file, its encoding and its byte order mark stay as they are.
//!
//! ```
//! use cofferdam_hook_xml_variables::run;
//! use cofferdam_octostache::Variables;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let folder = folder.path();
//! let text = "<configuration><appSettings><add key='Port'  value='80'/></appSettings></configuration>";
//! std::fs::write(folder.join("web.config"), text).unwrap();
//! let mut variables = Variables::new();
//! variables.set("Octopus.Action.EnabledFeatures", Some("Octopus.Features.ConfigurationVariables"));
//! variables.set(
//!     "Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings",
//!     Some("True"),
//! );
//! variables.set("port", Some("8080"));
//! let report = run(folder, &variables, &mut Vec::new())?;
//! assert_eq!(report.changed, [folder.join("web.config")]);
//! let text = std::fs::read_to_string(folder.join("web.config")).unwrap();
//! assert!(text.contains("<add key='Port'  value='8080'/>"));
//! # Ok::<(), cofferdam_hook_xml_variables::Error>(())
//! ```
//!
//! # What is a setting
//!
//! | where | its name | its value |
//! |---|---|---|
//! | `appSettings/add` | `key` | the attribute `value` |
//! | `connectionStrings/add` | `name` | the attribute `connectionString` |
//! | `setting` anywhere in `applicationSettings` | `name` | the text of the first `value` in it |
//!
//! Anywhere in the document and in any namespace. Names are compared with those of the variables,
//! case ignored. An attribute or `value` that is missing is added; a variable without a value
//! counts as the empty text.
//!
//! # Variables
//!
//! | name | meaning |
//! |---|---|
//! | `Octopus.Action.EnabledFeatures` | the step is done if `Octopus.Features.ConfigurationVariables` is in this list, |
//! | `Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings` | and this is `True` |
//! | `Octopus.Action.Package.IgnoreVariableReplacementErrors` | `True`: a file that cannot be read is left alone |
//! | `OctopusAppliedXmlConfigTransforms` | transform files, separated by a vertical bar, which are left alone |
//! | `Octopus.Action.AdditionalPaths` | more folders to look in, inside the package |
//!
//! # Other than the original
//!
//! The original writes the whole file anew as UTF-8 with a byte order mark, with other quotes,
//! white space and line ends. Ours keeps all of that. What the encoding of a file cannot hold
//! becomes a character reference.

mod encoding;
mod error;
mod replace;
mod run;
mod settings;

pub use error::{Error, FileError};
pub use replace::{Replaced, replace};
pub use run::{Report, run};
