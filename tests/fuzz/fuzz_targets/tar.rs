//! Any bytes as a package that is a plain tar.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cofferdam_fuzz::archive::tar(input));
