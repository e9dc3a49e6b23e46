//! Signing a file.

use std::path::Path;

use ssh_key::HashAlg;

use super::content::Content;
use super::{Envelope, ResourceDescriptor, SignatureError, Statement, ssh};
use crate::key::SigningKey;

/// The predicate type of a plain signature over a package; the predicate is empty.
pub const PACKAGE_TYPE: &str = "https://cofferdam.dev/attestation/package/v1";

/// The form of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureForm {
    /// An OpenSSH signature, `FILE.sig`; `ssh-keygen -Y verify -n cofferdam` reads it.
    OpenSsh,
    /// A DSSE envelope around an in-toto statement, `FILE.dsse.json`.
    Dsse,
}

/// Signs a file of any size and returns what belongs in the signature file.
///
/// # Errors
/// [`SignatureError`] when the file cannot be read.
pub fn sign_file(
    path: &Path,
    key: &SigningKey,
    form: SignatureForm,
) -> Result<String, SignatureError> {
    let io = |source| SignatureError::Io { path: path.display().to_string(), source };
    match form {
        SignatureForm::OpenSsh => {
            let digest = Content::File(path).ssh_digest(HashAlg::Sha512).map_err(io)?;
            ssh::sign(&digest.unwrap_or_default(), key)
        }
        SignatureForm::Dsse => {
            let digest = hex::encode(Content::File(path).sha256().map_err(io)?);
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let subject = ResourceDescriptor::new(&name, "sha256", &digest);
            let statement = Statement::new(vec![subject], PACKAGE_TYPE, serde_json::json!({}));
            let mut json = Envelope::sign(&statement, key)?.to_json()?;
            json.push(b'\n');
            Ok(String::from_utf8_lossy(&json).into_owned())
        }
    }
}
