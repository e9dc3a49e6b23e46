//! `Progress`: how far a reading of a package has come.

/// How far [`extract`](crate::extract) has come; handed to its callback at most once for every entry or 256 KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Bytes of the package (compressed) that were read.
    pub package_bytes_read: u64,
    /// Bytes of the package (compressed) altogether.
    pub package_bytes_total: u64,
    /// Entries finished.
    pub entries: u64,
    /// Bytes of files written.
    pub bytes_written: u64,
}
