//! The machine around an enclosure: made before an attack, and looked at after it.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// What nobody may read, change, link to or remove. Long and odd, so that a copy of it is found.
const CANARY: &str = "canary 5f3c0d47-1b1e-4c5e-9c53-outside";
const OTHERS_SECRET: &str = "the secret of another deployment 8a21";
const INSIDE: &str = "inside";

/// A sensitive variable that the hook is granted; the characters are encoded differently as URL.
pub(crate) const GRANTED_SECRET: &str = "Tr0ub4dor&3 horse/battery";
const GRANTED_SECRET_BASE64: &str = "VHIwdWI0ZG9yJjMgaG9yc2UvYmF0dGVyeQ==";
const GRANTED_SECRET_AS_URL: &str = "Tr0ub4dor%263%20horse%2Fbattery";
/// A sensitive variable that the hook is not granted.
const WITHHELD_SECRET: &str = "withheld-7c1f0b";

/// An attack that is not over by then hangs, which is a failure of its own.
const HANGS_AFTER: Duration = Duration::from_secs(180);

/// A scratch folder as the guest expects it.
pub(crate) struct Scene {
    scratch: TempDir,
    /// Settings, packages and what commands print: not part of the scene.
    pub(crate) desk: TempDir,
}

/// How a command ended, and what it printed.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command that was started, and where it prints.
pub(crate) struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Scene {
    pub(crate) fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let desk = tempfile::tempdir().unwrap();
        fs::create_dir_all(scratch.path().join("enclosure/sub/deep")).unwrap();
        fs::create_dir(scratch.path().join("other-deployment")).unwrap();
        fs::write(scratch.path().join("canary.txt"), CANARY).unwrap();
        fs::write(scratch.path().join("other-deployment/secret.txt"), OTHERS_SECRET).unwrap();
        fs::write(scratch.path().join("enclosure/inside.txt"), INSIDE).unwrap();
        let variables = serde_json::json!({
            "Granted.Secret": { "value": GRANTED_SECRET, "sensitive": true },
            "Withheld.Secret": { "value": WITHHELD_SECRET, "sensitive": true },
            "Plain": "plain",
        });
        fs::write(desk.path().join("variables.json"), variables.to_string()).unwrap();
        let policy = "[[grant]]\nid = \"test.secret\"\nreason = \"attacks print it\"\n\
                      every-hook = true\nvariables = [\"Granted.Secret\"]\n";
        fs::write(desk.path().join("policy.toml"), policy).unwrap();
        Self { scratch, desk }
    }

    pub(crate) fn enclosure(&self) -> PathBuf {
        self.scratch.path().join("enclosure")
    }

    /// A file on the desk.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.desk.path().join(name)
    }

    /// `cofferdam run-hook MODULE` in the enclosure, with limits written `NAME=VALUE`.
    pub(crate) fn run_hook(&self, module: &Path, limits: &[&str], arguments: &[&str]) -> Command {
        let mut command = self.cofferdam("run-hook");
        command.arg(module).arg("--dir").arg(self.enclosure());
        self.give_variables_and_policy(&mut command);
        limits.iter().for_each(|limit| {
            command.args(["--limit", limit]);
        });
        command.arg("--").args(arguments);
        command
    }

    pub(crate) fn give_variables_and_policy(&self, command: &mut Command) {
        command.arg("--variables").arg(self.file("variables.json"));
        command.arg("--policy").arg(self.file("policy.toml"));
    }

    /// The program, with something in its environment that no hook may see.
    pub(crate) fn cofferdam(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cofferdam"));
        command
            .arg(subcommand)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.desk.path())
            .env("USER", "tester")
            .env("COFFERDAM_PROBE", "an environment variable of the host")
            .env("COFFERDAM_CACHE_DIR", cache_dir())
            .current_dir(self.desk.path());
        command
    }

    /// Starts a command that prints to files, so that a flood cannot block it.
    pub(crate) fn start(&self, command: &mut Command) -> Running {
        let output = tempfile::tempdir_in(self.desk.path()).unwrap().keep();
        let (stdout, stderr) = (output.join("stdout"), output.join("stderr"));
        let child = command
            .stdin(Stdio::null())
            .stdout(File::create(&stdout).unwrap())
            .stderr(File::create(&stderr).unwrap())
            .spawn()
            .unwrap();
        Running { child, stdout, stderr }
    }

    pub(crate) fn finish(&self, command: &mut Command) -> Ran {
        self.start(command).finish()
    }

    /// Nothing outside changed, and nothing of it got in.
    #[track_caller]
    pub(crate) fn assert_untouched(&self) {
        let changes = self.changes_outside();
        assert!(changes.is_empty(), "{changes:?}");
        assert_holds_nothing_of_others(&self.enclosure());
    }

    /// What is not as it was around the enclosure.
    pub(crate) fn changes_outside(&self) -> Vec<String> {
        let root = self.scratch.path();
        let mut changes = Vec::new();
        let mut expect = |holds: bool, change: String| changes.extend((!holds).then_some(change));
        let around = names(root);
        expect(
            around == ["canary.txt", "enclosure", "other-deployment"],
            format!("around the enclosure are {around:?}"),
        );
        for (file, content) in
            [("canary.txt", CANARY), ("other-deployment/secret.txt", OTHERS_SECRET)]
        {
            let path = root.join(file);
            let found = fs::read_to_string(&path);
            expect(found.is_ok_and(|found| found == content), format!("{file} is not as it was"));
            if let Ok(facts) = path.symlink_metadata() {
                expect(facts.is_file(), format!("{file} is no file any more"));
                #[cfg(unix)]
                expect(
                    std::os::unix::fs::MetadataExt::nlink(&facts) == 1,
                    format!("{file} got a second name"),
                );
            }
        }
        for path in ["/planted.txt", "/planted", "/canary.txt", "/etc/cron.d/owned"] {
            expect(Path::new(path).symlink_metadata().is_err(), format!("{path} was planted"));
        }
        changes
    }

    /// How many entries the enclosure has, and how many bytes are in its files.
    pub(crate) fn contents(&self) -> (u64, u64) {
        let (mut entries, mut bytes) = (0, 0);
        walk(&self.enclosure(), &mut |path| {
            let facts = path.symlink_metadata().unwrap();
            entries += 1;
            bytes += if facts.is_file() { facts.len() } else { 0 };
        });
        (entries, bytes)
    }
}

