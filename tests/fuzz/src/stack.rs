//! What runs in WebAssembly has a small stack there, and must get by with it here.

/// The stack of a module, unless its linker was told otherwise.
const WASM_STACK_BYTES: usize = 1024 * 1024;

/// Runs `subject` on such a stack.
pub(crate) fn as_in_wasm<T: Send>(subject: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(WASM_STACK_BYTES);
        thread.spawn_scoped(scope, subject).unwrap().join().unwrap()
    })
}
