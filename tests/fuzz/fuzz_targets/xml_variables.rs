//! Any bytes as a .NET configuration file, and any variables for it.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cofferdam_fuzz::markup::settings(input));
