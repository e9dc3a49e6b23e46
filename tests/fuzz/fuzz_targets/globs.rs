//! Any text as a pattern for files.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::globs::find(input));
