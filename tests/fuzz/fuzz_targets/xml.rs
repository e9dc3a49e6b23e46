//! Any text as XML.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::markup::read(input));
