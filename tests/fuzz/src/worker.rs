//! What comes from a worker: messages of the protocol, and what a hook prints.

use crate::memory::{Budget, within};

/// A message of two bytes can stand for a list whose entries take some dozen each.
const MESSAGES_BUDGET: Budget = Budget { fixed_bytes: 2 << 20, per_input_byte: 256 };

/// Lines and messages are kept up to their limits, which are small in a fuzzed run.
const OUTPUT_BUDGET: Budget = Budget { fixed_bytes: 256 << 10, per_input_byte: 64 };

/// Bytes as the stream that a worker sends.
pub fn messages(bytes: &[u8]) {
    within(MESSAGES_BUDGET, bytes.len(), || cofferdam_sandbox::fuzz_decode_from_worker(bytes));
}

/// Bytes as what a hook prints; the first one says how they are cut.
pub fn service_messages(bytes: &[u8]) {
    within(OUTPUT_BUDGET, bytes.len(), || cofferdam_sandbox::fuzz_service_messages(bytes));
}
