//! The text form of WebAssembly, and telling it from everything else.

use std::borrow::Cow;

use cofferdam_worker_protocol::TaskFailure;

/// What every WebAssembly binary begins with.
const WASM_MAGIC: &[u8] = b"\0asm";

/// What the engine's precompiled code begins with: it is an ELF file.
const ELF_MAGIC: &[u8] = b"\x7fELF";

/// The binary form of a module that may be text.
///
/// # Errors
/// When it is native code, not WebAssembly at all, or text that cannot be assembled.
pub(crate) fn to_binary(bytes: &[u8]) -> Result<Cow<'_, [u8]>, TaskFailure> {
    if bytes.starts_with(WASM_MAGIC) {
        return Ok(Cow::Borrowed(bytes));
    }
    if bytes.starts_with(ELF_MAGIC) {
        return Err(TaskFailure::Precompiled);
    }
    let Some(text) = std::str::from_utf8(bytes).ok().filter(|text| looks_like_text_form(text))
    else {
        return Err(TaskFailure::NotWebAssembly);
    };
    wat::parse_str(text).map(Cow::Owned).map_err(|error| TaskFailure::Invalid(error.to_string()))
}

/// Whether the first thing after blanks and comments is an opening parenthesis.
fn looks_like_text_form(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some(comment) = rest.strip_prefix(";;") {
        rest = comment.split_once('\n').map_or("", |(_, after)| after).trim_start();
    }
    rest.starts_with('(')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_assembled_and_everything_else_is_told_apart() {
        assert!(to_binary(b";; a comment\n (module)").unwrap().starts_with(WASM_MAGIC));
        assert!(matches!(to_binary(b"(module"), Err(TaskFailure::Invalid(_))));
        assert_eq!(to_binary(b"\x7fELF..."), Err(TaskFailure::Precompiled));
        for other in [&b"#!/bin/sh\n"[..], b"", b"PK\x03\x04", b"\xff\xfe("] {
            assert_eq!(to_binary(other), Err(TaskFailure::NotWebAssembly));
        }
    }
}
