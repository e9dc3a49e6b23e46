//! Any bytes as the nuspec of a package.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cofferdam_fuzz::names::nuspec(input));
