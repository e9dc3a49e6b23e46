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
}

impl Content<'_> {
    pub(super) fn sha256(self) -> io::Result<[u8; 32]> {
        Ok(self.digest::<Sha256>()?.into())
    }

    /// The digest that an OpenSSH signature asks for.
    pub(super) fn ssh_digest(self, algorithm: HashAlg) -> io::Result<Option<Vec<u8>>> {
        Ok(match algorithm {
            HashAlg::Sha256 => Some(self.digest::<Sha256>()?.to_vec()),
            HashAlg::Sha512 => Some(self.digest::<Sha512>()?.to_vec()),
            _ => None,
        })
    }

    fn digest<D: Digest>(self) -> io::Result<sha2::digest::Output<D>> {
        let mut hasher = D::new();
        match self {
            Self::Bytes(bytes) => hasher.update(bytes),
            Self::File(path) => {
                let mut file = File::open(path)?;
                let mut chunk = vec![0; CHUNK_BYTES];
                loop {
                    match file.read(&mut chunk)? {
                        0 => break,
                        read => hasher.update(&chunk[..read]),
                    }
                }
            }
        }
        Ok(hasher.finalize())
    }
}
