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
//! # Names
//!
//! Names of variables are compared ignoring case. Those that Octopus keeps for itself (`Octopus…`, but not `Octopus:…`) are
//! passed over, save in XML. Values are evaluated as `#{…}` templates first; what cannot be resolved stays as text.
//!
//! # Formats
//!
//! | | a variable names | its value becomes |
//! |---|---|---|
//! | JSON | a value, by names and indexes joined with `:` | what the old value was if it can be: a number, true or false, an object or array; else a text. Null only in place of a text or null |
//! | YAML | a value in any document, likewise | a scalar in the style of the old one; in place of a mapping or sequence, YAML of its own |
//! | XML | all nodes that an XPath 2.0 selects; a name is tried if it has `/` or `:` | text, or markup in an element that has elements |
//! | Properties | the value of a key, its escapes undone | the value, escaped |
//!
//! A file is tried in the formats that its name promises, JSON always first; one of unknown kind in all of [`Format::ALL`].
//!
//! # Differences from the original, on purpose
//!
//! * Nothing is laid out anew: no lost comments, blank lines, quotes, number formats or empty values. A file without any match
//!   is not written; an empty one does not become `{}`.
//! * YAML: a comment before a value does not keep it from being replaced, and is not drawn into it. An alias as a value does
//!   not confuse keys and values after it. A replaced mapping or sequence keeps its anchor if there are aliases to it.
//! * JSON: a comment at the start does not replace the whole file. A number is written as the variable has it, with all digits.
//! * Paths stay inside the folder: a target or additional path that is absolute or has `..` is an error, and symbolic links
//!   are not followed.
//! * An error says file, line and column, and leaves the file as it was. Nesting, sizes and expansion are limited.

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
