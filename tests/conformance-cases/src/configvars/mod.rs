//! Cases of `structured/` of the format `configvars`: settings of .NET configuration files.

mod case;
mod compare;

pub(crate) use case::all as files;
pub use compare::only_settings_differ;
