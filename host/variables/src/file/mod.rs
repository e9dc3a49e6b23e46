//! Variables from files.

mod encrypted;
mod entries;
mod error;
mod load;
mod node;

pub use error::{FilePosition, VariablesFileError};
pub use load::{
    MAX_VARIABLES_FILE_BYTES, load_encrypted_file, load_file, parse_text, parse_toml_variables,
};
