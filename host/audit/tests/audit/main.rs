//! What a user of the crate sees, with real files, real processes and other people's tools.

mod attestation;
mod crash;
mod independent;
mod log;
mod merkle;
mod receipt;
mod sample;
mod signatures;
mod tamper;
mod tools;
