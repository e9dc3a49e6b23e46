//! Any bytes as a compressed tar, and any tar compressed.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cofferdam_fuzz::archive::compressed_tar(input));
