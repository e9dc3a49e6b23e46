//! What a hook may do, and how much of it.
//!
//! This crate is the vocabulary between two neighbours that must not know each other: *policy*
//! decides, the *sandbox* enforces, and both speak in the words defined here.
//!
//! * [`Capability`]: one thing a hook may do beyond computing in its enclosure.
//! * [`LimitName`] and [`Limits`]: how much of everything it may use. [`LIMITS`] is the table that
//!   the settings, the plan, the errors and the documentation are made from.
//! * [`Grant`]: the capabilities and limits that policy gives one hook for one run. A grant holds
//!   *names* of variables, never their values, so that it can be printed, stored in a plan and
//!   written to the audit log.
//!
//! Nothing here does anything: no I/O, no clock, no WebAssembly.

mod address_range;
mod capability;
mod grant;
mod limit;

pub use address_range::{AddressRange, InvalidAddressRange};
pub use capability::{Access, Capability, ClockSource, Endpoint, HttpRule, Origin, RandomSource};
pub use capability::{InvalidEndpoint, InvalidOrigin};
pub use grant::{ExtraFolder, Grant, GrantTerms, Reason, VariableGrant};
pub use limit::{InvalidLimit, LIMITS, LimitFacts, LimitName, Limits, Unit};
