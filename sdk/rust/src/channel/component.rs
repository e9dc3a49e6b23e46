//! Components: typed imports of the package `cofferdam:hook`.

use crate::facts::Facts;
use crate::log::Level;
use crate::variables::{Definition, Variable};

mod bindings {
    wit_bindgen::generate!({ path: "../wit", world: "hook" });
}

use bindings::cofferdam::hook as host;

pub(crate) fn variable(name: &str) -> Option<String> {
    host::variables::get(name)
}

pub(crate) fn variables() -> Vec<Variable> {
    host::variables::all()
        .into_iter()
        .map(|v| Variable { name: v.name, value: v.value, sensitive: v.sensitive })
        .collect()
}

pub(crate) fn definitions() -> Vec<Definition> {
    host::variables::definitions()
        .into_iter()
        .map(|d| Definition {
            name: d.name,
            value: d.value,
            sensitive: d.sensitive,
            literal: d.literal,
        })
        .collect()
}

pub(crate) fn facts() -> Facts {
    let facts = host::deployment::get();
    Facts {
        deployment_id: facts.deployment_id,
        stage: facts.stage,
        package_id: facts.package_id,
        package_version: facts.package_version,
        environment: facts.environment,
        tenant: facts.tenant,
        previous_version: facts.previous_version,
        failure: facts.failure,
    }
}

pub(crate) fn set_output(name: &str, value: &str, sensitive: bool) {
    host::outputs::set(name, value, sensitive);
}

pub(crate) fn create_artifact(path: &str, name: &str) {
    host::artifacts::create(path, name);
}

pub(crate) fn report_progress(percent: u8, message: &str) {
    host::progress::report(percent, message);
}

pub(crate) fn explain_failure(reason: &str) {
    host::failure::explain(reason);
}

pub(crate) fn mask(secret: &str) {
    host::log::mask(secret);
}

pub(crate) fn log(level: Level, message: &str) {
    let level = match level {
        Level::Verbose => host::log::Level::Verbose,
        Level::Info => host::log::Level::Info,
        Level::Warning => host::log::Level::Warning,
        Level::Error => host::log::Level::Error,
        Level::Highlight => host::log::Level::Highlight,
        Level::Wait => host::log::Level::Wait,
    };
    host::log::write(level, message);
}
