//! Convention 8, substitute variables in files: the `#{…}` templates in chosen files become values of variables.
//!
//! [`run`] does the whole step for a folder. A file is one template: what can be evaluated is replaced, what cannot stays
//! as it is written, and everything else, line endings included, stays byte for byte. A file that is not changed by that is
//! not written.
//!
//! ```
//! use cofferdam_hook_substitute_in_files::run;
//! use cofferdam_octostache::Variables;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let folder = folder.path();
//! std::fs::write(folder.join("app.conf"), "listen #{Port}\r\n").unwrap();
//! let mut variables = Variables::new();
//! variables.set("Port", Some("8080"));
//! variables.set("Octopus.Action.EnabledFeatures", Some("Octopus.Features.SubstituteInFiles"));
//! variables.set("Octopus.Action.SubstituteInFiles.TargetFiles", Some("**/*.conf"));
//! let report = run(folder, &variables, &mut Vec::new())?;
//! assert_eq!(report.changed, [folder.join("app.conf")]);
//! # Ok::<(), cofferdam_hook_substitute_in_files::Error>(())
//! ```
//!
//! # Variables
//!
//! | name | meaning |
//! |---|---|
//! | `Octopus.Action.EnabledFeatures` | the step is done if `Octopus.Features.SubstituteInFiles` is in this list |
//! | `Octopus.Action.SubstituteInFiles.TargetFiles` | globs, one a line; see [`cofferdam_hook_files::Pattern`] |
//! | `Octopus.Action.SubstituteInFiles.OutputEncoding` | the encoding to write in, instead of the one that was read |
//! | `Octopus.Action.SubstituteInFiles.EnableNoMatchWarning` | `False`: say nothing about a glob that matches no file |
//! | `Octopus.Action.AdditionalPaths` | more folders to look in, inside the package |
//! | `OctopusShouldFailDeploymentOnSubstitutionFails` | `True`: fail if anything in a file cannot be evaluated |
//!
//! # Encodings
//!
//! A file is read by its byte order mark, else as UTF-8, else as windows-1252, and written in the same encoding. If a value does not
//! fit into that, it is written as UTF-8, with a warning. With an output encoding of the user's choice what does not fit
//! becomes `?`, and Unicode gets a byte order mark.

mod error;
mod file;
mod run;

pub use error::Error;
pub use file::{Strictness, substitute};
pub use run::{Report, run, run_without_secrets};
