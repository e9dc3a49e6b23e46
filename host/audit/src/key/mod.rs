//! Keys: who signs, and how a key is named.

mod error;
mod public_key;
pub(crate) mod secret_file;
mod signing_key;

pub use error::KeyError;
pub use public_key::{Fingerprint, PublicKey};
pub use signing_key::SigningKey;
