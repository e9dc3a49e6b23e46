//! The random numbers of a hook: the machine's, or the same ones for the same seed.

use std::convert::Infallible;

use cofferdam_capability::RandomSource;
use cofferdam_worker_protocol::FromWorker;
use rand_core::{Rng, TryRng};
use sha2::{Digest, Sha256};

use crate::worker::channel::Outbox;

/// A generator as granted.
pub(super) fn generator(source: RandomSource, outbox: &Outbox) -> Box<dyn Rng + Send> {
    let inner: Box<dyn Rng + Send> = match source {
        RandomSource::Real => wasmtime_wasi::thread_rng(),
        RandomSource::Seeded { seed } => Box::new(Seeded::new(seed)),
    };
    Box::new(Announced { inner, outbox: Some(outbox.clone()) })
}

/// The seed that programs get for their hash tables.
pub(super) fn seed(source: RandomSource) -> u128 {
    let bytes = |generator: &mut dyn Rng| {
        u128::from(generator.next_u64()) << 64 | u128::from(generator.next_u64())
    };
    match source {
        RandomSource::Real => bytes(&mut wasmtime_wasi::thread_rng()),
        RandomSource::Seeded { seed } => bytes(&mut Seeded::new(!seed)),
    }
}

/// Tells the supervisor of the first use.
struct Announced {
    inner: Box<dyn Rng + Send>,
    outbox: Option<Outbox>,
}

impl Announced {
    fn tell(&mut self) {
        if let Some(outbox) = self.outbox.take() {
            // A channel that broke ends the hook with its next call.
            let _ = outbox.send(&FromWorker::UsedRandom);
        }
    }
}

impl TryRng for Announced {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.tell();
        self.inner.try_next_u32()
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.tell();
        self.inner.try_next_u64()
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.tell();
        self.inner.try_fill_bytes(bytes)
    }
}

/// SHA-256 over a seed and a counter, block after block. Slow, and the same for ever: no release
/// of a library can change what a seed stands for.
struct Seeded {
    seed: u64,
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Seeded {
    fn new(seed: u64) -> Self {
        Self { seed, counter: 0, block: [0; 32], used: 32 }
    }

    fn next_byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            let mut hasher = Sha256::new();
            hasher.update(b"cofferdam seeded random 1\0");
            hasher.update(self.seed.to_le_bytes());
            hasher.update(self.counter.to_le_bytes());
            self.block = hasher.finalize().into();
            self.counter += 1;
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }
}

impl TryRng for Seeded {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(std::array::from_fn(|_| self.next_byte())))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(std::array::from_fn(|_| self.next_byte())))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            *byte = self.next_byte();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_stands_for_the_same_bytes_for_ever() {
        let first = |seed| Seeded::new(seed).next_u64();
        assert_eq!(first(0), first(0));
        assert_ne!(first(0), first(1));
        let mut bytes = [0; 40];
        Seeded::new(0).fill_bytes(&mut bytes);
        let mut block = Sha256::new();
        block.update(b"cofferdam seeded random 1\0");
        block.update([0; 16]);
        assert_eq!(bytes[..32], block.finalize()[..]);
    }
}
