//! Checking a signature of any form over a file of any size.

use std::path::Path;

use ssh_key::SshSig;
use time::OffsetDateTime;

use super::allowed_signers::matches_patterns;
use super::bundle::{Bundle, MEDIA_TYPE_PREFIX};
use super::content::Content;
use super::trust::{Trust, TrustedKey};
use super::{
    Envelope, SIGNATURE_NAMESPACE, SignatureError, SignatureVerdict, Signed, Statement, ssh,
};
use crate::key::PublicKey;

/// Signatures are small; provenance with many materials is the largest that is seen.
pub const MAX_SIGNATURE_BYTES: usize = 16 * 1024 * 1024;

/// Checks `signature` (the content of a signature file, whatever its form; `None` if there is none)
/// over the file at `path`, by the keys in `trust` as they are valid at the time `at`.
///
/// The file is read once, in pieces.
///
/// # Errors
/// [`SignatureError::Io`] when the file cannot be read. A bad signature is a verdict, not an error.
pub fn verify_file(
    path: &Path,
    signature: Option<&[u8]>,
    trust: &Trust,
    at: OffsetDateTime,
) -> Result<SignatureVerdict, SignatureError> {
    let Some(signature) = signature else { return Ok(SignatureVerdict::Unsigned) };
    verify(Content::File(path), signature, trust, at)
        .map_err(|source| SignatureError::Io { path: path.display().to_string(), source })
}

/// As [`verify_file`], over a file that was read before and had this SHA-256 then.
///
/// The file is read again only for a signature over another digest, and must not have changed.
///
/// # Errors
/// [`SignatureError::Io`] when the file cannot be read, or is not what it was.
pub fn verify_known_file(
    path: &Path,
    sha256: [u8; 32],
    signature: &[u8],
    trust: &Trust,
    at: OffsetDateTime,
) -> Result<SignatureVerdict, SignatureError> {
    verify(Content::Known { path, sha256 }, signature, trust, at)
        .map_err(|source| SignatureError::Io { path: path.display().to_string(), source })
}

/// As [`verify_file`], over bytes at hand, such as a module.
#[must_use]
pub fn verify_bytes(
    content: &[u8],
    signature: Option<&[u8]>,
    trust: &Trust,
    at: OffsetDateTime,
) -> SignatureVerdict {
    let Some(signature) = signature else { return SignatureVerdict::Unsigned };
    verify(Content::Bytes(content), signature, trust, at)
        .unwrap_or_else(|error| SignatureVerdict::Unreadable { reason: error.to_string() })
}

fn verify(
    content: Content<'_>,
    signature: &[u8],
    trust: &Trust,
    at: OffsetDateTime,
) -> std::io::Result<SignatureVerdict> {
    let unreadable = |reason: &str| SignatureVerdict::Unreadable { reason: reason.to_owned() };
    if signature.len() > MAX_SIGNATURE_BYTES {
        return Ok(unreadable("it is larger than 16 MiB"));
    }
    if signature.starts_with(b"-----BEGIN SSH SIGNATURE-----") {
        return verify_ssh(content, signature, trust, at);
    }
    if let Ok(bundle) = serde_json::from_slice::<Bundle>(signature) {
        return verify_bundle(content, &bundle, trust, at);
    }
    match Envelope::parse(signature) {
        Ok(envelope) => verify_envelope(content, &envelope, trust, at),
        Err(error) => Ok(unreadable(&format!(
            "it is no OpenSSH signature, no DSSE envelope ({error}) and no Sigstore bundle"
        ))),
    }
}

fn verify_ssh(
    content: Content<'_>,
    pem: &[u8],
    trust: &Trust,
    at: OffsetDateTime,
) -> std::io::Result<SignatureVerdict> {
    let unreadable = |reason: String| Ok(SignatureVerdict::Unreadable { reason });
    let signature = match SshSig::from_pem(pem) {
        Ok(signature) => signature,
        Err(error) => return unreadable(format!("it is no OpenSSH signature: {error}")),
    };
    let key = match PublicKey::from_key_data(signature.public_key().clone()) {
        Ok(key) => key,
        Err(error) => return unreadable(error.to_string()),
    };
    let entries = trust.entries(&key);
    let Some(entry) = entries.first() else {
        return Ok(SignatureVerdict::Stranger { key: key.fingerprint().to_string() });
    };
    let Some(digest) = content.ssh_digest(signature.hash_alg())? else {
        return unreadable(String::from("its hash algorithm is neither sha256 nor sha512"));
    };
    if !ssh::is_right(&signature, &digest) {
        let signer = entry.signer.clone();
        return Ok(SignatureVerdict::Altered {
            signer,
            reason: "the content is not what was signed",
        });
    }
    if signature.namespace() != SIGNATURE_NAMESPACE {
        let (signer, namespace) = (entry.signer.clone(), signature.namespace().to_owned());
        return Ok(SignatureVerdict::WrongPurpose { signer, namespace });
    }
    Ok(judge(&entries, at, None))
}

