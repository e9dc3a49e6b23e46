//! A target to deploy to: a scratch folder, packages made for the test, and the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

/// A scratch folder with a root to deploy to.
pub(crate) struct Target {
    folder: TempDir,
}

/// What a command printed and how it ended.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// Fails the test with everything that was printed, unless the command ended with `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn expect_error(&self, part: &str) {
        assert!(self.stderr.contains(part), "`{part}` is not in:\n{}", self.stderr);
    }
}

/// Compiled hooks are shared by all tests: compiling the built-in ones takes a while.
pub(crate) fn cache_dir() -> &'static Path {
    static CACHE: OnceLock<PathBuf> = OnceLock::new();
    CACHE.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
        fs::create_dir_all(&folder).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        }
        folder
    })
}

/// The program, with nothing of the tester's environment that it might look at.
pub(crate) fn cofferdam() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cofferdam"));
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("COFFERDAM_CACHE_DIR", cache_dir())
        .env("USER", "tester")
        .stdin(Stdio::null());
    command
}

pub(crate) fn finish(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().unwrap();
    Ran {
        code: status.code(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

impl Target {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A path in the scratch folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn root(&self) -> PathBuf {
        self.path("applications")
    }

    /// Writes a file in the scratch folder.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    /// Packs files as `Acme.Web` in this version, and returns the package.
    pub(crate) fn package(&self, version: &str, files: &[(&str, &str)]) -> PathBuf {
        self.package_as("tar.gz", version, files)
    }

    pub(crate) fn package_as(
        &self,
        format: &str,
        version: &str,
        files: &[(&str, &str)],
    ) -> PathBuf {
        let folder = format!("content-{version}");
        for (name, content) in files {
            self.write(&format!("{folder}/{name}"), content);
        }
        fs::create_dir_all(self.path("packages")).unwrap();
        let mut pack = cofferdam();
        pack.arg("pack").arg(self.path(&folder)).args(["--id", "Acme.Web", "--version", version]);
        pack.args(["--format", format, "--force", "--output"]).arg(self.path("packages"));
        let ran = finish(&mut pack).expect_code(0);
        PathBuf::from(ran.stdout.trim_end())
    }

    /// `cofferdam SUBCOMMAND ...ARGUMENTS`
    pub(crate) fn run(&self, subcommand: &str, arguments: &[&str]) -> Ran {
        finish(cofferdam().arg(subcommand).args(arguments).current_dir(self.folder.path()))
    }

    /// `cofferdam deploy PACKAGE --root ROOT ...ARGUMENTS`
    pub(crate) fn deploy(&self, package: &Path, arguments: &[&str]) -> Ran {
        finish(self.deploy_command(package).args(arguments))
    }

    pub(crate) fn deploy_command(&self, package: &Path) -> Command {
        let mut command = cofferdam();
        command.arg("deploy").arg(package).arg("--root").arg(self.root());
        command.current_dir(self.folder.path());
        command
    }

    /// A file of the first deployment of a version.
    pub(crate) fn deployed(&self, version: &str, file: &str) -> String {
        let path = self.root().join("Acme.Web").join(version).join(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn is_deployed(&self, version: &str, file: &str) -> bool {
        self.root().join("Acme.Web").join(version).join(file).exists()
    }

    /// A result file, read.
    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_slice(&fs::read(self.path(name)).unwrap()).unwrap()
    }
}
