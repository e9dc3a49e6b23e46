//! The WebAssembly features that are accepted: one table, everything else is off.
//!
//! The engine has more on by default, and adds to it with every release. Each feature is code
//! that a hostile module can reach, so that only those are on that a supported toolchain emits.

use wasmparser::WasmFeatures;

/// One accepted feature.
pub(super) struct Feature {
    pub(super) name: &'static str,
    flag: WasmFeatures,
    /// Which toolchain needs it.
    #[expect(dead_code, reason = "the reason is for readers of the table")]
    why: &'static str,
}

const fn feature(name: &'static str, flag: WasmFeatures, why: &'static str) -> Feature {
    Feature { name, flag, why }
}

/// Every accepted feature.
///
/// Not here, although the engine has them: threads and shared memory, 64-bit memories, garbage
/// collected types, relaxed SIMD (whose results differ between machines), stack switching, legacy
/// exceptions, custom page sizes, wide arithmetic, and all asynchronous parts of the component
/// model.
pub(super) const FEATURES: &[Feature] = &[
    feature("mutable-global", WasmFeatures::MUTABLE_GLOBAL, "every toolchain"),
    feature("saturating-float-to-int", WasmFeatures::SATURATING_FLOAT_TO_INT, "Rust, C, Go"),
    feature("sign-extension", WasmFeatures::SIGN_EXTENSION, "Rust, C, Go"),
    feature("multi-value", WasmFeatures::MULTI_VALUE, "Rust, C"),
    feature("bulk-memory", WasmFeatures::BULK_MEMORY, "Rust, C, Go"),
    feature("reference-types", WasmFeatures::REFERENCE_TYPES, "Rust, C: long table indexes"),
    feature("floats", WasmFeatures::FLOATS, "every toolchain"),
    feature("simd", WasmFeatures::SIMD, "JavaScript and Python runtimes, Rust when asked for"),
    feature("tail-call", WasmFeatures::TAIL_CALL, "interpreters built with clang"),
    feature("extended-const", WasmFeatures::EXTENDED_CONST, "position independent C"),
    feature("multi-memory", WasmFeatures::MULTI_MEMORY, "composed components"),
    feature("function-references", WasmFeatures::FUNCTION_REFERENCES, "Go from 1.26 on"),
    // The pseudo-feature under which typed references and exception references are validated.
    feature("reference-subtypes", WasmFeatures::GC_TYPES, "exceptions, function references"),
    feature("exceptions", WasmFeatures::EXCEPTIONS, "Lua, and C++ with exceptions"),
    feature("component-model", WasmFeatures::COMPONENT_MODEL, "WASI 0.2"),
];

/// The accepted features as the validator takes them.
pub(crate) fn accepted_features() -> WasmFeatures {
    FEATURES.iter().fold(WasmFeatures::empty(), |all, feature| all | feature.flag)
}
