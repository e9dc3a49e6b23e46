//! Convention 9, XML configuration transforms: one file says how another is to be changed.
//!
//! [`run`] does the whole step for a folder: it finds configuration files and the transform files
//! that go with them (`web.Release.config` with `web.config`, or `a.config => b.config`), and
//! applies each pair with the engine in [`xdt`].
//!
//! ```
//! use cofferdam_hook_xml_transforms::run;
//! use cofferdam_octostache::Variables;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let folder = folder.path();
//! std::fs::write(folder.join("web.config"), "<web>\n  <a x=\"1\" />\n</web>\n").unwrap();
//! std::fs::write(
//!     folder.join("web.Release.config"),
//!     r#"<web xmlns:xdt="http://schemas.microsoft.com/XML-Document-Transform">
//!          <a x="2" xdt:Transform="SetAttributes" />
//!        </web>"#,
//! )
//! .unwrap();
//! let mut variables = Variables::new();
//! variables.set("Octopus.Action.EnabledFeatures", Some("Octopus.Features.ConfigurationTransforms"));
//! variables.set(
//!     "Octopus.Action.Package.AutomaticallyRunConfigurationTransformationFiles",
//!     Some("True"),
//! );
//! let report = run(folder, &variables, &mut Vec::new())?;
//! assert_eq!(report.applied, [("web.config".to_owned(), "web.Release.config".to_owned())]);
//! let text = std::fs::read_to_string(folder.join("web.config")).unwrap();
//! assert_eq!(text, "<web>\n  <a x=\"2\" />\n</web>\n");
//! # Ok::<(), cofferdam_hook_xml_transforms::Error>(())
//! ```
//!
//! # Variables
//!
//! | name, after `Octopus.Action.Package.` | meaning |
//! |---|---|
//! | `AdditionalXmlConfigurationTransforms` | definitions, separated by commas or lines: a suffix, or `transform => target` |
//! | `AutomaticallyRunConfigurationTransformationFiles` | also `Release`, the environment's and the tenant's name as suffixes |
//! | `TreatConfigTransformationWarningsAsErrors` | whether a warning fails the step; it does by default |
//! | `IgnoreConfigTransformationErrors` | warnings are information, errors warnings, unreadable files left alone |
//! | `SuppressConfigTransformationLogging` | `True`: the engine does not tell its steps |
//! | `EnableDiagnosticsConfigTransformationLogging` | `True`: says of every file and definition why they do not meet |
//!
//! Besides: `Octopus.Action.EnabledFeatures` has to have `Octopus.Features.ConfigurationTransforms`;
//! `Octopus.Environment.Name`, `Octopus.Deployment.Tenant.Name`, `Octopus.Action.AdditionalPaths`.
//!
//! # Other than the original
//!
//! - No path leads out of the folder: an absolute transform file has to be inside of it, `..` may not
//!   climb out, additional paths are folders in it. Links are not followed.
//! - Files are taken in the order of their paths, not in that of the file system.
//! - `\` and `/` both separate folders, on every system.
//! - A file whose content stays the same is not written.
//! - A file in an encoding that is not UTF-8, and says so in its declaration only, is read in it.
//!   The original loses every character beyond ASCII. What the encoding of a file cannot hold
//!   becomes a character reference, not `?`.
//! - `Import` is an error: it loads .NET code.

mod definition;
pub mod encoding;
mod error;
mod locate;
mod options;
mod paths;
mod perform;
mod run;
pub mod xdt;

pub use definition::{Definition, Target};
pub use error::Error;
pub use locate::{Inventory, Outside, transform_files};
pub use options::Severity;
pub use run::{APPLIED_TRANSFORMS, Report, run};
