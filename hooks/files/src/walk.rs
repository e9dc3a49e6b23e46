//! Looking for files: one walk over the folders that a pattern can match in.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::segment::{Segment, fold};

/// How deep folders may be nested below the one that is searched. Common systems refuse paths of more than
/// 4,096 bytes, which is fewer than this many folders with a name of any length worth having.
pub const MAX_FOLDER_DEPTH: usize = 512;

/// What a pattern found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Matching regular files, sorted by path.
    pub files: Vec<PathBuf>,
    /// Matching symbolic links, sorted by path; they were not followed.
    pub links: Vec<PathBuf>,
}

/// The one file with this path, if it is one.
pub(crate) fn literal(root: &Path, steps: &[String]) -> Result<Found, Error> {
    let mut path = root.to_owned();
    let mut found = Found::default();
    for (index, step) in steps.iter().enumerate() {
        path.push(step);
        let last = index + 1 == steps.len();
        match fs::symlink_metadata(&path) {
            Ok(entry) if entry.is_symlink() => {
                found.links.push(root.join(steps.iter().collect::<PathBuf>()));
                break;
            }
            Ok(entry) if last && entry.is_file() => found.files.push(path.clone()),
            Ok(_) => {}
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                break;
            }
            Err(source) => return Err(Error::Io { action: "look at", path, source }),
        }
    }
    Ok(found)
}

/// All files that one of the alternatives matches.
pub(crate) fn wild(root: &Path, alternatives: &[Vec<Segment>]) -> Result<Found, Error> {
    let mut walk = Walk { alternatives, found: Found::default() };
    let start = alternatives.iter().enumerate().map(|(alternative, _)| (alternative, 0)).collect();
    let mut open = vec![(root.to_owned(), walk.closure(start), 0)];
    while let Some((folder, places, depth)) = open.pop() {
        walk.folder(&folder, &places, depth, &mut open)?;
    }
    walk.found.files.sort();
    walk.found.links.sort();
    Ok(walk.found)
}

/// How far an alternative has matched: which one, and how many of its segments.
type Place = (usize, usize);

struct Walk<'a> {
    alternatives: &'a [Vec<Segment>],
    found: Found,
}

impl Walk<'_> {
    fn segment(&self, place: Place) -> Option<&Segment> {
        self.alternatives.get(place.0)?.get(place.1)
    }

    /// The places and those reached from them because `**` may stand for no folder.
    fn closure(&self, mut places: Vec<Place>) -> Vec<Place> {
        let mut index = 0;
        while let Some(place) = places.get(index).copied() {
            if self.segment(place) == Some(&Segment::AnyFolders) {
                places.push((place.0, place.1 + 1));
            }
            index += 1;
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    fn folder(
        &mut self,
        folder: &Path,
        places: &[Place],
        depth: usize,
        open: &mut Vec<(PathBuf, Vec<Place>, usize)>,
    ) -> Result<(), Error> {
        if depth > MAX_FOLDER_DEPTH {
            return Err(Error::TooDeep { path: folder.to_owned() });
        }
        let failed =
            |source| Error::Io { action: "list the folder", path: folder.to_owned(), source };
        let entries = match fs::read_dir(folder) {
            Err(error) if depth == 0 && error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries.map_err(failed)?,
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            // A name that is not Unicode cannot be written in a pattern, so it matches none.
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type().map_err(failed)?;
            self.entry(entry.path(), &fold(&name), kind, places, depth, open);
        }
        Ok(())
    }

    fn entry(
        &mut self,
        path: PathBuf,
        name: &[char],
        kind: fs::FileType,
        places: &[Place],
        depth: usize,
        open: &mut Vec<(PathBuf, Vec<Place>, usize)>,
    ) {
        let mut next = Vec::new();
        let mut complete = false;
        for place in places {
            match self.segment(*place) {
                Some(Segment::AnyFolders) => next.push(*place),
                Some(segment) if segment.matches(name) => {
                    complete |= self.segment((place.0, place.1 + 1)).is_none();
                    next.push((place.0, place.1 + 1));
                }
                _ => {}
            }
        }
        if kind.is_dir() {
            let next = self.closure(next);
            if next.iter().any(|place| self.segment(*place).is_some()) {
                open.push((path, next, depth + 1));
            }
        } else if complete && kind.is_symlink() {
            self.found.links.push(path);
        } else if complete && kind.is_file() {
            self.found.files.push(path);
        }
    }
}
