//! Any log with any secrets in it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::variables::masking(input));
