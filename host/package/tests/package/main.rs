//! Packages as other tools make them, and as attackers do.
//!
//! Some tests run other programs. On Debian: `tar libarchive-tools zip unzip p7zip-full python3 bzip2 zstd`.
//! A test whose program is missing says so and passes, unless `COFFERDAM_REQUIRE_TOOLS` is set, as it is in CI.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what a test builds on fails it by panicking"
)]

mod damaged;
mod hostile_tar;
mod hostile_zip;
mod limits;
mod nupkg;
mod packing;
mod raw_tar;
mod raw_zip;
mod real_tools;
mod scanning;
mod workplace;
