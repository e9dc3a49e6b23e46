//! Any bytes as the messages of a worker.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| cofferdam_fuzz::worker::messages(input));
