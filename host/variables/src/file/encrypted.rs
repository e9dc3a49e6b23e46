//! Variables files as Octopus encrypts them for Calamari.
//!
//! `IV__`, 16 bytes of initialisation vector, AES-256-CBC with PKCS #7 padding; the key is
//! PBKDF2-HMAC-SHA1 of the password. (Source: Calamari's behaviour. Neither the derivation nor the
//! mode is what one would choose today; nothing authenticates the text. Keep such files private.)

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt as _, KeyIvInit as _};

const MAGIC: &[u8; 4] = b"IV__";
const IV_BYTES: usize = 16;
const KEY_BYTES: usize = 32;
const SALT: &[u8] = b"Octopuss";
const ROUNDS: u32 = 1_000;

/// Whether the file begins as an encrypted one does.
pub(super) fn looks_encrypted(bytes: &[u8]) -> bool {
    bytes.starts_with(MAGIC)
}

/// The file's text, or `None` where the password is not the right one.
pub(super) fn decrypt(bytes: &[u8], password: &str) -> Option<Vec<u8>> {
    let (iv, ciphertext) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<IV_BYTES>()?;
    let mut key = [0; KEY_BYTES];
    pbkdf2::pbkdf2_hmac::<sha1::Sha1>(password.as_bytes(), SALT, ROUNDS, &mut key);
    let decryptor = cbc::Decryptor::<aes::Aes256>::new(&key.into(), iv.into());
    let plain = decryptor.decrypt_padded_vec::<Pkcs7>(ciphertext).ok()?;
    // A wrong password survives the padding once in 256 times; its text is hardly ever UTF-8.
    std::str::from_utf8(&plain).is_ok().then_some(plain)
}
