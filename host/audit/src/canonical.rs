//! Canonical JSON (RFC 8785): one value, one spelling, so that a hash of it means something.

use serde_json::Value;

/// The largest integer that every JSON reader keeps exactly: 2^53 - 1 (RFC 7493, section 2.2).
pub const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Why a value has no canonical form.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CanonicalError {
    /// RFC 8785 numbers are doubles; this integer would silently become another one.
    #[error(
        "the integer {0} is beyond 2^53 - 1, which JSON readers do not keep exactly; \
         write it as a string"
    )]
    UnsafeInteger(String),
    /// The value cannot be written as JSON at all.
    #[error("the value cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// Writes `value` as RFC 8785 JSON: sorted members, no white space, shortest numbers.
///
/// # Errors
/// [`CanonicalError::UnsafeInteger`] for an integer beyond [`MAX_SAFE_INTEGER`].
///
/// ```
/// let value = serde_json::json!({"b": 1.0, "a": [true, null]});
/// assert_eq!(cofferdam_audit::canonical_json(&value)?, br#"{"a":[true,null],"b":1}"#);
/// # Ok::<(), cofferdam_audit::CanonicalError>(())
/// ```
pub fn canonical_json(value: &Value) -> Result<Vec<u8>, CanonicalError> {
    refuse_unsafe_integers(value)?;
    Ok(serde_json_canonicalizer::to_vec(value)?)
}

fn refuse_unsafe_integers(value: &Value) -> Result<(), CanonicalError> {
    match value {
        Value::Number(number) => {
            let magnitude = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            match magnitude {
                Some(magnitude) if magnitude > MAX_SAFE_INTEGER => {
                    Err(CanonicalError::UnsafeInteger(number.to_string()))
                }
                _ => Ok(()),
            }
        }
        Value::Array(items) => items.iter().try_for_each(refuse_unsafe_integers),
        Value::Object(members) => members.values().try_for_each(refuse_unsafe_integers),
        Value::Null | Value::Bool(_) | Value::String(_) => Ok(()),
    }
}
