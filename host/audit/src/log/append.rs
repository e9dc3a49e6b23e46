//! Opening a log and appending to it, alongside other processes.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::checkpoints::{CheckpointFile, StoredCheckpoint};
use super::heal::{self, HealedPayload};
use super::record::{Draft, LOG_HEALED, LOG_KEY_CHANGED};
use super::tail::{Place, Tail};
use super::{LogError, LogOptions, create, layout};
use crate::key::{Fingerprint, PublicKey, SigningKey};
use crate::merkle::{Checkpoint, Hash, SignedCheckpoint};
use crate::timestamp::format_time;

/// A log that this process appends to.
///
/// Several processes (and several `Log`s of one process) may append to one folder at the same
/// time: each append takes the lock, reads what the others wrote, and continues from there.
///
/// A record is in the file when [`Log::append`] returns: the process may be killed. It is on the
/// disk when [`Log::append_durable`] or [`Log::checkpoint`] returns: the machine may lose power.
pub struct Log {
    folder: PathBuf,
    lock: File,
    key: SigningKey,
    options: LogOptions,
    origin: String,
    tail: Tail,
    checkpoints: CheckpointFile,
    is_broken: bool,
}

/// Where a record went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// The record's number.
    pub sequence: u64,
    /// Its leaf hash, which the next record names and proofs are about.
    pub leaf: Hash,
}

impl Log {
    /// Opens the log in `folder`, or begins one there, and heals what a crash left behind.
    ///
    /// Reads only what was appended since the last checkpoint; [`super::verify_log`] reads it all.
    ///
    /// # Errors
    /// [`LogError::Damaged`] when the end of the log does not follow from its last checkpoint,
    /// [`LogError::ForeignKey`] when another key signed it, and what the file system says.
    pub fn open(folder: &Path, key: &SigningKey, options: LogOptions) -> Result<Self, LogError> {
        create::make_folder(folder)?;
        let lock_path = folder.join(layout::LOCK);
        let lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(LogError::io("open", &lock_path))?;
        lock.lock().map_err(LogError::io("lock", &lock_path))?;
        // The lock goes with the file when anything below fails.
        let mut log = Self::open_locked(folder, lock, key, options)?;
        log.heal_records()?;
        log.record_pending()?;
        log.lock.unlock().map_err(LogError::io("unlock", &lock_path))?;
        Ok(log)
    }

    fn open_locked(
        folder: &Path,
        lock: File,
        key: &SigningKey,
        options: LogOptions,
    ) -> Result<Self, LogError> {
        let is_new = layout::segments(folder).map_err(LogError::io("list", folder))?.is_empty();
        let mut checkpoints = CheckpointFile::open(folder)?;
        if let Some(leftover) = checkpoints.catch_up()? {
            heal::cut_off(folder, &leftover)?;
        }
        if is_new && checkpoints.latest().is_some() {
            return Err(LogError::damaged(folder, "it has checkpoints and no records"));
        }
        if is_new {
            create::first_record(folder, key, &options)?;
        }
        let origin = create::recorded_origin(folder)?;
        if let Some(wanted) = options.origin.as_ref().filter(|wanted| **wanted != origin) {
            let (path, wanted) = (folder.to_owned(), wanted.clone());
            return Err(LogError::Origin { path, wanted, found: origin });
        }
        let mut keys = vec![key.public_key()];
        keys.extend(options.former_keys.iter().cloned());
        let (place, signer) = match checkpoints.latest() {
            None => (Place::start(), None),
            Some(stored) => {
                (stored.place.clone(), Some(check_resumable(folder, stored, &origin, &keys)?))
            }
        };
        let mut log = Self {
            folder: folder.to_owned(),
            lock,
            key: key.clone(),
            options,
            origin,
            tail: Tail::open(folder, place)?,
            checkpoints,
            is_broken: false,
        };
        match signer {
            None => log.sign_first_checkpoint()?,
            Some(signer) => log.note_key_change(&signer)?,
        }
        Ok(log)
    }

