//! A hook that attacks: its first argument, or the variable `Attack`, names the attack; `list` prints
//! the names of all.
//!
//! An attack that got what it wanted ends with exit code 42 and prints `ESCAPED` with its evidence;
//! one that was refused ends with 0 and prints `held` with the error. An attack on a limit does
//! neither, because it is stopped. The runner never believes the hook alone: it looks at the
//! machine afterwards.
//!
//! The machine around the enclosure looks like this, and what lies outside must stay as it is:
//!
//! ```text
//! scratch/canary.txt              "canary", outside
//! scratch/other-deployment/       outside, holds secret.txt
//! scratch/enclosure/              what this hook sees as /
//! scratch/enclosure/inside.txt    "inside"
//! scratch/enclosure/sub/deep/     folders
//! ```

mod capabilities;
mod descriptors;
mod disk;
mod links;
mod loops;
mod memory;
mod output;
mod paths;
#[cfg(target_env = "p1")]
mod raw;
mod secrets;

use std::process::exit;

/// How an attack that was not stopped ends.
pub(crate) enum Ending {
    /// It got what it wanted.
    Escaped(String),
    /// It was refused.
    Held(String),
}

/// Everything that is reachable by an operation that must not work: what it would have given.
pub(crate) fn must_fail<T, E: std::fmt::Display>(
    what: &str,
    result: Result<T, E>,
    describe: impl FnOnce(T) -> String,
) -> Ending {
    match result {
        Ok(value) => Ending::Escaped(format!("{what}: {}", describe(value))),
        Err(error) => Ending::Held(format!("{what}: {error}")),
    }
}

/// The first ending that escaped, or else all of them held.
pub(crate) fn all_held(endings: impl IntoIterator<Item = Ending>) -> Ending {
    let mut held = Vec::new();
    for ending in endings {
        match ending {
            Ending::Escaped(_) => return ending,
            Ending::Held(how) => held.push(how),
        }
    }
    Ending::Held(held.join("; "))
}

type Attack = (&'static str, fn() -> Ending);

const GROUPS: [&[Attack]; 9] = [
    paths::ATTACKS,
    links::ATTACKS,
    descriptors::ATTACKS,
    loops::ATTACKS,
    memory::ATTACKS,
    output::ATTACKS,
    disk::ATTACKS,
    secrets::ATTACKS,
    capabilities::ATTACKS,
];

fn main() {
    let Some(name) = std::env::args().nth(1).or_else(|| std::env::var("Attack").ok()) else {
        eprintln!("usage: guest ATTACK");
        exit(64);
    };
    let mut attacks = GROUPS.iter().copied().flatten();
    if name == "list" {
        attacks.for_each(|(name, _)| println!("{name}"));
        return;
    }
    let Some((_, attack)) = attacks.find(|(known, _)| *known == name) else {
        eprintln!("no attack is called {name}");
        exit(64);
    };
    // The runner names the folder where the guest sees more than its enclosure, which it never should.
    if let Ok(folder) = std::env::var("Attack.Folder") {
        let _ = std::env::set_current_dir(folder);
    }
    match attack() {
        Ending::Escaped(evidence) => {
            println!("ESCAPED {evidence}");
            exit(42);
        }
        Ending::Held(how) => println!("held {how}"),
    }
}
