//! Any document and any transform file.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::markup::transform(input));
