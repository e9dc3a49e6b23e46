//! A command that was started, and how it ended.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// An attack that is not over by then hangs, which is a failure of its own.
const HANGS_AFTER: Duration = Duration::from_secs(180);

/// How often a command is looked at.
const INTERVAL: Duration = Duration::from_millis(5);

/// The most that is read of what a command printed; the limits of output are far below.
const MAX_OUTPUT_BYTES: u64 = 64 << 20;

/// How a command ended, and what it printed.
#[derive(Debug)]
pub(crate) struct Ran {
    /// The exit code; `None` when a signal ended it, or it hung and was killed.
    pub(crate) code: Option<i32>,
    /// Whether it had to be killed.
    pub(crate) hung: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// A command that was started, and where it prints.
pub(crate) struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

/// Starts a command that prints to files below `desk`, so that a flood cannot block it.
pub(crate) fn start(command: &mut Command, desk: &Path) -> io::Result<Running> {
    let output = tempfile::tempdir_in(desk)?.keep();
    let (stdout, stderr) = (output.join("stdout"), output.join("stderr"));
    let child = command
        .stdin(Stdio::null())
        .stdout(File::create(&stdout)?)
        .stderr(File::create(&stderr)?)
        .spawn()?;
    Ok(Running { child, stdout, stderr })
}

impl Running {
    pub(crate) fn finish(mut self) -> io::Result<Ran> {
        let start = Instant::now();
        let mut hung = false;
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if start.elapsed() > HANGS_AFTER {
                hung = true;
                self.child.kill()?;
                break self.child.wait()?;
            }
            std::thread::sleep(INTERVAL);
        };
        let (stdout, stderr) = (read(&self.stdout)?, read(&self.stderr)?);
        Ok(Ran { code: status.code(), hung, stdout, stderr })
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Ran {
    /// What the guest said about an attack that was refused.
    pub(crate) fn held(&self) -> Option<&str> {
        self.stderr.lines().find_map(|line| line.trim_start().strip_prefix("held "))
    }

    /// The line on standard error that has `part` in it.
    pub(crate) fn line_with(&self, part: &str) -> Option<&str> {
        self.stderr.lines().map(str::trim).find(|line| line.contains(part))
    }

    /// The error, without its causes.
    pub(crate) fn error(&self) -> &str {
        self.line_with("error: ").unwrap_or_else(|| self.stderr.lines().next_back().unwrap_or(""))
    }
}
