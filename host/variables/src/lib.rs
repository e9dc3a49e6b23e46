//! Variables: what a deployment is told, and what must not be told on.
//!
//! * [`Value`]: a text that is [plain or sensitive](Sensitivity). A sensitive value cannot be
//!   printed by accident: it has no `Display`, and its `Debug` is `***`. Reading it is spelled
//!   [`Value::expose`].
//! * [`VariableSet`]: names (compared ignoring case) and values, in the order they were first set.
//!   Values are templates of the `#{...}` language and are evaluated when they are read, as Octopus
//!   does it; an evaluated value is sensitive if any variable that it used is.
//! * [`load_file`]: variables from JSON, TOML or an encrypted file as Octopus Deploy writes it.
//! * [`Masker`] and [`MaskedStream`]: replace sensitive values in everything that leaves the host.
//!
//! # Precedence
//!
//! A variable may come from several places. There is one order, [`PRECEDENCE`]; a later place wins,
//! and within one place the later statement does:
//!
//! 1. defaults built into the program,
//! 2. the settings file (`cofferdam.toml`),
//! 3. `--variables` files, in the order given,
//! 4. `--variable` and `--sensitive-variable`,
//! 5. what Cofferdam derives itself: the previous installation, the folders of this one.
//!
//! [`Layers`] puts them together whatever the order they are found in.
//!
//! # Outputs are literal
//!
//! A hook's output variable is never evaluated as a template. In Octopus it is, so that a hook which
//! may not read `Password` could output `#{Password}` and have the value appear wherever its output
//! is used. [`VariableSet::set_output`] keeps such a text as it is.

mod evaluate;
mod file;
mod layers;
mod mask_forms;
mod masked_stream;
mod masker;
mod name;
mod value;
mod variable_set;

pub use evaluate::EvaluateError;
pub use file::{
    FilePosition, MAX_VARIABLES_FILE_BYTES, VariablesFileError, load_encrypted_file, load_file,
    parse_text, parse_toml_variables,
};
pub use layers::{Layer, LayerFacts, Layers, PRECEDENCE};
pub use mask_forms::{MIN_MASKED_CHARS, MIN_MASKED_LINE_CHARS};
pub use masked_stream::MaskedStream;
pub use masker::{MASK, Masker};
pub use name::NameKey;
pub use value::{Sensitivity, Value};
pub use variable_set::{Definition, VariableSet};
