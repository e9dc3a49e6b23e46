//! The arguments that every command with a sandbox takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cofferdam_sandbox::{RequiredWalls, Sandbox, SandboxError, SandboxSettings, UserIds};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::places;

#[derive(Debug, Clone, Args)]
pub(crate) struct SandboxArgs {
    /// Where compiled hooks are kept; must be a folder of this user alone
    #[arg(long, value_name = "FOLDER", help_heading = "Sandbox")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// Refuse to run hooks when the operating system's walls are less than this
    #[arg(
        long,
        value_enum,
        value_name = "LEVEL",
        num_args = 0..=1,
        default_value_t = WallLevel::None,
        default_missing_value = "full",
        help_heading = "Sandbox"
    )]
    pub(crate) require_os_sandbox: WallLevel,
    /// The unprivileged user that workers become when the program runs as root
    #[arg(long, value_name = "UID[:GID]", value_parser = parse_user, help_heading = "Sandbox")]
    pub(crate) worker_user: Option<UserIds>,
}

/// How much of a wall the operating system must offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WallLevel {
    /// Whatever the machine has
    None,
    /// File system or system calls
    Partial,
    /// File system, network and system calls
    Full,
    /// That, and what is outside cannot even be looked at
    Strict,
}

impl From<WallLevel> for RequiredWalls {
    fn from(level: WallLevel) -> Self {
        match level {
            WallLevel::None => Self::None,
            WallLevel::Partial => Self::Partial,
            WallLevel::Full => Self::Full,
            WallLevel::Strict => Self::Strict,
        }
    }
}

fn parse_user(text: &str) -> Result<UserIds, String> {
    let (uid, gid) = text.split_once(':').unwrap_or((text, text));
    let number = |text: &str| {
        text.parse::<u32>().map_err(|_| format!("`{text}` is not a number; write UID or UID:GID"))
    };
    Ok(UserIds { uid: number(uid)?, gid: number(gid)? })
}

impl SandboxArgs {
    pub(crate) fn settings(&self) -> SandboxSettings {
        let cache_dir = self.cache_dir.clone().unwrap_or_else(places::cache_dir);
        let mut settings = SandboxSettings::new(cache_dir);
        settings.required_walls = self.require_os_sandbox.into();
        settings.worker_user = self.worker_user;
        #[cfg(feature = "test-switches")]
        {
            settings.test_switches = crate::test_controls::switches();
        }
        settings
    }

    pub(crate) fn open(&self) -> Result<Sandbox, Failure> {
        Sandbox::new(self.settings()).map_err(|error| {
            let exit = match &error {
                SandboxError::Engine(_) => Exit::Bug,
                _ => Exit::System,
            };
            Failure::new(exit, error)
        })
    }
}
