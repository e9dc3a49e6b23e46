//! `cofferdam redteam`: what it prints, what it signs, how it ends; and, in a program that can leave
//! controls out, that exactly the attacks succeed which nothing holds any more.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is test code throughout"
)]

#[cfg(all(feature = "test-switches", target_os = "linux"))]
mod controls;
#[cfg(all(feature = "test-switches", target_os = "linux"))]
mod levels;
mod program;
mod reports;
mod settings;
