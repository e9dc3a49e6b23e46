//! Preview 1 modules and native programs: the environment in, service messages out.

use std::env;
use std::sync::atomic::{AtomicU8, Ordering};

use super::service_message;
use crate::facts::Facts;
use crate::log::Level;
use crate::variables::{Definition, Variable};

/// What the environment variables of the facts begin with; they are not variables.
const FACTS_PREFIX: &str = "COFFERDAM_";

pub(crate) fn variable(name: &str) -> Option<String> {
    // The exact name first: two names that differ in case only are two environment variables.
    if let Ok(value) = env::var(name) {
        return Some(value);
    }
    granted().find(|(key, _)| key.to_lowercase() == name.to_lowercase()).map(|(_, value)| value)
}

pub(crate) fn variables() -> Vec<Variable> {
    granted().map(|(name, value)| Variable { name, value: Some(value), sensitive: false }).collect()
}

pub(crate) fn definitions() -> Vec<Definition> {
    granted()
        .map(|(name, value)| Definition {
            name,
            value: Some(value),
            sensitive: false,
            literal: true,
        })
        .collect()
}

/// The environment without the facts, and without what is not Unicode.
fn granted() -> impl Iterator<Item = (String, String)> {
    env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| !name.starts_with(FACTS_PREFIX))
}

pub(crate) fn facts() -> Facts {
    let fact = |name: &str| env::var(format!("{FACTS_PREFIX}{name}")).ok();
    Facts {
        deployment_id: fact("DEPLOYMENT_ID"),
        stage: fact("STAGE"),
        package_id: fact("PACKAGE_ID"),
        package_version: fact("PACKAGE_VERSION"),
        environment: fact("ENVIRONMENT"),
        tenant: fact("TENANT"),
        previous_version: fact("PREVIOUS_VERSION"),
        failure: fact("FAILURE"),
    }
}

pub(crate) fn set_output(name: &str, value: &str, sensitive: bool) {
    let sensitive = if sensitive { "True" } else { "False" };
    service_message::send(
        "setVariable",
        &[("name", name), ("value", value), ("sensitive", sensitive)],
    );
}

pub(crate) fn create_artifact(path: &str, name: &str) {
    service_message::send("createArtifact", &[("path", path), ("name", name)]);
}

pub(crate) fn report_progress(percent: u8, message: &str) {
    service_message::send(
        "progress",
        &[("percentage", &percent.to_string()), ("message", message)],
    );
}

pub(crate) fn explain_failure(reason: &str) {
    service_message::send("resultMessage", &[("message", reason)]);
}

pub(crate) fn mask(secret: &str) {
    service_message::send("mask", &[("value", secret)]);
}

/// The level that standard output is at; levels stick until the next message about them.
static STDOUT_LEVEL: AtomicU8 = AtomicU8::new(Level::Info as u8);

pub(crate) fn log(level: Level, message: &str) {
    // There is no sticky level for errors: what is printed on standard error is one.
    if level == Level::Error {
        eprintln!("{message}");
        return;
    }
    let before = STDOUT_LEVEL.swap(level as u8, Ordering::Relaxed);
    if before != level as u8 {
        service_message::send(level_message(level), &[]);
    }
    println!("{message}");
    // `println!` is at the level info, so nothing else may stick.
    if level != Level::Info {
        service_message::send(level_message(Level::Info), &[]);
        STDOUT_LEVEL.store(Level::Info as u8, Ordering::Relaxed);
    }
}

fn level_message(level: Level) -> &'static str {
    match level {
        Level::Verbose => "stdout-verbose",
        Level::Info | Level::Error => "stdout-default",
        Level::Warning => "stdout-warning",
        Level::Highlight => "stdout-highlight",
        Level::Wait => "stdout-wait",
    }
}
