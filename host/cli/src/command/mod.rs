//! One file a subcommand: arguments, a call into the libraries, rendering.

pub(crate) mod attest;
pub(crate) mod audit;
pub(crate) mod cache;
pub(crate) mod clean;
pub(crate) mod deploy;
pub(crate) mod doctor;
pub(crate) mod evaluate;
pub(crate) mod generate;
pub(crate) mod history;
pub(crate) mod inspect;
pub(crate) mod key;
pub(crate) mod learn;
pub(crate) mod new;
pub(crate) mod pack;
pub(crate) mod plan;
pub(crate) mod policy;
mod policy_explain;
pub(crate) mod redteam;
pub(crate) mod rehearse;
pub(crate) mod reproduce;
pub(crate) mod run_hook;
pub(crate) mod sign;
