//! The byte stream between supervisor and worker. What travels on it is
//! [`cofferdam_worker_protocol`]'s.

#[cfg(not(unix))]
mod pipes;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub(crate) use pipes::Connection;
#[cfg(unix)]
pub(crate) use unix::Connection;

/// What waiting for bytes came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// This many bytes arrived.
    Bytes(usize),
    /// None did in the time.
    Nothing,
    /// The other end is closed.
    Closed,
}
