//! Any bytes as a zip and a nupkg.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cofferdam_fuzz::archive::zip(input));
