//! The walls around a worker: what is asked for, and what is really up.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A user and group of the operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UserIds {
    /// The user.
    pub uid: u32,
    /// The group.
    pub gid: u32,
}

/// What an operator insists on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequiredWalls {
    /// Whatever the machine offers.
    #[default]
    None,
    /// At least one of file system and system calls.
    Partial,
    /// File system, network and system calls.
    Full,
    /// That, and nothing outside the enclosure can even be looked at.
    Strict,
}

impl fmt::Display for RequiredWalls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Partial => "partial",
            Self::Full => "full",
            Self::Strict => "strict",
        })
    }
}

/// The walls of the operating system around one worker, besides WebAssembly itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Walls {
    /// The Landlock ABI that is enforced; `None` without Landlock. From ABI 4 on, TCP is denied
    /// by Landlock too; from 6 on, abstract sockets and signals stay inside the worker.
    pub landlock_abi: Option<u32>,
    /// Whether the system call allow-list is installed; it has no call that makes a socket, runs
    /// a program or starts a process.
    pub system_calls: bool,
    /// Whether the worker can gain no privileges (`no_new_privs`).
    pub no_new_privileges: bool,
    /// Whether the enclosure is the worker's root directory, and no folder that it was granted
    /// leads out: what is outside has no path, so that not even its size or its times can be
    /// learned or changed.
    #[serde(default)]
    pub own_root: bool,
    /// The user that the worker runs as, where the operating system has such; `None` elsewhere.
    pub user: Option<UserIds>,
}

/// One wall, and whether it is up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WallState {
    /// Its name in records: `landlock`, `seccomp`, `no-new-privileges`, `own-root`, `user`.
    pub name: &'static str,
    /// Whether it is up.
    pub is_up: bool,
    /// What more is known: the ABI, the user.
    pub detail: Option<String>,
}

impl Walls {
    /// Each wall by its name, as records have them.
    #[must_use]
    pub fn each(&self) -> [WallState; 5] {
        let wall = |name, is_up, detail| WallState { name, is_up, detail };
        let abi = self.landlock_abi.map(|abi| format!("ABI {abi}"));
        let user = self.user.map(|user| user.uid.to_string());
        [
            wall("landlock", self.landlock_abi.is_some(), abi),
            wall("seccomp", self.system_calls, None),
            wall("no-new-privileges", self.no_new_privileges, None),
            wall("own-root", self.own_root, None),
            wall("user", self.user.is_some(), user),
        ]
    }

    /// Whether the file system outside the enclosure is out of reach.
    #[must_use]
    pub fn file_system(&self) -> bool {
        self.landlock_abi.is_some()
    }

    /// Whether the network is out of reach.
    #[must_use]
    pub fn network(&self) -> bool {
        self.system_calls
    }

    /// What these walls are good for.
    #[must_use]
    pub fn level(&self) -> RequiredWalls {
        match (self.file_system(), self.system_calls && self.no_new_privileges) {
            (true, true) if self.own_root => RequiredWalls::Strict,
            (true, true) => RequiredWalls::Full,
            (false, false) => RequiredWalls::None,
            _ => RequiredWalls::Partial,
        }
    }
}

impl fmt::Display for Walls {
    /// `Landlock ABI 6, system call filter, own root, user 65534`, or `no walls besides
    /// WebAssembly`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some(abi) = self.landlock_abi {
            parts.push(format!("Landlock ABI {abi}"));
        }
        if self.system_calls {
            parts.push("system call filter".to_owned());
        }
        if self.own_root {
            parts.push("own root".to_owned());
        }
        if let Some(user) = self.user {
            parts.push(format!("user {}", user.uid));
        }
        if self.level() == RequiredWalls::None {
            parts.insert(0, "no walls besides WebAssembly".to_owned());
        }
        f.write_str(&parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_need_what_they_say() {
        let none = Walls::default();
        let one = Walls { landlock_abi: Some(6), ..none.clone() };
        let both = Walls { system_calls: true, no_new_privileges: true, ..one.clone() };
        assert_eq!(none.level(), RequiredWalls::None);
        assert_eq!(one.level(), RequiredWalls::Partial);
        let all = Walls { own_root: true, ..both.clone() };
        assert_eq!(both.level(), RequiredWalls::Full);
        assert_eq!(all.level(), RequiredWalls::Strict);
        assert!(RequiredWalls::Strict > RequiredWalls::Full);
        assert_eq!(none.to_string(), "no walls besides WebAssembly");
        assert_eq!(both.to_string(), "Landlock ABI 6, system call filter");
        assert_eq!(all.to_string(), "Landlock ABI 6, system call filter, own root");
    }
}
