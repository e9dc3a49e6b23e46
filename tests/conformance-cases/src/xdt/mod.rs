//! Cases of `xdt/`: XML document transforms, through the step that applies them.

mod applied;
pub(crate) mod convention;
mod definitions;
pub(crate) mod locator;
mod log;
pub(crate) mod logger;
pub(crate) mod transform;