    /// A log without checkpoints was never finished being made, so it has one record; if it has
    /// more, the checkpoints were taken away.
    fn sign_first_checkpoint(&mut self) -> Result<(), LogError> {
        let leftover = self.tail.catch_up()?;
        if leftover.is_some() || self.tail.sequence() != 1 {
            return Err(LogError::damaged(&self.folder, "it has records and no checkpoints"));
        }
        self.sign_checkpoint().map(drop)
    }

    fn note_key_change(&mut self, former: &Fingerprint) -> Result<(), LogError> {
        let own = self.key.public_key().fingerprint();
        if *former == own {
            return Ok(());
        }
        self.heal_records()?;
        let payload = json!({"from": former.as_str(), "to": own.as_str()});
        self.write(&Draft { deployment: None, kind: LOG_KEY_CHANGED, payload: &payload })?;
        self.sign_checkpoint().map(drop)
    }

    /// Appends a record. A crash of this process does not lose it; one of the machine may.
    ///
    /// # Errors
    /// [`LogError::NotRecorded`] when it could not be written, and then nothing of it is in the
    /// log; [`LogError::Payload`], [`LogError::TooLong`] or [`LogError::Kind`] when it is not fit to be.
    pub fn append<'a>(
        &mut self,
        deployment: impl Into<Option<&'a str>>,
        kind: &str,
        payload: &Value,
    ) -> Result<Appended, LogError> {
        let draft = Draft { deployment: deployment.into(), kind, payload };
        draft.check_kind()?;
        self.locked(|log| {
            log.heal_records()?;
            let appended = log.write(&draft)?;
            if log.tail.sequence() - log.signed_size() >= log.options.records_per_checkpoint {
                log.heal_checkpoints()?;
                log.record_pending()?;
                log.sign_checkpoint()?;
            }
            Ok(appended)
        })
    }

    /// As [`Log::append`], and the record is on the disk before this returns: for what is announced
    /// before it is done.
    ///
    /// # Errors
    /// As [`Log::append`], and [`LogError::NotDurable`].
    pub fn append_durable<'a>(
        &mut self,
        deployment: impl Into<Option<&'a str>>,
        kind: &str,
        payload: &Value,
    ) -> Result<Appended, LogError> {
        let appended = self.append(deployment, kind, payload)?;
        // Outside the lock: others may write meanwhile, and one flush can serve several.
        self.flush(appended.sequence)?;
        Ok(appended)
    }

    /// Makes everything durable and signs a checkpoint over it; the last one if nothing was added.
    ///
    /// # Errors
    /// [`LogError::Io`] when it cannot be written.
    pub fn checkpoint(&mut self) -> Result<SignedCheckpoint, LogError> {
        self.locked(|log| {
            log.heal_records()?;
            log.heal_checkpoints()?;
            log.record_pending()?;
            log.sign_checkpoint()
        })
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The number that the next record will have if no other process appends first.
    #[must_use]
    pub fn next_sequence(&self) -> u64 {
        self.tail.sequence()
    }

    fn locked<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        if self.is_broken {
            return Err(LogError::Broken { path: self.folder.clone() });
        }
        self.lock.lock().map_err(LogError::io("lock", &self.folder))?;
        let result = work(self);
        self.lock.unlock().map_err(LogError::io("unlock", &self.folder))?;
        result
    }

    /// Reads what others wrote; cuts off, and records, what a crash left of it.
    fn heal_records(&mut self) -> Result<(), LogError> {
        let Some(leftover) = self.tail.catch_up()? else { return Ok(()) };
        // Others may have signed since: what is signed is never cut off.
        self.heal_checkpoints()?;
        if self.signed_size() > self.tail.sequence() {
            return Err(LogError::damaged(
                &leftover.path,
                format!("record {} is signed and cannot be read", self.tail.sequence()),
            ));
        }
        heal::cut_off(&self.folder, &leftover)?;
        self.record_pending()
    }

    /// The same for checkpoints; the piece is put on record with the next one that is.
    fn heal_checkpoints(&mut self) -> Result<(), LogError> {
        let Some(leftover) = self.checkpoints.catch_up()? else { return Ok(()) };
        heal::cut_off(&self.folder, &leftover)
    }

    fn record_pending(&mut self) -> Result<(), LogError> {
        let pending = heal::pending(&self.folder)?;
        if pending.is_empty() {
            return Ok(());
        }
        let payload = serde_json::to_value(HealedPayload { cut: pending.clone() })
            .map_err(|e| LogError::Payload { kind: LOG_HEALED.to_owned(), source: e.into() })?;
        self.write(&Draft { deployment: None, kind: LOG_HEALED, payload: &payload })?;
        self.flush(self.tail.sequence() - 1)?;
        heal::settle(&self.folder, &pending)
    }

    fn write(&mut self, draft: &Draft<'_>) -> Result<Appended, LogError> {
        if self.tail.offset() >= self.options.segment_bytes && self.tail.offset() > 0 {
            self.tail.rotate()?;
        }
        let sequence = self.tail.sequence();
        let time = format_time(time::OffsetDateTime::now_utc());
        let line = draft.encode(sequence, self.tail.last(), &time)?;
        self.tail.write(&line).map_err(|(source, is_broken)| {
            self.is_broken = is_broken;
            LogError::NotRecorded { sequence, path: self.tail.path(), source }
        })?;
        Ok(Appended { sequence, leaf: self.tail.last() })
    }

    /// Makes all records up to `sequence` durable.
    fn flush(&mut self, sequence: u64) -> Result<(), LogError> {
        self.tail.sync().map_err(|source| {
            // What the kernel failed to write once it may forget; only a fresh look tells.
            self.is_broken = true;
            LogError::NotDurable { sequence, path: self.tail.path(), source }
        })
    }

    fn signed_size(&self) -> u64 {
        self.checkpoints.latest().map_or(0, |stored| stored.signed.checkpoint.size)
    }

    fn sign_checkpoint(&mut self) -> Result<SignedCheckpoint, LogError> {
        if let Some(stored) = self.checkpoints.latest()
            && stored.signed.checkpoint.size == self.tail.sequence()
        {
            return Ok(stored.signed.clone());
        }
        self.flush(self.tail.sequence() - 1)?;
        let frontier = self.tail.frontier();
        let (size, root) = (frontier.size(), frontier.root());
        let signed = Checkpoint { origin: self.origin.clone(), size, root }.sign(&self.key)?;
        let place = Place {
            segment: self.tail.segment(),
            offset: self.tail.offset(),
            frontier: frontier.clone(),
            last: self.tail.last(),
        };
        self.checkpoints.append(StoredCheckpoint { signed: signed.clone(), place })?;
        if let Some(path) = &self.options.checkpoint_file {
            layout::write_atomically(path, signed.to_string().as_bytes())
                .map_err(LogError::io("write", path))?;
        }
        Ok(signed)
    }
}

/// Who signed the checkpoint that a log is to be continued from.
fn check_resumable(
    folder: &Path,
    stored: &StoredCheckpoint,
    origin: &str,
    keys: &[PublicKey],
) -> Result<Fingerprint, LogError> {
    let checkpoint = &stored.signed.checkpoint;
    let signer = stored
        .signed
        .verify(keys)
        .map_err(|source| LogError::ForeignKey { path: folder.to_owned(), source })?;
    if checkpoint.origin != origin {
        return Err(LogError::damaged(folder, "its last checkpoint is that of another log"));
    }
    if stored.place.frontier.root() != checkpoint.root {
        return Err(LogError::damaged(folder, "its last checkpoint was altered"));
    }
    Ok(signer)
}
