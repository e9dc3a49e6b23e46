//! `Sink`: where a reader puts the entries that passed all checks.

use crate::Sha256Digest;
use crate::entry::Entry;
use crate::fault::Fault;

/// Takes entries. Links do not come here: they are created after everything else.
pub(crate) trait Sink {
    /// A folder that the package lists.
    fn directory(&mut self, entry: &Entry) -> Result<(), Fault>;
    /// A file that will come, perhaps to another sink beside this one.
    fn prepare(&mut self, entry: &Entry) -> Result<(), Fault>;
    /// The beginning of a file; [`Self::write`] and [`Self::end`] follow.
    fn begin(&mut self, entry: &Entry) -> Result<(), Fault>;
    /// Some of the file's content.
    fn write(&mut self, bytes: &[u8]) -> Result<(), Fault>;
    /// The end of the file; its size and checksum were right.
    fn end(&mut self, entry: &Entry, sha256: Sha256Digest) -> Result<(), Fault>;
    /// A sink for another thread, after all folders were created; see [`Self::absorb`].
    fn beside(&self) -> Self
    where
        Self: Sized;
    /// Takes over what a sink beside this one has gathered.
    fn absorb(&mut self, other: Self)
    where
        Self: Sized;
}
