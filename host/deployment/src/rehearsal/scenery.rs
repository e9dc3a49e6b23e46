//! `Scenery`: what a deployment that is tried out finds in the place of the real target.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_capability::{Access, ExtraFolder};
use cofferdam_sandbox::StandIn;
use uuid::Uuid;

use super::clone_tree::clone_tree;
use super::report::{FileDiff, StubbedRequest};
use super::scratch::Scratch;
use super::shadow::Shadow;
use super::stubs::StubLog;
use crate::folders::{open_root, open_state_folder};
use crate::journal::{Journal, JournalError};
use crate::plan::Materials;
use crate::settings::CustomInstallation;
use crate::{Change, FolderError, Outcome, Plan, Settings};

const ROOT: &str = "root";
const INSTALLATION: &str = "installation";
const ARTIFACTS: &str = "artifacts";
const SHADOW: &str = "shadow";
const FOLDERS: &str = "folders";

/// What a deployment that is tried out finds in the place of the real target: a root with a copy of
/// the journal, a clone of the custom installation folder, clones of the folders that hooks may
/// write to. The deployment is run on it as on any other, and is told of the real paths.
#[derive(Debug)]
pub(crate) struct Scenery {
    /// Real folders and what stands in for each.
    replaced: Vec<StandIn>,
    /// Granted folders that hooks may write to, and their clones.
    cloned: Vec<StandIn>,
    /// The clone of the custom installation folder.
    installation: Option<PathBuf>,
    shadow: Option<Shadow>,
    requests: StubLog,
    /// The deployment that is done again.
    recorded: Option<Recorded>,
    /// What was seen of each hook, in their order.
    pub(super) seen: Vec<Seen>,
}

/// What hooks are told of a deployment that is done again.
#[derive(Debug)]
pub(crate) struct Recorded {
    pub(crate) deployment: Uuid,
    pub(crate) root: PathBuf,
    /// The extraction folder, below the root.
    pub(crate) folder: String,
    /// The variables that say what was deployed before.
    pub(crate) past: BTreeMap<String, String>,
}

/// What was seen of one hook, sensitive values masked.
#[derive(Debug)]
pub(super) struct Seen {
    pub(super) diffs: Vec<FileDiff>,
    pub(super) requests: Vec<StubbedRequest>,
}

