//! The surroundings of an enclosure: made before an attack, and looked at after it.
//!
//! Everything that an attack could harm is made here and removed afterwards; besides these, attacks
//! aim only at what everybody may read.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::machine::Machine;
use crate::ran::{self, Ran, Running};
use crate::trial::Trial;
use crate::{Control, Wall};

/// What nobody may read, change, link to or remove. Long and odd, so that a copy of it is found.
const CANARY: &str = "canary 5f3c0d47-1b1e-4c5e-9c53-outside";
const OTHERS_SECRET: &str = "the secret of another deployment 8a21";
const INSIDE: &str = "inside";
/// How the machine's list of users begins.
const USERS: &str = "root:x:0";

/// A sensitive variable that the hook is granted; the characters are encoded differently as URL.
const GRANTED_SECRET: &str = "Tr0ub4dor&3 horse/battery";
const GRANTED_SECRET_BASE64: &str = "VHIwdWI0ZG9yJjMgaG9yc2UvYmF0dGVyeQ==";
const GRANTED_SECRET_AS_URL: &str = "Tr0ub4dor%263%20horse%2Fbattery";
/// A sensitive variable that the hook is not granted.
const WITHHELD_SECRET: &str = "withheld-7c1f0b";

/// The file with the machine's settings, and the grant of the secret.
const SETTINGS_FILE: &str = "cofferdam.toml";
const SECRET_GRANT: &str = "\n[[grant]]\nid = \"redteam.secret\"\nreason = \"attacks print it\"\n\
                            every-hook = true\nvariables = [\"Granted.Secret\"]\n";

/// A scratch folder as the guest expects it, and a desk beside it.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    machine: &'a Machine,
    scratch: TempDir,
    /// Settings, packages and what commands print: not part of the scene.
    desk: TempDir,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(machine: &'a Machine) -> io::Result<Self> {
        let scratch = tempfile::tempdir_in(&machine.scratch)?;
        let desk = tempfile::tempdir_in(&machine.scratch)?;
        fs::create_dir_all(scratch.path().join("enclosure/sub/deep"))?;
        fs::create_dir(scratch.path().join("other-deployment"))?;
        fs::write(scratch.path().join("canary.txt"), CANARY)?;
        fs::write(scratch.path().join("other-deployment/secret.txt"), OTHERS_SECRET)?;
        fs::write(scratch.path().join("enclosure/inside.txt"), INSIDE)?;
        let variables = serde_json::json!({
            "Granted.Secret": { "value": GRANTED_SECRET, "sensitive": true },
            "Withheld.Secret": { "value": WITHHELD_SECRET, "sensitive": true },
            "Plain": "plain",
        });
        fs::write(desk.path().join("variables.json"), variables.to_string())?;
        fs::write(desk.path().join(SETTINGS_FILE), machine.settings.clone() + SECRET_GRANT)?;
        let scene = Self { machine, scratch, desk };
        scene.give_to_worker_user(&scene.enclosure())?;
        Ok(scene)
    }

    /// The user that workers become has to be able to write to what it works in.
    #[cfg(unix)]
    fn give_to_worker_user(&self, folder: &Path) -> io::Result<()> {
        let Some(user) = self.machine.worker_user else { return Ok(()) };
        let give = |path: &Path| std::os::unix::fs::lchown(path, Some(user.uid), Some(user.gid));
        give(folder)?;
        walk(folder, &mut |path| give(path))
    }

    #[cfg(not(unix))]
    fn give_to_worker_user(&self, _folder: &Path) -> io::Result<()> {
        Ok(())
    }

    /// The folder that everything is in which must not be touched.
    pub(crate) fn outside(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn enclosure(&self) -> PathBuf {
        self.scratch.path().join("enclosure")
    }

    /// What a guard really is. A hook whose paths nobody looks at sees the worker's root; where that
    /// is the enclosure, it is what ends a path that leads out.
    pub(crate) fn really(&self, wall: Wall) -> Wall {
        let is_without = |control| self.machine.is_without(control);
        match wall {
            Wall::Paths if is_without(Control::Paths) && !is_without(Control::OwnRoot) => {
                Wall::OwnRoot
            }
            other => other,
        }
    }

    /// A file on the desk.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.desk.path().join(name)
    }

    /// `cofferdam run-hook MODULE` in the enclosure, with limits written `NAME=VALUE`.
    pub(crate) fn run_hook(&self, module: &Path, limits: &[&str], arguments: &[&str]) -> Command {
        let mut command = self.cofferdam("run-hook");
        command.arg(module).arg("--dir").arg(self.enclosure());
        self.give_settings(&mut command);
        if self.machine.is_without(Control::Paths) {
            let folder = format!("Attack.Folder={}", self.enclosure().display());
            command.args(["--variable", &folder]);
        }
        limits.iter().for_each(|limit| {
            command.args(["--limit", limit]);
        });
        command.arg("--").args(arguments);
        command
    }

    /// Variables, policy, limits and sandbox, for commands that run hooks.
    pub(crate) fn give_settings(&self, command: &mut Command) {
        command.arg("--variables").arg(self.file("variables.json"));
        command.arg("--settings").arg(self.file(SETTINGS_FILE));
        command.args(&self.machine.sandbox_arguments);
    }

    /// The program, with something in its environment that no hook may see.
    pub(crate) fn cofferdam(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.machine.program);
        command
            .arg(subcommand)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.desk.path())
            .env("USER", "tester")
            .env("COFFERDAM_PROBE", "an environment variable of the host")
            .env("COFFERDAM_CACHE_DIR", &self.machine.cache_dir)
            .current_dir(self.desk.path());
        if !self.machine.without.is_empty() {
            let keys: Vec<&str> = self.machine.without.iter().map(|c| c.key()).collect();
            command.env(Machine::WITHOUT_VARIABLE, keys.join(","));
        }
        command
    }

    pub(crate) fn start(&self, command: &mut Command) -> io::Result<Running> {
        ran::start(command, self.desk.path())
    }

    pub(crate) fn finish(&self, command: &mut Command) -> io::Result<Ran> {
        self.start(command)?.finish()
    }

    /// Nothing outside changed, nothing of it got in, and the host is as healthy as before.
    pub(crate) fn look_around(&self, trial: &mut Trial) -> io::Result<()> {
        self.changes_outside()?.into_iter().for_each(|change| trial.harm(change));
        look_for_what_is_others(&self.enclosure(), trial)?;
        if let Err(error) = self.check_health() {
            trial.harm(format!("the host is not as healthy as before: {error}"));
        }
        Ok(())
    }

    /// What is not as it was around the enclosure.
    pub(crate) fn changes_outside(&self) -> io::Result<Vec<String>> {
        let root = self.scratch.path();
        let mut changes = Vec::new();
        let mut expect = |holds: bool, change: String| changes.extend((!holds).then_some(change));
        let around = names(root)?;
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
                {
                    use std::os::unix::fs::MetadataExt;
                    expect(facts.nlink() == 1, format!("{file} got a second name"));
                    expect(facts.mode() & 0o002 == 0, format!("{file} is anybody's to write"));
                }
            }
        }
        for path in ["/planted.txt", "/planted", "/canary.txt", "/etc/cron.d/owned"] {
            expect(Path::new(path).symlink_metadata().is_err(), format!("{path} was planted"));
        }
        Ok(changes)
    }

    /// Whatever a hook did, the host can still open files, take memory, write and start programs.
    fn check_health(&self) -> io::Result<()> {
        tempfile::tempfile_in(&self.machine.scratch)?.write_all(&vec![1; 1 << 20])?;
        let status = Command::new(&self.machine.program).arg("--version").output()?.status;
        if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
    }

    /// How many entries the enclosure has, and how many bytes are in its files.
    pub(crate) fn contents(&self) -> io::Result<(u64, u64)> {
        let (mut entries, mut bytes) = (0, 0);
        walk(&self.enclosure(), &mut |path| {
            let facts = path.symlink_metadata()?;
            entries += 1;
            bytes += if facts.is_file() { facts.len() } else { 0 };
            Ok(())
        })?;
        Ok((entries, bytes))
    }
}

