//! `cofferdam doctor`: whether this machine is fit for deployments, and what to do where it is not.

use std::path::{Path, PathBuf};

use clap::Args;
use cofferdam_sandbox::{RequiredWalls, Sandbox, Walls};
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;

use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::render::amount::size;
use crate::render::printable::printable;
use crate::render::style::{Role, Style};
use crate::sandbox_args::SandboxArgs;

/// Looks at the machine: walls, engine, folders, clock, free space. Says what to do about each.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// A root to look at as well
    #[arg(long, value_name = "FOLDER")]
    root: Option<PathBuf>,
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Verdict {
    Good,
    Doubtful,
    Bad,
}

#[derive(Debug, Serialize)]
struct Check {
    what: &'static str,
    verdict: Verdict,
    found: String,
    /// What to do about it.
    advice: Option<String>,
}

/// A version of the engine with a published weakness that matters here.
struct Advisory {
    id: &'static str,
    /// The first version of the 48 line without it.
    fixed_in: (u64, u64, u64),
    what: &'static str,
}

/// Advisories of the engine, as they were known when this version of Cofferdam was made. The list
/// cannot know what was published later.
const ADVISORIES: &[Advisory] = &[
    Advisory {
        id: "RUSTSEC-2026-0149",
        fixed_in: (48, 0, 0),
        what: "a read-only folder could be truncated",
    },
    Advisory {
        id: "RUSTSEC-2026-0188",
        fixed_in: (48, 0, 0),
        what: "a read-only folder could be changed by link and rename",
    },
    Advisory {
        id: "RUSTSEC-2026-0020",
        fixed_in: (48, 0, 0),
        what: "host resources could be exhausted",
    },
];

/// When this version was in the making: a clock before it stands wrong.
const EARLIEST_PLAUSIBLE_TIME: OffsetDateTime = datetime!(2026-01-01 0:00 UTC);

/// What a deployment needs at least, as Octopus has it.
const LOW_SPACE_BYTES: u64 = 500 << 20;

impl DoctorArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let settings = self.sandbox.settings();
        let cache_dir = settings.cache_dir.clone();
        let mut checks = Vec::new();
        match Sandbox::new(settings) {
            Ok(sandbox) => {
                checks.extend(walls(&sandbox.machine_walls()));
                checks.push(engine(&sandbox.engine().version));
                checks.push(good("compiled code", format!("`{}` is yours alone", cache_dir.display())));
            }
            Err(error) => checks.push(Check {
                what: "compiled code",
                verdict: Verdict::Bad,
                found: error.to_string(),
                advice: Some("make it a folder of this user with mode 0700, or name another with --cache-dir".into()),
            }),
        }
        checks.push(clock());
        checks.push(user(self.sandbox.worker_user.is_some()));
        if let Some(root) = &self.root {
            checks.push(root_folder(root));
            checks.push(free_space(root));
        }
        if self.json {
            println!("{}", serde_json::to_string_pretty(&checks).or_exit(Exit::Bug)?);
        } else {
            let style = Style::for_stream(&std::io::stdout());
            checks.iter().for_each(|check| print(check, style));
        }
        match checks.iter().any(|check| check.verdict == Verdict::Bad) {
            true => Err(Failure::already_shown(Exit::System)),
            false => Ok(Exit::Success),
        }
    }
}

fn good(what: &'static str, found: String) -> Check {
    Check { what, verdict: Verdict::Good, found, advice: None }
}

fn walls(walls: &Walls) -> Vec<Check> {
    if *walls == Walls::default() {
        return vec![Check {
            what: "walls",
            verdict: Verdict::Doubtful,
            found:
                "WebAssembly is the only one: this operating system has none that workers put up"
                    .to_owned(),
            advice: Some(
                "run hooks that you do not trust on Linux; --require-os-sandbox refuses them here"
                    .to_owned(),
            ),
        }];
    }
    let check = |what, up: bool, found: String, advice: &str| Check {
        what,
        verdict: if up { Verdict::Good } else { Verdict::Doubtful },
        found,
        advice: (!up).then(|| advice.to_owned()),
    };
    let landlock =
        walls.landlock_abi.map_or("no Landlock".to_owned(), |abi| format!("Landlock ABI {abi}"));
    let level = walls.level();
    vec![
        check(
            "wall: files",
            walls.file_system(),
            landlock,
            "use a Linux kernel from 5.13 on, with Landlock among the active security modules (lsm=landlock,...)",
        ),
        check(
            "wall: scopes",
            walls.landlock_abi.is_some_and(|abi| abi >= 6),
            match walls.landlock_abi {
                Some(abi) if abi >= 6 => {
                    "signals and abstract sockets stay inside a worker".to_owned()
                }
                _ if walls.system_calls => {
                    "signals and abstract sockets are held by the system call filter alone"
                        .to_owned()
                }
                _ => "nothing holds signals and abstract sockets".to_owned(),
            },
            "use a Linux kernel from 6.12 on",
        ),
        check(
            "wall: system calls",
            walls.system_calls,
            if walls.system_calls { "an allow-list".to_owned() } else { "no filter".to_owned() },
            "use a Linux kernel with seccomp filters (CONFIG_SECCOMP_FILTER)",
        ),
        check(
            "wall: own root",
            walls.own_root,
            if walls.own_root {
                "the enclosure is all that a worker can name".to_owned()
            } else {
                "broken hooks could look at sizes and times of files outside".to_owned()
            },
            "run as root with CAP_SYS_CHROOT, or allow unprivileged user namespaces (user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns)",
        ),
        check(
            "walls together",
            level >= RequiredWalls::Full,
            format!("level `{level}`"),
            "deployments that ask for more with --require-os-sandbox are refused on this machine",
        ),
    ]
}

