//! `RetentionRule`: how many old deployments are kept.

use serde::{Deserialize, Serialize};

/// How many old deployments are kept, besides the present one and the successful one before it,
/// which always are. Default: all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RetentionRule {
    /// So many successful deployments before the present one are kept.
    pub keep: Option<u32>,
    /// Deployments that began less than so many days (of 24 hours) ago are kept.
    pub keep_days: Option<u32>,
}

impl RetentionRule {
    /// Whether everything is kept.
    #[must_use]
    pub fn keeps_everything(&self) -> bool {
        self.keep.is_none() && self.keep_days.is_none()
    }
}
