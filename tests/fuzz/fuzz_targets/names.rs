//! Any text as the file name of a package.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::names::file_name(input));
