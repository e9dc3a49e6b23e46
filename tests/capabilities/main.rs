//! Every capability, from hooks that are granted it and hooks that are not, through `deploy` and a
//! policy; and ways round each refusal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what went wrong by stopping there"
)]

mod asking;
mod folders;
mod guest;
mod http;
#[path = "../../host/http/tests/requests/server.rs"]
#[allow(dead_code, reason = "shared with the tests of the broker")]
mod server;
#[path = "../end-to-end/target.rs"]
#[allow(dead_code, reason = "shared with the end-to-end tests")]
mod target;
mod time_and_chance;
mod tls_server;
mod unavailable;
mod values;
