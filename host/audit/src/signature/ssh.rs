//! OpenSSH signatures (`ssh-keygen -Y sign`, PROTOCOL.sshsig).

use ssh_key::{HashAlg, LineEnding, SshSig};

use super::SignatureError;
use crate::key::SigningKey;

/// The namespace of every OpenSSH signature here: `ssh-keygen -Y sign -n cofferdam`. A signature
/// that was made for something else, such as a Git commit, is none here.
pub const SIGNATURE_NAMESPACE: &str = "cofferdam";

/// Signs content that has this SHA-512.
pub(super) fn sign(sha512: &[u8], key: &SigningKey) -> Result<String, SignatureError> {
    let failed = |error: ssh_key::Error| SignatureError::Ssh(error.to_string());
    let key = ssh_key::PrivateKey::from(key.to_ssh());
    key.sign_prehash(SIGNATURE_NAMESPACE, HashAlg::Sha512, sha512)
        .and_then(|signature| signature.to_pem(LineEnding::LF))
        .map_err(failed)
}

/// Whether the signature is by the key in it, over content with this digest.
pub(super) fn is_right(signature: &SshSig, digest: &[u8]) -> bool {
    let key = ssh_key::PublicKey::from(signature.public_key().clone());
    key.verify_prehash(signature.namespace(), digest, signature).is_ok()
}
