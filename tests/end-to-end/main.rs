//! The program as its users meet it: real packages, real hooks, real processes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by stopping there"
)]

mod conventions;
mod documentation;
mod errors;
mod file_systems;
mod interruption;
mod json_keys;
mod learning;
mod manifests;
mod new_hook;
mod other_user;
mod output;
mod pipelines;
mod planning;
mod processes;
mod random_kills;
mod readme;
mod record;
mod refused_secrets;
mod rehearsal;
mod reproduce;
mod signatures;
mod target;
mod wants;
mod wat;
mod worker_user;
