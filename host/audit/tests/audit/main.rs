//! What a user of the crate sees, with real files, real processes and other people's tools.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that panics has failed, which is what its panic says"
)]

mod attestation;
mod crash;
mod envelopes;
mod independent;
mod log;
mod merkle;
mod receipt;
mod sample;
mod signatures;
mod tamper;
mod tools;