/// Why a deployment cannot be tried out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SceneryError {
    /// A folder of the scratch folder.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The journal of the root.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A folder that the deployment or its hooks would write to.
    #[error("cannot copy `{}`, to try the deployment out on the copy: {source}", .folder.display())]
    Copy {
        /// The folder.
        folder: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

impl Scenery {
    /// Sets everything up in `scratch`, as it is on the target now, and redirects `settings` to it.
    /// `requests` are those that hooks make.
    pub(super) fn set_up(
        scratch: &Scratch,
        requests: &StubLog,
        plan: &Plan,
        settings: &mut Settings,
        materials: &Materials<'_>,
    ) -> Result<Self, SceneryError> {
        let real_root = settings.root.clone();
        let mut scenery = Self::empty(requests);
        let root = scenery.make_root(scratch, &real_root, settings)?;
        materials.folders.take_names(&real_root, &root, &settings.root)?;
        if !settings.skip_journal {
            copy_journal(&real_root, &settings.root)?;
        }
        if let Some(installation) = &mut settings.installation {
            let folder = scenery.replace(&installation.folder, scratch.path().join(INSTALLATION));
            if !is_emptied(installation) {
                clone_folder(&installation.folder, &folder)?;
            }
            scenery.installation = Some(folder.clone());
            installation.folder = folder;
        }
        scenery.clone_granted(plan, &scratch.path().join(FOLDERS))?;
        Ok(scenery)
    }

    /// Sets everything up in `scratch` as it was for a deployment on record: nothing is there but the
    /// past that hooks are told of.
    pub(super) fn set_up_as_recorded(
        scratch: &Scratch,
        requests: &StubLog,
        recorded: Recorded,
        plan: &Plan,
        settings: &mut Settings,
        materials: &Materials<'_>,
    ) -> Result<Self, SceneryError> {
        let mut scenery = Self::empty(requests);
        let root = scenery.make_root(scratch, &recorded.root, settings)?;
        let name = recorded.folder.rsplit('/').next().unwrap_or_default();
        materials.folders.take_names_before(name, &root, &settings.root)?;
        settings.skip_journal = true;
        if let Some(installation) = &mut settings.installation {
            let folder = scenery.replace(&installation.folder, scratch.path().join(INSTALLATION));
            scenery.installation = Some(folder.clone());
            installation.folder = folder;
        }
        scenery.clone_granted(plan, &scratch.path().join(FOLDERS))?;
        scenery.recorded = Some(recorded);
        Ok(scenery)
    }

    fn empty(requests: &StubLog) -> Self {
        Self {
            replaced: Vec::new(),
            cloned: Vec::new(),
            installation: None,
            shadow: None,
            requests: requests.clone(),
            recorded: None,
            seen: Vec::new(),
        }
    }

    /// A root that stands for the real one, and a folder for artifacts.
    fn make_root(
        &mut self,
        scratch: &Scratch,
        real: &Path,
        settings: &mut Settings,
    ) -> Result<Dir, SceneryError> {
        let root = self.replace(real, scratch.path().join(ROOT));
        let dir = open_root(&root)?;
        open_state_folder(&dir, &root)?;
        settings.root = root;
        settings.artifacts_dir = Some(scratch.path().join(ARTIFACTS));
        Ok(dir)
    }

    /// Also writes down what hooks change in texts.
    pub(super) fn with_shadow(mut self, scratch: &Scratch) -> Result<Self, SceneryError> {
        let path = scratch.path();
        let folder = Dir::open_ambient_dir(&path, ambient_authority());
        let shadow = folder.and_then(|folder| Shadow::new(folder, SHADOW));
        self.shadow = Some(shadow.map_err(FolderError::io("make a folder in", &path))?);
        Ok(self)
    }

    fn replace(&mut self, real: &Path, opened: PathBuf) -> PathBuf {
        self.replaced.push(StandIn { granted: real.to_owned(), opened: opened.clone() });
        opened
    }

    /// Clones what hooks may write to: each folder once, so that a hook finds what another wrote.
    fn clone_granted(&mut self, plan: &Plan, to: &Path) -> Result<(), SceneryError> {
        let folders = plan.hooks().flat_map(|(_, hook)| &hook.grant.terms().folders);
        let mut written: Vec<&ExtraFolder> =
            folders.filter(|folder| folder.access == Access::ReadWrite).collect();
        // A folder comes before those in it, which its clone holds already.
        written.sort_by(|one, other| one.host.cmp(&other.host));
        for folder in written {
            // One that is not there is no more there in a rehearsal.
            if self.stand_in(&folder.host).is_none() && folder.host.exists() {
                let clone = to.join(self.cloned.len().to_string());
                clone_folder(&folder.host, &clone)?;
                self.cloned.push(StandIn { granted: folder.host.clone(), opened: clone });
            }
        }
        Ok(())
    }

    /// What is opened in the place of a granted folder; `None`: the folder itself, which no hook may
    /// write to.
    fn stand_in(&self, folder: &Path) -> Option<PathBuf> {
        translate(&self.cloned, folder, |stand_in| (&stand_in.granted, &stand_in.opened))
    }

    /// What is opened in the place of these.
    pub(crate) fn stand_ins(&self, folders: &[ExtraFolder]) -> Vec<StandIn> {
        let stand_in = |folder: &ExtraFolder| {
            let opened = self.stand_in(&folder.host)?;
            Some(StandIn { granted: folder.host.clone(), opened })
        };
        folders.iter().filter_map(stand_in).collect()
    }

    /// The deployment that is done again, if one is.
    pub(crate) fn recorded(&self) -> Option<&Recorded> {
        self.recorded.as_ref()
    }

    /// The path that a path of the scenery stands for.
    pub(crate) fn told(&self, path: &Path) -> PathBuf {
        translate(&self.replaced, path, |stand_in| (&stand_in.opened, &stand_in.granted))
            .unwrap_or_else(|| path.to_owned())
    }

    /// The folder that the package would be used from, if it came so far.
    pub(super) fn used_folder(&self, outcome: &Outcome) -> Option<PathBuf> {
        match outcome.installation {
            Some(_) => self.installation.clone(),
            None => outcome.folder.clone(),
        }
    }

    /// The enclosure is another one, or the host changed it.
    pub(crate) fn settled(&mut self, enclosure: &Dir) -> io::Result<()> {
        self.shadow.as_mut().map_or(Ok(()), |shadow| shadow.follow(enclosure))
    }

    /// A hook changed the enclosure.
    pub(crate) fn changed(
        &mut self,
        changes: &[Change],
        enclosure: &Dir,
        mask: &mut dyn FnMut(&str) -> String,
    ) -> io::Result<()> {
        let mut requests = self.requests.take();
        requests.iter_mut().for_each(|request| request.url = mask(&request.url));
        let diffs = match &mut self.shadow {
            Some(shadow) => shadow.compare(changes, enclosure, mask)?,
            None => Vec::new(),
        };
        self.seen.push(Seen { diffs, requests });
        Ok(())
    }
}

/// The path with the folder that it lies in replaced, if that is one of these.
fn translate(
    stand_ins: &[StandIn],
    path: &Path,
    sides: impl Fn(&StandIn) -> (&PathBuf, &PathBuf),
) -> Option<PathBuf> {
    stand_ins.iter().find_map(|stand_in| {
        let (from, to) = sides(stand_in);
        let rest = path.strip_prefix(from).ok()?;
        Some(if rest.as_os_str().is_empty() { to.clone() } else { to.join(rest) })
    })
}

/// Nothing of what is in it now would be there when hooks run.
fn is_emptied(installation: &CustomInstallation) -> bool {
    installation.purge && installation.purge_exclusions.is_empty()
}

/// Clones a folder; one that is not there becomes an empty one.
fn clone_folder(folder: &Path, clone: &Path) -> Result<(), SceneryError> {
    let copy = |source| SceneryError::Copy { folder: folder.to_owned(), source };
    let to = open_root(clone)?;
    match Dir::open_ambient_dir(folder, ambient_authority()) {
        Ok(from) => clone_tree(&from, &to, u64::MAX).map_err(copy),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(copy(error)),
    }
}

/// What is written to the copy is gone with it. A deployment that is under way, or was interrupted, is
/// written off in it: it is not this one's to report or to clean up.
fn copy_journal(root: &Path, copy_root: &Path) -> Result<(), JournalError> {
    let Some(journal) = Journal::open_existing(root)? else { return Ok(()) };
    journal.copy_to(copy_root)?;
    let mut copy = Journal::open(copy_root)?;
    for entry in copy.running()? {
        copy.interrupted(entry.id, false)?;
    }
    Ok(())
}
