//! Variables files, and the masking of what is secret in them.

use std::path::Path;

use cofferdam_variables::{MASK, MIN_MASKED_CHARS, Masker, Value, parse_text};
use serde_json::json;

use crate::memory::{Budget, within};
use crate::parts::parts;

const FILE_BUDGET: Budget = Budget { fixed_bytes: 256 << 10, per_input_byte: 1024 };

/// A text as a variables file, by its own looks, as JSON and as TOML.
pub fn file(text: &str) {
    for name in ["variables", "variables.json", "variables.toml"] {
        let read = within(FILE_BUDGET, text.len(), || parse_text(Path::new(name), text));
        match read {
            Ok(entries) => assert_can_be_written(&entries),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

/// What was read, written as Octopus does it, is read as the same.
fn assert_can_be_written(entries: &[(String, Value)]) {
    let rows: Vec<_> = entries
        .iter()
        .map(|(name, value)| json!({"k": name, "v": value.expose(), "s": value.is_sensitive()}))
        .collect();
    let written = serde_json::Value::from(rows).to_string();
    let again = parse_text(Path::new("variables.json"), &written).unwrap();
    assert!(again == entries, "written: {written}");
}

/// A log, and secrets that stand in it: they do not stand in what is shown, however it is cut.
pub fn masking(input: &str) {
    let mut parts = parts(input);
    let log = parts.next().unwrap_or_default();
    let secrets: Vec<Value> = parts.take(4).map(Value::sensitive).collect();
    let masker = Masker::new(&secrets);
    let whole = masker.mask(log);
    for secret in secrets.iter().filter_map(Value::expose) {
        // A secret of asterisks cannot be told from a mask, nor one that begins or ends with them.
        if secret.chars().count() >= MIN_MASKED_CHARS && !secret.contains('*') {
            assert!(!whole.contains(secret), "{secret:?} stands in {whole:?}");
        }
    }
    for size in [1, 2, 7] {
        let mut stream = masker.stream();
        let mut shown = String::new();
        let mut piece = String::new();
        for character in log.chars() {
            piece.push(character);
            if piece.chars().count() == size {
                shown.push_str(&stream.push(&std::mem::take(&mut piece)));
            }
        }
        shown.push_str(&stream.push(&piece));
        shown.push_str(&stream.finish());
        assert_eq!(shown, whole, "in pieces of {size}");
    }
    let cut = masker.mask_cut(log);
    assert!(cut.len() <= log.len() + MASK.len() * (log.len() + 1));
}
