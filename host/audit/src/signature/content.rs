//! What is signed, read once and never held in memory as a whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256, Sha512};
use ssh_key::HashAlg;

const CHUNK_BYTES: usize = 256 * 1024;

/// A file, or bytes at hand.
#[derive(Clone, Copy)]
pub(super) enum Content<'a> {
    File(&'a Path),
    Bytes(&'a [u8]),
    /// A file that was read before: what is signed must be what was read then.
    Known {
        path: &'a Path,
        sha256: [u8; 32],
    },
}

impl Content<'_> {
    pub(super) fn sha256(self) -> io::Result<[u8; 32]> {
        match self {
            Self::Known { sha256, .. } => Ok(sha256),
            _ => Ok(self.digest::<Sha256>()?.into()),
        }
    }

    /// The digest that an OpenSSH signature asks for.
    pub(super) fn ssh_digest(self, algorithm: HashAlg) -> io::Result<Option<Vec<u8>>> {
        Ok(match algorithm {
            HashAlg::Sha256 => Some(self.sha256()?.to_vec()),
            HashAlg::Sha512 => Some(self.digest::<Sha512>()?.to_vec()),
            _ => None,
        })
    }

    fn digest<D: Digest>(self) -> io::Result<sha2::digest::Output<D>> {
        let mut hasher = D::new();
        match self {
            Self::Bytes(bytes) => hasher.update(bytes),
            Self::File(path) => read_in_pieces(path, |piece| hasher.update(piece))?,
            Self::Known { path, sha256 } => {
                let mut again = Sha256::new();
                read_in_pieces(path, |piece| {
                    hasher.update(piece);
                    again.update(piece);
                })?;
                if <[u8; 32]>::from(again.finalize()) != sha256 {
                    return Err(io::Error::other("it changed while it was looked at"));
                }
            }
        }
        Ok(hasher.finalize())
    }
}

fn read_in_pieces(path: &Path, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut file = File::open(path)?;
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(()),
            read => take(&chunk[..read]),
        }
    }
}
