//! `cofferdam clean`: applies retention to a root.

use std::path::PathBuf;

use clap::Args;
use cofferdam_deployment::{
    Journal, LockHolder, RetentionRule, Retired, RootLock, apply_retention, open_root,
    open_state_folder, to_remove,
};
use cofferdam_sandbox::CancelToken;
use time::OffsetDateTime;

use crate::command::history::{existing_journal, journal_failure};
use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::render::amount::count;
use crate::render::printable::printable;

/// Removes the folders of old deployments; the journal remembers them.
///
/// The current deployment of each package, environment and tenant always stays, and the successful
/// one before it.
#[derive(Debug, Args)]
pub(crate) struct CleanArgs {
    /// The root
    #[arg(long, value_name = "FOLDER")]
    root: PathBuf,
    /// Successful deployments to keep beside the current one
    #[arg(long, value_name = "N", required_unless_present = "keep_days")]
    keep: Option<u32>,
    /// Days for which deployments are kept
    #[arg(long, value_name = "DAYS")]
    keep_days: Option<u32>,
    /// Say what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

/// A deployment may take long, and cleaning can wait for another day.
const LOCK_TIMEOUT_MS: u64 = 60_000;

impl CleanArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let rule = RetentionRule { keep: self.keep, keep_days: self.keep_days };
        let now = OffsetDateTime::now_utc();
        let journal = existing_journal(&self.root)?;
        if self.dry_run {
            let entries = journal.entries().map_err(journal_failure)?;
            let mut number = 0;
            for entry in to_remove(&entries, rule, now) {
                number += 1;
                println!("{}", printable(&entry.folder));
            }
            eprintln!("{} would be removed", count(number, "folder"));
            return Ok(Exit::Success);
        }
        let root = open_root(&self.root).or_exit(Exit::System)?;
        let state = open_state_folder(&root, &self.root).or_exit(Exit::System)?;
        let me = LockHolder::this_process("removes old deployments".to_owned());
        let mut waiting = |_| eprintln!("waiting for another process that works on this root");
        let cancel = CancelToken::default();
        let _lock =
            RootLock::obtain(&state, &self.root, &me, LOCK_TIMEOUT_MS, &cancel, &mut waiting)
                .or_exit(Exit::Busy)?;
        let mut journal = Journal::open(&self.root).map_err(journal_failure)?;
        let mut removed = 0;
        let mut show = |retired: &Retired| {
            removed += 1;
            println!("{}", printable(&retired.folder));
        };
        apply_retention(&mut journal, &root, &self.root, rule, now, &mut show)
            .or_exit(Exit::System)?;
        eprintln!("{} removed", count(removed, "folder"));
        Ok(Exit::Success)
    }
}
