//! Any folder, packed and extracted.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::pack::round_trip(input));