fn engine(version: &str) -> Check {
    let parsed = parse_version(version);
    let known: Vec<String> = ADVISORIES
        .iter()
        .filter(|advisory| parsed.is_none_or(|version| version < advisory.fixed_in))
        .map(|advisory| format!("{}: {}", advisory.id, advisory.what))
        .collect();
    if known.is_empty() {
        return good("engine", format!("{version}, no known advisory as of this build"));
    }
    Check {
        what: "engine",
        verdict: Verdict::Bad,
        found: format!("{version}: {}", known.join("; ")),
        advice: Some("install a newer Cofferdam".into()),
    }
}

/// The numbers in `wasmtime 48.0.8`.
fn parse_version(text: &str) -> Option<(u64, u64, u64)> {
    let mut numbers = text.rsplit(' ').next()?.split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

fn clock() -> Check {
    let now = OffsetDateTime::now_utc();
    // To the second; a clock beyond the year 9999 has no such form.
    let shown = now
        .replace_nanosecond(0)
        .unwrap_or(now)
        .format(&Rfc3339)
        .unwrap_or_else(|_| format!("{} s after 1970", now.unix_timestamp()));
    if now >= EARLIEST_PLAUSIBLE_TIME {
        return good("clock", shown);
    }
    Check {
        what: "clock",
        verdict: Verdict::Bad,
        found: format!("{shown}, which is in the past"),
        advice: Some("set it: signatures expire by it, and journal and audit log record it".into()),
    }
}

fn user(has_worker_user: bool) -> Check {
    if !crate::places::is_root() {
        return good("user", "not root: a worker is no more than you are".into());
    }
    Check {
        what: "user",
        verdict: if has_worker_user { Verdict::Good } else { Verdict::Doubtful },
        found: if has_worker_user {
            "root, and workers become another user"
        } else {
            "root, and so are workers, behind their walls"
        }
        .into(),
        advice: (!has_worker_user).then(|| "name an unprivileged user with --worker-user".into()),
    }
}

fn root_folder(root: &Path) -> Check {
    let bad = |found: String, advice: &str| Check {
        what: "root",
        verdict: Verdict::Bad,
        found,
        advice: Some(advice.to_owned()),
    };
    match std::fs::symlink_metadata(root) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            good("root", format!("`{}` will be made by the first deployment", root.display()))
        }
        Err(error) => {
            bad(format!("`{}`: {error}", root.display()), "name a folder that this user can use")
        }
        Ok(facts) if !facts.is_dir() => {
            bad(format!("`{}` is not a folder", root.display()), "name a folder")
        }
        Ok(facts) => match open_to_others(&facts) {
            Some(why) => bad(
                format!("`{}` {why}", root.display()),
                "chown it to this user and `chmod go-w` it: others could swap folders while hooks run",
            ),
            None => good("root", format!("`{}` can be changed by its owner alone", root.display())),
        },
    }
}

#[cfg(unix)]
fn open_to_others(facts: &std::fs::Metadata) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    if facts.uid() != me && facts.uid() != 0 {
        return Some(format!("belongs to user {}", facts.uid()));
    }
    (facts.mode() & 0o022 != 0)
        .then(|| format!("can be written by others (mode {:o})", facts.mode() & 0o7777))
}

#[cfg(not(unix))]
fn open_to_others(_facts: &std::fs::Metadata) -> Option<String> {
    None
}

fn free_space(root: &Path) -> Check {
    let existing = root.ancestors().find(|folder| folder.exists()).unwrap_or(root);
    match cofferdam_deployment::free_space(existing) {
        Ok(bytes) if bytes >= LOW_SPACE_BYTES => good("free space", size(bytes)),
        Ok(bytes) => Check {
            what: "free space",
            verdict: Verdict::Doubtful,
            found: size(bytes),
            advice: Some("remove old deployments with `cofferdam clean`".into()),
        },
        Err(error) => Check {
            what: "free space",
            verdict: Verdict::Doubtful,
            found: error.to_string(),
            advice: None,
        },
    }
}

fn print(check: &Check, style: Style) {
    let mark = match check.verdict {
        Verdict::Good => style.paint(Role::Good, "good    "),
        Verdict::Doubtful => style.paint(Role::Warning, "doubtful"),
        Verdict::Bad => style.paint(Role::Bad, "bad     "),
    };
    println!("{mark} {:<18} {}", check.what, printable(&check.found));
    if let Some(advice) = &check.advice {
        println!("{:27} {} {}", "", style.paint(Role::Accent, "do:"), printable(advice));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_without_walls_is_told_from_one_that_lacks_some() {
        let found = walls(&Walls::default());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].verdict, Verdict::Doubtful);
        assert!(found[0].found.contains("WebAssembly is the only one"), "{}", found[0].found);

        let user = Some(cofferdam_sandbox::UserIds { uid: 0, gid: 0 });
        let old_kernel = Walls { no_new_privileges: true, user, ..Walls::default() };
        let found = walls(&old_kernel);
        assert!(found.iter().all(|check| check.verdict == Verdict::Doubtful));
        let shown = |found: &[Check]| -> String {
            found.iter().map(|check| format!("{}: {}; ", check.what, check.found)).collect()
        };
        assert!(shown(&found).contains("nothing holds signals"), "{}", shown(&found));
        let filter = walls(&Walls { system_calls: true, ..old_kernel });
        assert!(shown(&filter).contains("system call filter alone"), "{}", shown(&filter));
    }

    #[test]
    fn an_engine_with_a_known_weakness_is_bad() {
        assert_eq!(engine("wasmtime 48.0.8").verdict, Verdict::Good);
        assert_eq!(engine("wasmtime 47.0.1").verdict, Verdict::Bad);
        assert_eq!(engine("something else").verdict, Verdict::Bad);
    }
}
