//! How one evaluation is to be done.

use crate::{Clock, CustomFilters, Limits};

/// The conventions numbers and dates are read and written by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Culture {
    /// .NET's invariant culture. The default.
    #[default]
    Invariant,
    /// English as used in the United States.
    EnglishUnitedStates,
}

/// How one evaluation is to be done. `Options::default()` is what Octopus does.
#[derive(Debug, Clone)]
pub struct Options {
    /// On text that does not parse: `true` (default) returns the whole input and an error,
    /// `false` leaves what does not parse as it is and evaluates the rest.
    pub halt_on_error: bool,
    /// What `NowDate` and `NowDateUtc` print. Default: the system's clock, in UTC.
    pub clock: Clock,
    /// Default: invariant.
    pub culture: Culture,
    /// What the evaluation may cost.
    pub limits: Limits,
    /// Filters of the caller, tried where no built-in filter gives a value.
    pub custom_filters: CustomFilters,
    /// Whether to fill [`Evaluation::trace`](crate::Evaluation::trace). Default: `false`.
    pub trace: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            halt_on_error: true,
            clock: Clock::default(),
            culture: Culture::default(),
            limits: Limits::default(),
            custom_filters: CustomFilters::default(),
            trace: false,
        }
    }
}