impl Running {
    #[track_caller]
    pub(crate) fn finish(mut self) -> Ran {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > HANGS_AFTER {
                self.child.kill().unwrap();
                self.child.wait().unwrap();
                panic!("the command did not end in {} s", HANGS_AFTER.as_secs());
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let read = |path| String::from_utf8(fs::read(path).unwrap()).expect("text is printed");
        Ran { code: status.code(), stdout: read(&self.stdout), stderr: read(&self.stderr) }
    }
}

impl Ran {
    /// Fails with everything that was printed, unless the command ended with `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    #[track_caller]
    pub(crate) fn expect_error(&self, part: &str) {
        assert!(self.stderr.contains(part), "`{part}` is not in:\n{self}");
    }

    /// What the guest said about an attack that was refused.
    pub(crate) fn held(&self) -> Option<&str> {
        self.stderr.lines().find_map(|line| line.trim_start().strip_prefix("held "))
    }

    /// Nothing that was printed succeeded, gives a secret away or drives a terminal.
    #[track_caller]
    pub(crate) fn assert_harmless(&self) {
        for text in [&self.stdout, &self.stderr] {
            assert!(!text.contains("ESCAPED"), "{self}");
            for secret in [
                GRANTED_SECRET,
                GRANTED_SECRET_BASE64,
                GRANTED_SECRET_AS_URL,
                WITHHELD_SECRET,
                CANARY,
                OTHERS_SECRET,
                "root:x:0",
            ] {
                assert!(!text.contains(secret), "`{secret}` was shown:\n{self}");
            }
            let dangerous = |c: char| {
                c.is_control() && !matches!(c, '\n' | '\t')
                    || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
            };
            assert!(!text.contains(dangerous), "a control character was shown:\n{self:?}");
        }
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        /// A flood says the same all the time.
        const SHOWN: usize = 4_000;
        let start = |text: &str| text.chars().take(SHOWN).collect::<String>();
        let (stdout, stderr) = (start(&self.stdout), start(&self.stderr));
        write!(f, "exit code: {:?}\nstdout:\n{stdout}\nstderr:\n{stderr}", self.code)
    }
}

/// Whatever a hook did, the host can still open files, take memory, write and start programs.
pub(crate) fn assert_host_is_healthy() {
    let mut file = tempfile::tempfile().expect("the host can open a file");
    file.write_all(&vec![1; 1 << 20]).expect("the host can take memory and write");
    let status = Command::new(env!("CARGO_BIN_EXE_cofferdam")).arg("--version").output();
    assert!(status.expect("the host can start programs").status.success());
}

/// No file below `folder` has what lies outside in it, and no link there was followed.
pub(crate) fn assert_holds_nothing_of_others(folder: &Path) {
    walk(folder, &mut |path| {
        // A link is not followed here either.
        if path.symlink_metadata().unwrap().is_file() {
            let content = fs::read(path).unwrap();
            for foreign in [CANARY, OTHERS_SECRET, WITHHELD_SECRET, "root:x:0"] {
                let found = content.windows(foreign.len()).any(|part| part == foreign.as_bytes());
                assert!(!found, "{} holds `{foreign}`", path.display());
            }
        }
    });
}

/// Calls `each` with every entry below a folder; links are entries, not ways.
fn walk(folder: &Path, each: &mut impl FnMut(&Path)) {
    for name in names(folder) {
        let path = folder.join(name);
        each(&path);
        if path.symlink_metadata().unwrap().is_dir() {
            walk(&path, each);
        }
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Compiled code is shared by all attacks: the guest is compiled once.
fn cache_dir() -> &'static Path {
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

/// Code that the engine compiled for another module, as it lies in the cache.
pub(crate) fn precompiled_code() -> Vec<u8> {
    let is_code = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "code");
    let entries = fs::read_dir(cache_dir()).unwrap().map(|entry| entry.unwrap().path());
    fs::read(entries.filter(is_code).min().expect("the guest was compiled")).unwrap()
}
