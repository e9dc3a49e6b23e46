//! What runs in WebAssembly has a small stack there, and must get by with it here.

/// The stack of a module, unless its linker was told otherwise.
const WASM_STACK_BYTES: usize = 1024 * 1024;

/// Runs `subject` on a stack of that size, with a guard behind it.
pub(crate) fn as_in_wasm<T>(subject: impl FnOnce() -> T) -> T {
    stacker::grow(WASM_STACK_BYTES, subject)
}