fn verify_bundle(
    content: Content<'_>,
    bundle: &Bundle,
    trust: &Trust,
    at: OffsetDateTime,
) -> std::io::Result<SignatureVerdict> {
    if !bundle.media_type.starts_with(MEDIA_TYPE_PREFIX) {
        let reason = format!("{:?} is no Sigstore bundle", bundle.media_type);
        return Ok(SignatureVerdict::Unreadable { reason });
    }
    if let Some(envelope) = &bundle.dsse_envelope {
        return verify_envelope(content, envelope, trust, at);
    }
    let Some(message) = &bundle.message_signature else {
        let reason = String::from("the bundle has neither an envelope nor a signature");
        return Ok(SignatureVerdict::Unreadable { reason });
    };
    // Such a bundle names no key: an altered file cannot be told from a stranger's signature.
    let digest = content.sha256()?;
    let signer = trust.keys().iter().find(|k| k.key.verifies_sha256(&digest, &message.signature));
    let Some(signer) = signer else {
        return Ok(SignatureVerdict::Stranger { key: String::new() });
    };
    Ok(judge(&trust.entries(&signer.key), at, None))
}

fn verify_envelope(
    content: Content<'_>,
    envelope: &Envelope,
    trust: &Trust,
    at: OffsetDateTime,
) -> std::io::Result<SignatureVerdict> {
    let keys = envelope.signers(trust.keys().iter().map(|entry| &entry.key));
    let Some(first) = keys.first() else {
        return Ok(not_by_a_trusted_key(envelope, trust));
    };
    let entries = trust.entries(first);
    let statement = match envelope.statement::<serde_json::Value>() {
        Ok(statement) => statement,
        Err(error) => return Ok(SignatureVerdict::Unreadable { reason: error.to_string() }),
    };
    if !statement.is_about("sha256", &hex::encode(content.sha256()?)) {
        let signer = entries.first().map(|entry| entry.signer.clone()).unwrap_or_default();
        let reason = "the signed statement is about other content";
        return Ok(SignatureVerdict::Altered { signer, reason });
    }
    let verdicts = keys.iter().map(|key| judge(&trust.entries(key), at, Some(statement.clone())));
    Ok(together(verdicts))
}

/// One verdict on an envelope that several trusted keys signed: the good ones speak for it, and if
/// there is none, the first says why.
fn together(verdicts: impl Iterator<Item = SignatureVerdict>) -> SignatureVerdict {
    let mut together = SignatureVerdict::Unsigned;
    for verdict in verdicts {
        match (&mut together, verdict) {
            (SignatureVerdict::Good(first), SignatureVerdict::Good(next))
                if first.signer != next.signer && !first.others.contains(&next.signer) =>
            {
                first.others.push(next.signer);
            }
            (SignatureVerdict::Good(_), _) => {}
            (_, good @ SignatureVerdict::Good(_)) => together = good,
            (SignatureVerdict::Unsigned, bad) => together = bad,
            _ => {}
        }
    }
    together
}

fn not_by_a_trusted_key(envelope: &Envelope, trust: &Trust) -> SignatureVerdict {
    let ids = || envelope.signatures.iter().filter_map(|entry| entry.keyid.as_deref());
    let claimed =
        trust.keys().iter().find(|entry| ids().any(|id| id == entry.key.fingerprint().as_str()));
    match claimed {
        Some(entry) => SignatureVerdict::Altered {
            signer: entry.signer.clone(),
            reason: "the signature does not fit the statement",
        },
        None => SignatureVerdict::Stranger { key: ids().collect::<Vec<_>>().join(", ") },
    }
}

/// A right signature by this key over this content: good if an entry for the key says that it
/// counts at this time, otherwise why the last of them says that it does not.
fn judge(
    entries: &[&TrustedKey],
    at: OffsetDateTime,
    statement: Option<Statement>,
) -> SignatureVerdict {
    let mut refusal = SignatureVerdict::Stranger { key: String::new() };
    for entry in entries {
        let signer = entry.signer.clone();
        let namespaces = entry.namespaces.as_deref();
        match (entry.valid_after, entry.valid_before) {
            _ if namespaces.is_some_and(|n| !matches_patterns(n, SIGNATURE_NAMESPACE)) => {
                let namespace = namespaces.unwrap_or_default().to_owned();
                refusal = SignatureVerdict::WrongPurpose { signer, namespace };
            }
            (Some(valid_after), _) if at < valid_after => {
                refusal = SignatureVerdict::NotYetValid { signer, valid_after };
            }
            (_, Some(valid_before)) if at > valid_before => {
                refusal = SignatureVerdict::Expired { signer, valid_before };
            }
            _ => {
                let fingerprint = entry.key.fingerprint();
                return SignatureVerdict::Good(Signed {
                    signer,
                    fingerprint,
                    others: Vec::new(),
                    statement,
                });
            }
        }
    }
    refusal
}
