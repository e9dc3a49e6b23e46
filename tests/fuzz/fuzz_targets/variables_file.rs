//! Any text as a variables file.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::variables::file(input));
