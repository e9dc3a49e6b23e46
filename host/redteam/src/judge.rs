//! Runs one attack of the guest, and judges it by what was printed and what is there afterwards.

use std::io;

use cofferdam_capability::LimitName;

use crate::Wall;
use crate::guard::{BEHIND, Guard};
use crate::guest::Kind;
use crate::guest_attacks::{Ends, GuestAttack};
use crate::machine::Machine;
use crate::ran::Ran;
use crate::scene::{Scene, look_at_output};
use crate::trial::Trial;

/// Limits that are lower than the defaults in every run, so that what overruns them is over soon.
const LOWERED: [&str; 4] =
    ["wall-time=90s", "cpu-time=30s", "memory=32MiB", "host-calls-per-second=100000"];

/// What each half of a race says when none of its attempts led out.
const RACE: Guard = Guard { says: "3,000 rounds", wall: Wall::Paths };

/// Runs an attack in the sandbox.
pub(crate) fn run(machine: &Machine, kind: Kind, attack: &GuestAttack) -> io::Result<Trial> {
    let scene = Scene::new(machine)?;
    let module = scene.file("hostile.wasm");
    kind.write_to(&module)?;
    let ends = attack.ends_for(kind);
    let limits: Vec<&str> = match ends {
        Ends::AtLimit(limit) => LOWERED.into_iter().chain([limit]).collect(),
        Ends::InRaceWithItself => LOWERED.into_iter().chain(["files-created=20000"]).collect(),
        _ => LOWERED.into(),
    };
    let mut trial = Trial::default();
    trial.granted(attack.granted(machine.grant.terms()));
    let start = || scene.start(&mut scene.run_hook(&module, &limits, &[attack.name]));
    let first = start()?;
    let second = match ends {
        Ends::InRaceWithItself => Some(start()?.finish()?),
        _ => None,
    };
    let first = first.finish()?;
    let second = match ends {
        Ends::SameInEveryRun => Some(start()?.finish()?),
        _ => second,
    };
    trial.ended(first.code);
    judge(&first, ends, &scene, &mut trial)?;
    if let Some(second) = &second {
        judge(second, ends, &scene, &mut trial)?;
        if matches!(ends, Ends::SameInEveryRun) && first.held() != second.held() {
            trial.gain("two runs differ");
        }
    }
    if let Some(part) = attack.says {
        trial.require(first.stderr.contains(part), || format!("`{part}` is not said"));
    }
    scene.look_around(&mut trial)?;
    Ok(trial)
}

/// Judges one run by how it ended and what it printed.
fn judge(ran: &Ran, ends: Ends, scene: &Scene<'_>, trial: &mut Trial) -> io::Result<()> {
    look_at_output(ran, trial);
    if look_at_refusals(ran, trial) {
        return Ok(());
    }
    match ends {
        Ends::Held(guards) => refused_by(ran, guards, scene, trial),
        Ends::InRaceWithItself => refused_by(ran, &[RACE], scene, trial),
        Ends::AtLimit(limit) => stopped_at(ran, scene, limit, trial)?,
        Ends::Shows(wall, parts) => {
            goes_on(ran, trial);
            trial.stopped_by(wall);
            for part in parts {
                trial.require(ran.stderr.contains(part), || format!("`{part}` is not shown"));
            }
            if let Some(line) = parts.first().and_then(|part| ran.line_with(part)) {
                trial.evidence(line);
            }
        }
        Ends::SameInEveryRun => {
            goes_on(ran, trial);
            trial.stopped_by(Wall::Determinism);
            trial.evidence(format!("each run has {}", ran.held().unwrap_or_default()));
        }
    }
    Ok(())
}

/// Whether the hook was not even started: policy refuses it, or the walls are less than required.
pub(crate) fn look_at_refusals(ran: &Ran, trial: &mut Trial) -> bool {
    /// The program's exit codes for these.
    const REFUSED_BY_POLICY: i32 = 5;
    const WALLS_MISSING: i32 = 6;
    match ran.code {
        Some(REFUSED_BY_POLICY) => {
            trial.stopped_by(Wall::Policy);
            trial.require(false, || ran.error().to_owned());
            true
        }
        Some(WALLS_MISSING) => {
            trial.not_tried(ran.error());
            true
        }
        _ => false,
    }
}

/// The attack is of the kind that lets the hook go on to its end.
fn goes_on(ran: &Ran, trial: &mut Trial) {
    if ran.code != Some(0) {
        ended_otherwise(ran, trial);
    }
}

/// The hook ended in another way than it had to: at another limit, or for a reason of its own.
fn ended_otherwise(ran: &Ran, trial: &mut Trial) {
    if let Some(limit) = limit_of(ran) {
        trial.stopped_by(Wall::Limit(limit));
        trial.require(false, || ran.error().to_owned());
    } else {
        trial.not_tried(format!("it ended with {:?}: {}", ran.code, ran.error()));
    }
}

/// The limit that the error names.
fn limit_of(ran: &Ran) -> Option<LimitName> {
    let (_, rest) = ran.stderr.split_once("reached the limit `")?;
    LimitName::from_key(rest.split_once('`')?.0)
}

fn refused_by(ran: &Ran, guards: &[Guard], scene: &Scene<'_>, trial: &mut Trial) {
    let Some(held) = ran.held() else {
        return ended_otherwise(ran, trial);
    };
    trial.evidence(held);
    let mut as_expected = guards.iter().all(|guard| held.contains(guard.says));
    for piece in held.split("; ") {
        let named = |guard: &&Guard| piece.contains(guard.says);
        let expected = guards.iter().find(named);
        as_expected &= expected.is_some();
        if let Some(guard) = expected.or_else(|| BEHIND.iter().find(named)) {
            trial.stopped_by(scene.really(guard.wall));
        }
    }
    trial.require(as_expected, || "held by other guards".to_owned());
}

/// The error names the limit and its value, or a tighter one, and the disk holds no more than that.
fn stopped_at(ran: &Ran, scene: &Scene<'_>, limit: &str, trial: &mut Trial) -> io::Result<()> {
    let (name, value) = limit.split_once('=').unwrap_or((limit, ""));
    let Some(name) = LimitName::from_key(name) else {
        trial.not_tried(format!("there is no limit `{name}`"));
        return Ok(());
    };
    if limit_of(ran) != Some(name) {
        trial.require(false, || format!("the limit `{name}` is not reached"));
        if ran.code == Some(0) {
            trial.harm(format!("it went on to its end, beyond `{limit}`"));
        } else {
            ended_otherwise(ran, trial);
        }
        return Ok(());
    }
    trial.stopped_by(Wall::Limit(name));
    trial.evidence(ran.error());
    let said = format!("error: the hook reached the limit `{name}` of {value}");
    trial.require(ran.stderr.contains(&said), || format!("its value is not {value}"));

    /// The enclosure begins with two folders and one file of six bytes.
    const ENTRIES_BEFORE: u64 = 3;
    const BYTES_BEFORE: u64 = 6;
    let allowed = name.parse_value(value).unwrap_or(0);
    let (entries, bytes) = scene.contents()?;
    match name {
        LimitName::WrittenBytes => trial.must(bytes <= allowed + BYTES_BEFORE, || {
            format!("{bytes} bytes are in the enclosure")
        }),
        LimitName::FilesCreated => trial.must(entries <= allowed + ENTRIES_BEFORE, || {
            format!("{entries} entries are in the enclosure")
        }),
        _ => {}
    }
    Ok(())
}
