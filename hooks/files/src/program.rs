//! What the `main` of a built-in hook needs: the folder, the variables, the log.

use std::path::Path;

use cofferdam_octostache::Variables;

use crate::{Level, Log};

/// The folder that a hook works in: the root of its world in the sandbox, the current directory anywhere else.
#[must_use]
pub fn folder() -> &'static Path {
    Path::new(if cfg!(target_os = "wasi") { "/" } else { "." })
}

/// The variables that the hook was granted, as they were defined.
#[must_use]
pub fn variables() -> Variables {
    let mut variables = Variables::new();
    for definition in cofferdam_sdk::variables::definitions() {
        match definition.value {
            Some(value) if definition.literal => variables.set_literal(&definition.name, &value),
            value => variables.set(&definition.name, value.as_deref()),
        }
    }
    variables
}

/// The log that the host keeps.
#[derive(Clone, Copy, Debug, Default)]
pub struct HostLog;

impl Log for HostLog {
    fn log(&mut self, level: Level, message: &str) {
        match level {
            Level::Verbose => cofferdam_sdk::log::verbose(message),
            Level::Info => cofferdam_sdk::log::info(message),
            Level::Warning => cofferdam_sdk::log::warning(message),
            Level::Error => cofferdam_sdk::log::error(message),
        }
    }
}
