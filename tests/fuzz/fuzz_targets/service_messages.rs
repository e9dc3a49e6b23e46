//! Any bytes as what a hook prints.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cofferdam_fuzz::worker::service_messages(input));
