//! Convention 11, structured configuration variables: values of variables go into configuration files.
//!
//! A variable whose name is the path of a value in a JSON or YAML file (`Logging:Level`, `Servers:0:Name`), an XPath
//! into an XML file, or the key of a Properties file takes that value's place. [`run`] does the whole step for a
//! folder; [`replace_text`] does one text.
//!
//! **Only what is replaced changes.** Every format is read with positions, and the new text is put where the old one
//! stood. Comments, order, indentation, quotes and line endings elsewhere stay as the author wrote them, byte for
//! byte, and a file in which nothing changes is not written. The original, Octopus Deploy's Calamari, writes every
//! file anew in a layout of its own.
//!
//! ```
//! use cofferdam_hook_structured_variables::{Format, Names, apply, replace_text};
//! use cofferdam_octostache::Variables;
//!
//! let mut variables = Variables::new();
//! variables.set("Server:Port", Some("8080"));
//! let text = "{ \"server\": { \"port\": 80 } } // the default\n";
//! let edits = replace_text(Format::Json, text, &mut Names::new(&variables), &mut Vec::new())?;
//! assert_eq!(apply(text, &edits), "{ \"server\": { \"port\": 8080 } } // the default\n");
//! # Ok::<(), cofferdam_hook_structured_variables::Failure>(())
//! ```
//!
//! What each format does, and where it differs from the original on purpose, is said in the modules:
//! names of variables are compared ignoring case; those that Octopus keeps for itself (`Octopus…`, but not
//! `Octopus:…`) are passed over; values are evaluated as `#{…}` templates first.

mod edit;
mod error;
pub mod file;
mod format;
mod json;
mod messages;
mod names;
mod properties;
mod replace_text;
mod run;

mod xml;
mod yaml;

pub use edit::{Edit, apply};
pub use error::{Error, Failure, SyntaxError};
pub use format::Format;
pub use names::Names;
pub use replace_text::replace_text;
pub use run::{Report, run};
