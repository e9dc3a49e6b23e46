//! Any bytes taken for a zip and a nupkg: no panic, nothing outside the folder, and a scan agrees with extraction.
#![no_main]

mod package;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    package::read("fuzz.1.0.zip", bytes);
    package::read("fuzz.1.0.nupkg", bytes);
});
