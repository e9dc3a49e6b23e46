//! What can be wrong with a key.

/// Why a key could not be read, made or stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key file could not be read or written.
    #[error("cannot use the key file {path}: {source}")]
    Io {
        /// The key file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A private key that others on the machine can read, or change, protects nothing.
    #[error(
        "the private key {path} has mode {mode:o}: others may read or change it; run chmod 600 on it"
    )]
    Exposed {
        /// The key file.
        path: String,
        /// Its permission bits.
        mode: u32,
    },
    /// The text is no key of a form that is read here.
    #[error(
        "this is no {expected}: {reason}; public keys are PEM (SubjectPublicKeyInfo) or one OpenSSH \
         line, private keys PEM (PKCS#8) or OpenSSH"
    )]
    Malformed {
        /// `public key` or `private key`.
        expected: &'static str,
        /// What was wrong.
        reason: String,
    },
    /// A key of a kind that is not supported for this use.
    #[error("{algorithm} keys are not supported {purpose}; use {instead}")]
    Unsupported {
        /// The algorithm's name.
        algorithm: String,
        /// What it was wanted for.
        purpose: &'static str,
        /// What would do.
        instead: &'static str,
    },
    /// The private key needs a passphrase, which is asked for nowhere.
    #[error(
        "the private key is encrypted with a passphrase; sign with ssh-keygen -Y sign, or use a key \
         without one that only the deployment account can read"
    )]
    Encrypted,
    /// The system gave no randomness.
    #[error("the system gave no randomness for a new key: {0}")]
    Randomness(getrandom::Error),
}
