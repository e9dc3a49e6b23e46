//! Reads a variables file: which format it has, and what its errors are called.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::Value;
use crate::file::encrypted;
use crate::file::entries::Entries;
use crate::file::error::{FilePosition, VariablesFileError};

/// A variables file may be so large: a hundred times the largest we have seen.
pub const MAX_VARIABLES_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Reads a variables file, JSON or TOML, in the file's order (a name may come twice; the last wins).
///
/// * a JSON object: `{"Name": "text", "Secret": {"value": "...", "sensitive": true}}`
/// * a JSON array, as Octopus and Calamari write it: `[{"k": "Name", "v": "text", "s": false}]`, or with
///   `Name`, `Value`, `IsSensitive` (`"Type": "Sensitive"` is understood too)
/// * TOML: like the JSON object; the names may stand under `[variables]`, and a dotted key is the
///   name with its dots (`Octopus.Environment.Name = "Production"`).
///
/// Numbers and `true`/`false` are taken as the text that stands in the file. `null` is allowed in JSON.
///
/// # Errors
/// See [`VariablesFileError`]; errors of the format come with line and column.
pub fn load_file(path: &Path) -> Result<Vec<(String, Value)>, VariablesFileError> {
    let bytes = read(path)?;
    if encrypted::looks_encrypted(&bytes) {
        return Err(VariablesFileError::PasswordNeeded { path: path.to_owned() });
    }
    parse_bytes(path, bytes)
}

/// Reads a variables file that Octopus encrypted for Calamari (AES-256 with a key derived from a
/// password). A file that is not encrypted is read as by [`load_file`].
///
/// Every variable of an encrypted file that does not say otherwise is as sensitive as the file says.
///
/// # Errors
/// See [`VariablesFileError`].
pub fn load_encrypted_file(
    path: &Path,
    password: &str,
) -> Result<Vec<(String, Value)>, VariablesFileError> {
    let bytes = read(path)?;
    if !encrypted::looks_encrypted(&bytes) {
        return parse_bytes(path, bytes);
    }
    let plain = encrypted::decrypt(&bytes, password)
        .ok_or_else(|| VariablesFileError::WrongPassword { path: path.to_owned() })?;
    parse_bytes(path, plain)
}

fn read(path: &Path) -> Result<Vec<u8>, VariablesFileError> {
    let error = |source| VariablesFileError::Read { path: path.to_owned(), source };
    let file = File::open(path).map_err(error)?;
    let mut bytes = Vec::new();
    file.take(MAX_VARIABLES_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(error)?;
    if bytes.len() as u64 > MAX_VARIABLES_FILE_BYTES {
        let allowed_bytes = MAX_VARIABLES_FILE_BYTES;
        return Err(VariablesFileError::TooLarge { path: path.to_owned(), allowed_bytes });
    }
    Ok(bytes)
}

fn parse_bytes(path: &Path, bytes: Vec<u8>) -> Result<Vec<(String, Value)>, VariablesFileError> {
    let text = String::from_utf8(bytes)
        .map_err(|_| VariablesFileError::NotText { path: path.to_owned() })?;
    parse_text(path, &text)
}

/// Reads variables from a text; `path` decides between JSON and TOML where the text does not, and
/// names the text in errors.
///
/// # Errors
/// See [`VariablesFileError::Format`].
pub fn parse_text(path: &Path, text: &str) -> Result<Vec<(String, Value)>, VariablesFileError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let format_error =
        |at, message| VariablesFileError::Format { path: path.to_owned(), at, message };
    let is_toml = match path.extension().and_then(|extension| extension.to_str()) {
        Some(extension) if extension.eq_ignore_ascii_case("toml") => true,
        Some(extension) if extension.eq_ignore_ascii_case("json") => false,
        _ => !text.trim_start().starts_with(['{', '[']) || text.contains("\n[variables]"),
    };
    if is_toml {
        let entries: Entries =
            toml::from_str(text).map_err(|error| toml_error(path, text, &error))?;
        Ok(entries.of_toml())
    } else {
        let entries: Entries = serde_json::from_str(text).map_err(|error| {
            let at = FilePosition { line: error.line(), column: error.column() };
            format_error(Some(at), json_message(&error))
        })?;
        Ok(entries.0)
    }
}

/// Reads the `[variables]` table of a TOML text that holds other things too, such as a settings file.
/// No such table: no variables.
///
/// # Errors
/// See [`VariablesFileError::Format`].
pub fn parse_toml_variables(
    path: &Path,
    text: &str,
) -> Result<Vec<(String, Value)>, VariablesFileError> {
    #[derive(serde::Deserialize)]
    struct Document {
        variables: Option<Entries>,
    }
    let document: Document =
        toml::from_str(text).map_err(|error| toml_error(path, text, &error))?;
    Ok(document.variables.map(|entries| entries.0).unwrap_or_default())
}

fn toml_error(path: &Path, text: &str, error: &toml::de::Error) -> VariablesFileError {
    let at = error.span().map(|span| position_of(text, span.start));
    VariablesFileError::Format { path: path.to_owned(), at, message: error.message().to_owned() }
}

/// The parser's message without the place, which is stated in front.
fn json_message(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}

fn position_of(text: &str, offset: usize) -> FilePosition {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    FilePosition {
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
    }
}
