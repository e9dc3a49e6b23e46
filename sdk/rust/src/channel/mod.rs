//! The way to Cofferdam: typed imports in components, environment and service messages elsewhere.

#[cfg(all(target_os = "wasi", target_env = "p2"))]
mod component;
#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
mod plain;
#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
mod service_message;

#[cfg(all(target_os = "wasi", target_env = "p2"))]
pub(crate) use component::*;
#[cfg(not(all(target_os = "wasi", target_env = "p2")))]
pub(crate) use plain::*;
