//! The byte stream between supervisor and worker. What travels on it is
//! [`cofferdam_worker_protocol`]'s.

#[cfg(not(unix))]
mod pipes;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(crate) use pipes::{Arrival, Connection};
#[cfg(unix)]
pub(crate) use unix::{Arrival, Connection};
