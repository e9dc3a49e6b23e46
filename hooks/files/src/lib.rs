//! What the built-in configuration hooks share when they edit files in one folder.
//!
//! A configuration hook finds files ([`Pattern`], [`roots`]), reads them as text and remembers how they were
//! encoded ([`read_text`], [`Text`]), changes the text, and puts it back ([`write_text`]), saying what it does
//! to a [`Log`]. The folder is the whole world: a pattern or path that names anything outside is an error, and
//! symbolic links are never followed.
//!
//! ```
//! use cofferdam_hook_files::{Pattern, read_text, write_text};
//! # let folder = tempfile::tempdir().unwrap();
//! # let folder = folder.path();
//! # std::fs::write(folder.join("web.config"), "port=1\r\n").unwrap();
//! let mut log = Vec::new();
//! for path in Pattern::parse("**/*.config")?.files(folder)?.files {
//!     let text = read_text(&path)?;
//!     let edited = text.content.replace("port=1", "port=2");
//!     let changed = write_text(&path, &edited, text.encoding, &mut log)?;
//!     assert!(changed);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Behaviour (encoding detection, glob syntax, messages) follows Octopus Deploy's Calamari, except that a file
//! whose content does not change is not written at all, neither its bytes nor its time of modification.

mod case;
mod charset;
mod error;
mod find;
mod log;
mod newline;
mod pattern;
mod position;
pub mod program;
mod roots;
mod segment;
mod text;
mod walk;
mod write;

pub use case::fold_case;
pub use charset::{Charset, Encoding};
pub use error::{Error, PatternError};
pub use find::find;
pub use log::{Level, Log};
pub use newline::Newline;
pub use pattern::{MAX_ALTERNATIVES, MAX_PATTERN_BYTES, Pattern};
pub use position::Position;
pub use roots::{inside, roots};
pub use text::{MAX_FILE_BYTES, Text, read_bytes, read_text, write_text};
pub use walk::{Found, MAX_FOLDER_DEPTH};
pub use write::write_if_changed;
