//! Any text as an XPath expression.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::markup::select(input));
