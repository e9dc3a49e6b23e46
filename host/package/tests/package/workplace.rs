//! A temporary folder with a package in it, and short ways to extract it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_package::{
    Archive, Damage, ExtractError, ExtractLimits, Extraction, Limit, Refusal, Scan, extract, scan,
};

/// A place for one test: `package` beside `out`, so that whatever leaves `out` is seen.
pub(crate) struct Workplace {
    folder: tempfile::TempDir,
}

impl Workplace {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("out")).unwrap();
        Self { folder }
    }

    /// A workplace with a package of that name and content.
    pub(crate) fn with(name: &str, bytes: &[u8]) -> Self {
        let place = Self::new();
        fs::write(place.path(name), bytes).unwrap();
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.path("out")
    }

    pub(crate) fn dir(&self, name: &str) -> Dir {
        Dir::open_ambient_dir(self.path(name), ambient_authority()).unwrap()
    }

    pub(crate) fn extract(&self, package: &str) -> Result<Extraction, ExtractError> {
        self.extract_within(package, &ExtractLimits::default())
    }

    pub(crate) fn extract_within(
        &self,
        package: &str,
        limits: &ExtractLimits,
    ) -> Result<Extraction, ExtractError> {
        let archive = Archive::open(&self.path(package)).unwrap();
        let out = self.dir("out");
        let result = extract(&archive, &out, limits, &mut |_| {}, &AtomicBool::new(false));
        // Whatever happened, the folder and the package are still all there is.
        let beside: Vec<_> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert!(
            beside.iter().all(|name| !name.to_string_lossy().starts_with("escaped")),
            "{beside:?}"
        );
        result
    }

    pub(crate) fn scan(&self, package: &str) -> Result<Scan, ExtractError> {
        let archive = Archive::open(&self.path(package)).unwrap();
        scan(&archive, &ExtractLimits::default(), |path| path.is_in_root(), &AtomicBool::new(false))
    }

    /// Runs a program in this place. `false` if it is not installed here.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> bool {
        self.run_in("", program, arguments).is_some()
    }

    /// Runs a program in a folder of this place and gives its standard output; `None` if it is not installed here.
    pub(crate) fn run_in(&self, folder: &str, program: &str, arguments: &[&str]) -> Option<String> {
        let command = Command::new(program)
            .args(arguments)
            .current_dir(self.path(folder))
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .output();
        match command {
            Ok(output) => {
                let errors = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{program} {arguments:?}: {errors}");
                Some(String::from_utf8(output.stdout).unwrap())
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                assert!(
                    std::env::var_os("COFFERDAM_REQUIRE_TOOLS").is_none(),
                    "{program} is not installed"
                );
                eprintln!("skipped: {program} is not installed");
                None
            }
            Err(error) => panic!("{program}: {error}"),
        }
    }
}

/// Everything below a folder: path to what it is, with mode, time and content.
pub(crate) fn tree(root: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, tree: &mut BTreeMap<String, String>) {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let metadata = fs::symlink_metadata(&path).unwrap();
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            let mode = metadata.permissions().mode() & 0o7777;
            let time = metadata.mtime();
            let what = if metadata.is_symlink() {
                format!("link to {}", fs::read_link(&path).unwrap().display())
            } else if metadata.is_dir() {
                walk(root, &path, tree);
                format!("folder {mode:o} {time}")
            } else {
                let digest = cofferdam_package::Sha256Digest::of(&fs::read(&path).unwrap());
                format!("file {mode:o} {time} {digest}")
            };
            tree.insert(name, what);
        }
    }
    let mut found = BTreeMap::new();
    walk(root, root, &mut found);
    found
}

/// Asserts that an entry of that name was refused for that reason.
#[track_caller]
pub(crate) fn assert_refused<T: std::fmt::Debug>(
    result: Result<T, ExtractError>,
    name: &str,
    reason: Refusal,
) {
    match result {
        Err(ExtractError::Refused { entry, why }) => {
            assert_eq!((entry.as_str(), why), (name, reason));
        }
        other => panic!("expected {reason:?} at {name}, got {other:?}"),
    }
}

/// Asserts that the package was found damaged in that way.
#[track_caller]
pub(crate) fn assert_damaged<T: std::fmt::Debug>(
    result: Result<T, ExtractError>,
    name: Option<&str>,
    damage: Damage,
) {
    match result {
        Err(ExtractError::Damaged { entry, what }) => {
            assert_eq!((entry.as_ref().map(|entry| entry.as_str()), what), (name, damage));
        }
        other => panic!("expected {damage:?} at {name:?}, got {other:?}"),
    }
}

/// Asserts that a limit was exceeded at an entry of that name.
#[track_caller]
pub(crate) fn assert_limited<T: std::fmt::Debug>(
    result: Result<T, ExtractError>,
    name: &str,
    exceeded: Limit,
) {
    match result {
        Err(ExtractError::Limit { entry, limit }) => {
            assert_eq!((entry.as_str(), limit), (name, exceeded));
        }
        other => panic!("expected {exceeded:?} at {name}, got {other:?}"),
    }
}
