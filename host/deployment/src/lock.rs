//! `RootLock`: one deployment to a root at a time.

use std::fs::{File, TryLockError};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use cap_std::fs::{Dir, OpenOptions};
use cofferdam_sandbox::CancelToken;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

const LOCK_FILE: &str = "lock";

/// The first pause between two attempts.
const FIRST_PAUSE_MS: u64 = 5;
/// The longest pause between two attempts: nobody notices half a second after a deployment.
const LONGEST_PAUSE_MS: u64 = 500;
/// What the lock file says of its holder is shorter; more is not read.
const MAX_HOLDER_BYTES: u64 = 4096;

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// The process.
    pub pid: u32,
    /// What it does, as a clause: `deploys Acme.Web 1.0.0`.
    pub doing: String,
    /// Since when, RFC 3339.
    pub since: String,
}

impl LockHolder {
    /// This process, from now on; to the second, because it is for people.
    #[must_use]
    pub fn this_process(doing: String) -> Self {
        let now = OffsetDateTime::now_utc();
        let now = now.replace_nanosecond(0).unwrap_or(now);
        Self { pid: std::process::id(), doing, since: now.format(&Rfc3339).unwrap_or_default() }
    }
}

/// The exclusive right to change what is below a root. Ends when dropped, or with the process.
#[derive(Debug)]
pub struct RootLock {
    _file: File,
}

/// Whether nobody works on the root that this is the own folder of, at this moment; `false` if this user
/// cannot tell. For those who only read: it needs no right to write, and says nothing of itself.
pub(crate) fn is_idle(state: &Path) -> bool {
    match File::open(state.join(LOCK_FILE)) {
        // Not kept: whoever wants to deploy would take the reader for a deployment.
        Ok(file) => file.try_lock_shared().is_ok(),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// A lock that was not obtained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Somebody else held it all the time.
    #[error(
        "another process works on `{}`{}, and did not finish within {waited_ms} ms; \
         try again, or wait longer with `--lock-timeout`",
        .root.display(),
        .holder.as_ref().map(|h| format!(" (process {}, which {} since {})", h.pid, h.doing, h.since))
            .unwrap_or_default()
    )]
    Timeout {
        /// The root.
        root: PathBuf,
        /// Who held it last, if that is known.
        holder: Option<LockHolder>,
        /// How long was waited.
        waited_ms: u64,
    },
    /// The operator interrupted the waiting.
    #[error("waiting for another deployment was cancelled")]
    Cancelled,
    /// The lock file cannot be used.
    #[error("the lock file of `{}` cannot be used: {source}", .root.display())]
    Io {
        /// The root.
        root: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
}

impl RootLock {
    /// Obtains the lock of a root, waiting for at most `timeout_ms`. `waiting` is called once, with
    /// the holder, when there is something to wait for.
    ///
    /// # Errors
    /// See [`LockError`].
    pub fn obtain(
        state: &Dir,
        root: &Path,
        me: &LockHolder,
        timeout_ms: u64,
        cancel: &CancelToken,
        waiting: &mut dyn FnMut(Option<LockHolder>),
    ) -> Result<Self, LockError> {
        Self::obtain_pausing(state, root, me, timeout_ms, cancel, waiting, &mut sleep)
    }

    fn obtain_pausing(
        state: &Dir,
        root: &Path,
        me: &LockHolder,
        timeout_ms: u64,
        cancel: &CancelToken,
        waiting: &mut dyn FnMut(Option<LockHolder>),
        pause: &mut dyn FnMut(Duration),
    ) -> Result<Self, LockError> {
        let io = |source| LockError::Io { root: root.to_owned(), source };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true);
        let mut file = state.open_with(LOCK_FILE, &options).map_err(io)?.into_std();
        let try_lock = |file: &File| match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(source)) => Err(io(source)),
        };
        let mut is_obtained = try_lock(&file)?;
        if !is_obtained {
            // Somebody who asks whether the root `is_idle` has it for a moment, and is nobody to wait for.
            pause(Duration::from_millis(FIRST_PAUSE_MS));
            is_obtained = try_lock(&file)?;
        }
        let started = Instant::now();
        let mut pause_ms = FIRST_PAUSE_MS;
        let mut told = false;
        while !is_obtained {
            if !told {
                told = true;
                waiting(read_holder(&mut file));
            }
            if cancel.is_cancelled() {
                return Err(LockError::Cancelled);
            }
            let waited_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
            if waited_ms >= timeout_ms {
                let holder = read_holder(&mut file);
                return Err(LockError::Timeout { root: root.to_owned(), holder, waited_ms });
            }
            pause(Duration::from_millis(pause_ms.min(timeout_ms - waited_ms)));
            pause_ms = (pause_ms * 2).min(LONGEST_PAUSE_MS);
            is_obtained = try_lock(&file)?;
        }
        write_holder(&mut file, me).map_err(io)?;
        Ok(Self { _file: file })
    }
}

