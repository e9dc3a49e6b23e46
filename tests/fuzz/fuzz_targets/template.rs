//! Any template and any values.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::template::evaluate(input));