/// Nothing that was printed says that an attack succeeded, gives a secret away or drives a terminal.
pub(crate) fn look_at_output(ran: &Ran, trial: &mut Trial) {
    trial.must(!ran.hung, || "the program hung".to_owned());
    for text in [&ran.stdout, &ran.stderr] {
        if let Some(line) = text.lines().find(|line| line.contains("ESCAPED")) {
            trial.gain(line.trim());
        }
        for (what, secret) in [
            ("the granted secret", GRANTED_SECRET),
            ("the granted secret", GRANTED_SECRET_BASE64),
            ("the granted secret", GRANTED_SECRET_AS_URL),
            ("the withheld secret", WITHHELD_SECRET),
            ("the canary", CANARY),
            ("another deployment's secret", OTHERS_SECRET),
            ("the list of users", USERS),
        ] {
            trial.must(!text.contains(secret), || format!("{what} was shown"));
        }
        let dangerous = |c: char| {
            c.is_control() && !matches!(c, '\n' | '\t')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        };
        trial.must(!text.contains(dangerous), || "a control character was shown".to_owned());
    }
}

/// No file below `folder` has in it what lies outside, and no link there was followed.
pub(crate) fn look_for_what_is_others(folder: &Path, trial: &mut Trial) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    walk(folder, &mut |path| {
        // A link is not followed here either.
        if path.symlink_metadata()?.is_file() {
            let content = fs::read(path)?;
            for foreign in [CANARY, OTHERS_SECRET, WITHHELD_SECRET, USERS] {
                let found = content.windows(foreign.len()).any(|part| part == foreign.as_bytes());
                trial.must(!found, || format!("`{foreign}` was copied into the enclosure"));
            }
        }
        Ok(())
    })
}

/// Calls `each` with every entry below a folder; links are entries, not ways.
fn walk(folder: &Path, each: &mut dyn FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
    for name in names(folder)? {
        let path = folder.join(name);
        each(&path)?;
        if path.symlink_metadata()?.is_dir() {
            walk(&path, each)?;
        }
    }
    Ok(())
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