/// Who holds the lock, as far as that can be read: it is a courtesy, not a protocol.
fn read_holder(file: &mut File) -> Option<LockHolder> {
    file.seek(SeekFrom::Start(0)).ok()?;
    let mut text = String::new();
    file.take(MAX_HOLDER_BYTES).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn write_holder(file: &mut File, me: &LockHolder) -> std::io::Result<()> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(serde_json::to_string(me)?.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(pid: u32) -> LockHolder {
        LockHolder { pid, doing: "deploys Acme 1.0".into(), since: "2026-01-01T00:00:00Z".into() }
    }

    #[test]
    fn the_second_waits_for_the_first_and_is_told_whom_for() {
        let root = tempfile::tempdir().unwrap();
        let dir = crate::folders::open_root(root.path()).unwrap();
        let cancel = CancelToken::new();
        let first =
            RootLock::obtain(&dir, root.path(), &holder(1), 0, &cancel, &mut |_| panic!()).unwrap();
        let mut told = None;
        let error = RootLock::obtain(&dir, root.path(), &holder(2), 1, &cancel, &mut |h| told = h)
            .unwrap_err();
        assert_eq!(told, Some(holder(1)));
        assert!(error.to_string().contains("process 1, which deploys Acme 1.0"), "{error}");
        drop(first);
        RootLock::obtain(&dir, root.path(), &holder(2), 0, &cancel, &mut |_| panic!()).unwrap();
    }

    #[test]
    fn a_root_is_idle_unless_somebody_holds_its_lock() {
        let root = tempfile::tempdir().unwrap();
        let dir = crate::folders::open_root(root.path()).unwrap();
        assert!(is_idle(root.path()));
        let cancel = CancelToken::new();
        let obtain = || RootLock::obtain(&dir, root.path(), &holder(1), 0, &cancel, &mut |_| {});
        let lock = obtain().unwrap();
        assert!(!is_idle(root.path()));
        drop(lock);
        let reader = File::open(root.path().join(LOCK_FILE)).unwrap();
        reader.lock_shared().unwrap();
        assert!(is_idle(root.path()));
    }

    #[test]
    fn whoever_only_asks_whether_a_root_is_idle_is_not_waited_for() {
        let root = tempfile::tempdir().unwrap();
        let dir = crate::folders::open_root(root.path()).unwrap();
        std::fs::write(root.path().join(LOCK_FILE), "").unwrap();
        let reader = File::open(root.path().join(LOCK_FILE)).unwrap();
        reader.lock_shared().unwrap();
        let mut reader = Some(reader);
        RootLock::obtain_pausing(
            &dir,
            root.path(),
            &holder(1),
            0,
            &CancelToken::new(),
            &mut |holder| panic!("waits for {holder:?}"),
            &mut |_| drop(reader.take()),
        )
        .unwrap();
    }

    #[test]
    fn waiting_ends_when_cancelled() {
        let root = tempfile::tempdir().unwrap();
        let dir = crate::folders::open_root(root.path()).unwrap();
        let cancel = CancelToken::new();
        let _first =
            RootLock::obtain(&dir, root.path(), &holder(1), 0, &cancel, &mut |_| {}).unwrap();
        cancel.cancel();
        let second = RootLock::obtain(&dir, root.path(), &holder(2), 60_000, &cancel, &mut |_| {});
        assert!(matches!(second, Err(LockError::Cancelled)));
    }
}
