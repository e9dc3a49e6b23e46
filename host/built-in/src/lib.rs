//! The built-in hooks, as the WebAssembly that they were compiled to when this crate was built.
//!
//! What the reference implementation does natively (substitution, configuration transforms,
//! configuration variables), Cofferdam does in hooks that run in the same sandbox as everybody
//! else's. Their sources are below `hooks/`; the build script compiles them. They are plain
//! WebAssembly here: the sandbox compiles them to native code once, when Cofferdam is installed
//! (`cofferdam cache warm`), and loads them from its cache afterwards.
//!
//! ```
//! let hook = cofferdam_built_in::find("SubstituteInFiles").expect("it is built in");
//! assert!(hook.bytes.starts_with(b"\0asm"));
//! ```

/// One built-in hook.
#[derive(Debug, Clone, Copy)]
pub struct BuiltInHook {
    /// The convention that it serves, such as `SubstituteInFiles`.
    pub name: &'static str,
    /// A WASI 0.2 component.
    pub bytes: &'static [u8],
}

include!(concat!(env!("OUT_DIR"), "/built_in_hooks.rs"));

/// Every built-in hook, in the order of the conventions that they serve.
#[must_use]
pub fn all() -> &'static [BuiltInHook] {
    BUILT_IN_HOOKS
}

/// The built-in hook that serves a convention.
#[must_use]
pub fn find(name: &str) -> Option<&'static BuiltInHook> {
    BUILT_IN_HOOKS.iter().find(|hook| hook.name == name)
}
