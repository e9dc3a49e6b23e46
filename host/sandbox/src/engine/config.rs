//! The engine's settings, for compiling and for running.

use std::hash::{Hash, Hasher};

use cofferdam_capability::{LimitName, Limits};
use sha2::{Digest as _, Sha256};
use wasmparser::WasmFeatures;
use wasmtime::{Collector, Config, Engine, OptLevel, RegallocAlgorithm, Strategy};

use super::accepted_features;

/// What the host needs of the stack that a hook's host calls run on, besides the hook's own.
const HOST_STACK_BYTES: usize = 1024 * 1024;

/// What compiling and running must agree on.
fn common() -> Config {
    let mut config = Config::new();
    config.wasm_features(WasmFeatures::all(), false);
    config.wasm_features(accepted_features(), true);
    // No asynchronous components, so no machinery for them.
    config.concurrency_support(false);
    config.strategy(Strategy::Cranelift);
    config.cranelift_opt_level(OptLevel::Speed);
    // The single-pass one is documented as unfit for untrusted code.
    config.cranelift_regalloc_algorithm(RegallocAlgorithm::Backtracking);
    // The same bits of a not-a-number on every machine.
    config.cranelift_nan_canonicalization(true);
    // For exceptions; there are no other collected objects.
    config.collector(Collector::DeferredReferenceCounting);
    // No epochs and no fuel: a third more time for JSON, and the supervisor's kill is needed
    // anyway for hooks that are blocked in a host call.
    config.epoch_interruption(false);
    config.consume_fuel(false);
    // Traps name functions, without source lines.
    config.generate_address_map(false);
    // Nobody unwinds through compiled code.
    config.native_unwind_info(cfg!(windows));
    config
}

/// An engine that compiles.
pub(crate) fn compiler() -> wasmtime::Result<Engine> {
    Engine::new(&common())
}

/// An engine that runs what was compiled, under the limits of one grant.
pub(crate) fn runner(limits: &Limits) -> wasmtime::Result<Engine> {
    let stack_bytes = usize::try_from(limits.get(LimitName::Stack)).unwrap_or(usize::MAX);
    let mut config = common();
    config.max_wasm_stack(stack_bytes);
    config.async_stack_size(stack_bytes.saturating_add(HOST_STACK_BYTES));
    Engine::new(&config)
}

/// What compiled code depends on besides the module: engine, settings, machine.
pub(crate) fn compatibility_hash(engine: &Engine) -> [u8; 32] {
    let mut hasher = Sha256Hasher(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut hasher);
    hasher.0.finalize().into()
}

/// Lets SHA-256 take what only knows how to be hashed for tables.
struct Sha256Hasher(Sha256);

impl Hasher for Sha256Hasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest: [u8; 32] = self.0.clone().finalize().into();
        digest.first_chunk().map_or(0, |first| u64::from_le_bytes(*first))
    }
}
