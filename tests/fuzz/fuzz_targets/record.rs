//! Any text as a checkpoint, proof, signature, key or receipt.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::record::read(input));
