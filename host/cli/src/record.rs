//! The record of a deployment: audit log, attestation.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_audit::{Attestation, DigestKey, Log, LogError, LogOptions, SigningKey};
use cofferdam_deployment::{AuditObserver, Outcome, folder_digest};

use crate::command::key::read_public_keys;
use crate::exit::Exit;
use crate::failure::{Failure, OrCannot, OrExit};
use crate::program_settings::ProgramSettings;

/// Where things are in the folder of the audit log.
const DIGEST_KEY_FILE: &str = "digest.key";
const ATTESTATIONS_FOLDER: &str = "attestations";

/// An audit log that is open, and the key that signs it.
pub(crate) struct Record {
    log: Arc<Mutex<Log>>,
    key: SigningKey,
    folder: PathBuf,
}

impl Record {
    /// Opens the record that the settings ask for; `None` when they ask for none.
    pub(crate) fn open(program: &ProgramSettings) -> Result<Option<Self>, Failure> {
        let Some(folder) = &program.audit_dir else {
            return match &program.checkpoint_file {
                None => Ok(None),
                Some(_) => Err(Failure::new(
                    Exit::Usage,
                    "there is no audit log whose checkpoints could be handed out",
                )
                .with_hint("name its folder with --audit-dir".to_owned())),
            };
        };
        let Some(key) = &program.signing_key else {
            return Err(Failure::new(Exit::Usage, "an audit log needs a key that signs it")
                .with_hint(
                    "make one with `cofferdam key generate FILE`, and name it with --signing-key"
                        .to_owned(),
                ));
        };
        let key = SigningKey::read_file(key).or_exit(Exit::BadInput)?;
        let options = LogOptions {
            former_keys: read_public_keys(&program.former_keys)?,
            checkpoint_file: program.checkpoint_file.clone(),
            ..LogOptions::default()
        };
        let log = Log::open(folder, &key, options).or_exit(Exit::NotRecorded)?;
        Ok(Some(Self { log: Arc::new(Mutex::new(log)), key, folder: folder.clone() }))
    }

    /// Who writes the events.
    pub(crate) fn observer(&self) -> AuditObserver {
        AuditObserver::new(Arc::clone(&self.log))
    }

    /// Signs what the deployment came to, ties it to the log, and closes that with a checkpoint.
    /// Returns the attestation's path.
    pub(crate) fn attest(&self, outcome: &Outcome) -> Result<PathBuf, Failure> {
        let installed = outcome.installation.as_ref().or(outcome.folder.as_ref());
        let digest = match installed {
            Some(path) => {
                let doing = "take the digest of what was deployed to";
                let folder = Dir::open_ambient_dir(path, ambient_authority());
                let folder = folder.or_cannot(Exit::System, doing, path)?;
                let digest = folder_digest(&folder).or_cannot(Exit::System, doing, path)?;
                Some((path.display().to_string(), digest))
            }
            None => None,
        };
        let digest_key = DigestKey::load_or_create(&self.folder.join(DIGEST_KEY_FILE))
            .or_exit(Exit::NotRecorded)?;
        let named = digest.as_ref().map(|(name, digest)| (name.as_str(), *digest));
        let attestation = outcome.attestation(named, &digest_key);
        let envelope = attestation.sign(&self.key).or_exit(Exit::NotRecorded)?;

        let path =
            self.folder.join(ATTESTATIONS_FOLDER).join(format!("{}.json", outcome.deployment));
        let json = envelope.to_json().or_exit(Exit::NotRecorded)?;
        write_durably(&path, &json).or_exit(Exit::NotRecorded)?;
        self.tie(outcome, &attestation.log_payload(&envelope)).or_exit(Exit::NotRecorded)?;
        Ok(path)
    }

    fn tie(&self, outcome: &Outcome, payload: &serde_json::Value) -> Result<(), LogError> {
        // A log whose other user panicked heals itself: every append checks the end of the file.
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let deployment = outcome.deployment.to_string();
        log.append(deployment.as_str(), Attestation::RECORD_KIND, payload)?;
        // With it, the record is durable.
        log.checkpoint().map(drop)
    }
}

/// Whole or not at all, and on the disk when it returns.
fn write_durably(path: &Path, content: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
