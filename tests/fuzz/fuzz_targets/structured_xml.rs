//! Any text as an XML file, and any variables for it.
#![no_main]

use cofferdam_hook_structured_variables::Format;

libfuzzer_sys::fuzz_target!(|input: &str| cofferdam_fuzz::structured::replace(Format::Xml, input));
