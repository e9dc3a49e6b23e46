//! A place on the disk for one input, and the truth about what is in it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::Dir;

/// What stands beside the folder, and must stay as it is.
const BESIDE: &[u8] = b"nothing may touch this";

/// A folder that readers may write into, with a witness beside it.
#[derive(Debug)]
pub struct Place {
    root: tempfile::TempDir,
}

impl Place {
    /// An empty folder, in memory where the system has such a place.
    pub fn new() -> Self {
        let in_memory = Path::new("/dev/shm");
        let root = if in_memory.is_dir() {
            tempfile::tempdir_in(in_memory).unwrap()
        } else {
            tempfile::tempdir().unwrap()
        };
        fs::create_dir(root.path().join("folder")).unwrap();
        fs::write(root.path().join("beside"), BESIDE).unwrap();
        Self { root }
    }

    /// The folder.
    pub fn folder(&self) -> PathBuf {
        self.root.path().join("folder")
    }

    /// The folder, opened.
    pub fn open(&self) -> Dir {
        Dir::open_ambient_dir(self.folder(), ambient_authority()).unwrap()
    }

    /// Puts a file beside the folder.
    pub fn put_beside(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.root.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    /// Whether what stands beside the folder is as it was; `added` files were put there.
    pub fn assert_nothing_escaped(&self, added: usize) {
        assert_eq!(fs::read(self.root.path().join("beside")).unwrap(), BESIDE);
        assert_eq!(fs::read_dir(self.root.path()).unwrap().count(), 2 + added);
    }
}

impl Default for Place {
    fn default() -> Self {
        Self::new()
    }
}

/// What is at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// A folder.
    Folder,
    /// A file with this content.
    File(Vec<u8>),
    /// A link that says this.
    Link(PathBuf),
}

/// Everything below `folder`, by its path; no link is followed.
pub fn tree(folder: &Path) -> BTreeMap<PathBuf, Found> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let kind = fs::symlink_metadata(&path).unwrap().file_type();
            let what = if kind.is_dir() {
                open.push(path.clone());
                Found::Folder
            } else if kind.is_symlink() {
                Found::Link(fs::read_link(&path).unwrap())
            } else {
                assert!(kind.is_file(), "{} is neither file nor folder nor link", path.display());
                Found::File(fs::read(&path).unwrap())
            };
            found.insert(path.strip_prefix(folder).unwrap().to_owned(), what);
        }
    }
    found
}
