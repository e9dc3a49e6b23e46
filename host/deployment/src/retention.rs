//! Retention: which old deployments' folders are removed, and removing them.

use std::collections::BTreeSet;
use std::path::Path;

use cap_std::fs::Dir;
use cofferdam_package::remove_tree;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::journal::{Entry, EntryStatus, Journal, JournalError, Scope};
use crate::{FolderError, RetentionRule};

/// A folder that retention removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// The deployment.
    pub id: Uuid,
    /// Its extraction folder, below the root.
    pub folder: String,
}

/// What can go wrong with retention.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RetentionError {
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A folder that cannot be removed.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// The deployments whose extraction folders go. `entries` are the whole journal, the latest first.
///
/// For each scope by itself: the latest successful deployment and the successful one before it are
/// always kept, and so is everything newer than the latest successful one. Of the others, those stay
/// that the rule keeps: by `keep`, so many successful ones before the latest; by `keep_days`, those
/// that began less than so many days ago. With both, what either keeps stays. A folder that a kept
/// deployment shares stays.
#[must_use]
pub fn to_remove(entries: &[Entry], rule: RetentionRule, now: OffsetDateTime) -> Vec<&Entry> {
    if rule.keeps_everything() {
        return Vec::new();
    }
    let mut scopes: Vec<Scope> = Vec::new();
    for entry in entries {
        let scope = Scope::of(entry);
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    let mut removed: Vec<&Entry> = Vec::new();
    for scope in &scopes {
        let mut successes = 0_u64;
        for entry in entries.iter().filter(|entry| scope.contains(entry)) {
            let older_successes = successes;
            let successful = entry.status == EntryStatus::Succeeded;
            successes += u64::from(successful);
            // `older_successes` successful ones are newer than this.
            let is_needed = older_successes == 0
                || (successful && older_successes == 1)
                || entry.status == EntryStatus::Running;
            let is_counted =
                rule.keep.is_some_and(|keep| successful && older_successes <= u64::from(keep));
            let is_young = rule
                .keep_days
                .is_some_and(|days| now - entry.started < Duration::days(i64::from(days)));
            if !is_needed && !is_counted && !is_young && !entry.folder_removed {
                removed.push(entry);
            }
        }
    }
    let leaving: BTreeSet<Uuid> = removed.iter().map(|entry| entry.id).collect();
    let is_shared = |folder: &str| {
        entries.iter().any(|entry| {
            !entry.folder_removed && !leaving.contains(&entry.id) && entry.folder == folder
        })
    };
    removed.retain(|entry| !is_shared(&entry.folder));
    removed
}

/// Removes what [`to_remove`] names. Custom installation folders and packages are never touched. The caller
/// holds the root's lock.
///
/// # Errors
/// See [`RetentionError`]; what was removed until then is recorded.
pub fn apply(
    journal: &mut Journal,
    root: &Dir,
    root_path: &Path,
    rule: RetentionRule,
    now: OffsetDateTime,
    retired: &mut dyn FnMut(&Retired),
) -> Result<(), RetentionError> {
    let entries = journal.entries()?;
    for entry in to_remove(&entries, rule, now) {
        remove_folder(root, root_path, &entry.folder)?;
        journal.folder_removed(entry.id)?;
        retired(&Retired { id: entry.id, folder: entry.folder.clone() });
    }
    Ok(())
}

/// Removes a folder below the root with everything in it, following no link that leads out.
pub(crate) fn remove_folder(root: &Dir, root_path: &Path, folder: &str) -> Result<(), FolderError> {
    let path = root_path.join(folder);
    let Some((parent, name)) = folder.rsplit_once('/') else { return Ok(()) };
    match root.open_dir(parent) {
        Ok(parent) => {
            remove_tree(&parent, name).map_err(FolderError::io("remove the folder", &path))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(FolderError::io("open the folder of", &path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `S` successful, `F` failed, `I` interrupted; the first is the latest, one a day.
    fn journal(history: &str) -> Vec<Entry> {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(1000);
        let status = |letter| match letter {
            'S' => EntryStatus::Succeeded,
            'F' => EntryStatus::Failed,
            _ => EntryStatus::Interrupted,
        };
        let entry = |(days, letter): (usize, char)| Entry {
            id: Uuid::now_v7(),
            started: now - Duration::days(i64::try_from(days).unwrap()),
            ended: None,
            status: status(letter),
            failure: None,
            package_id: "Acme".into(),
            package_version: "1.0".into(),
            package_sha256: String::new(),
            package_signers: Vec::new(),
            package_file: "x".into(),
            environment: None,
            tenant: None,
            policy_set: None,
            folder: format!("Acme/{days}"),
            extracted: true,
            installation_folder: None,
            folder_removed: false,
        };
        history.chars().enumerate().map(entry).collect()
    }

    /// The history with `-` for what goes.
    fn after(history: &str, keep: Option<u32>, keep_days: Option<u32>) -> String {
        let entries = journal(history);
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(1000) + Duration::hours(1);
        let removed = to_remove(&entries, RetentionRule { keep, keep_days }, now);
        let mark = |(entry, letter)| if removed.contains(&entry) { '-' } else { letter };
        entries.iter().zip(history.chars()).map(mark).collect()
    }

    #[test]
    fn table() {
        for (history, keep, keep_days, expected) in [
            ("SSSSS", None, None, "SSSSS"),
            ("SSSSS", Some(2), None, "SSS--"),
            ("SSSSS", Some(1), None, "SS---"),
            // Never the current one nor the one before.
            ("SSSSS", Some(0), None, "SS---"),
            ("SSSSS", None, Some(0), "SS---"),
            ("SSSSS", None, Some(3), "SSS--"),
            ("SSSSS", Some(3), Some(1), "SSSS-"),
            // Failed ones newer than the current one stay to be looked at; older ones go.
            ("FFSFSFS", Some(1), None, "FFS-S--"),
            ("FSFIS", Some(5), None, "FS--S"),
            // Nothing ever succeeded: nothing goes.
            ("FFF", Some(0), None, "FFF"),
            ("", Some(0), None, ""),
        ] {
            assert_eq!(
                after(history, keep, keep_days),
                expected,
                "{history} {keep:?} {keep_days:?}"
            );
        }
    }

    #[test]
    fn scopes_are_by_themselves_and_shared_folders_stay() {
        let mut entries = journal("SSSS");
        entries[3].environment = Some("Test".into());
        entries[2].folder = entries[0].folder.clone();
        let rule = RetentionRule { keep: Some(0), keep_days: None };
        let now = entries[0].started + Duration::days(1);
        assert!(to_remove(&entries, rule, now).is_empty());
        entries[2].folder = "Acme/other".into();
        assert_eq!(to_remove(&entries, rule, now), [&entries[2]]);
    }
}
