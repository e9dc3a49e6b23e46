//! The hostile collection: attacks on Cofferdam, each with the end that it has to have.
//!
//! One collection, used twice: the project's tests run it against the program they built, and
//! `cofferdam redteam` runs it against the machine it is installed on, with that machine's settings.
//!
//! | group | what |
//! |---|---|
//! | `preview1`, `component` | what a hook does, as either kind of module: one guest, an attack an argument |
//! | `module` | modules that are broken, forbidden, or too much to parse, compile or start |
//! | `deployment` | the guest in a package: the host works with what it left behind |
//! | `native` | native code inside a worker, as if the engine had been broken |
//!
//! # How an attack is judged
//!
//! An attack is carried out with the program itself, started as an operator would start it, in a scratch
//! folder of its own with canaries around the enclosure; native ones are [probes](cofferdam_sandbox::Probe).
//! Then three things are looked at, whatever the hook says of itself: it ended as the table says, by
//! the guard that the table names; nothing outside the enclosure changed, got in or got a second name,
//! and no secret and no control character was shown; the host can still open files, take memory and
//! start programs. See [`Verdict`] for what can come of it.
//!
//! # Which control holds what
//!
//! Each attack names the [controls](Control) that hold it, each by itself: [`Attack::held_by`]. In a
//! program that was built with the cargo feature `test-switches` they can be left out one by one, and
//! an attack that is held by none any more has to succeed, or it would be no attack. The tests of the
//! program check exactly that.
//!
//! # Safe to run
//!
//! Everything that an attack could harm is made for it and removed afterwards; the rest is what
//! everybody may read. Floods and loops end by themselves soon after the limit that they are run with.
//!
//! # Use
//!
//! [`collection`] lists the attacks, [`prepare`] and [`carry_out`] run them against a [`Machine`], and
//! [`Report`] is what can be signed and checked.

mod collection;
mod control;
mod deployments;
mod finding;
mod guard;
mod guest;
mod guest_attacks;
mod judge;
mod machine;
mod modules;
mod native_attacks;
mod ran;
mod report;
mod run;
mod scene;
mod trial;
mod unheld;
mod wall;

pub use collection::{Attack, Group, collection};
pub use control::Control;
pub use finding::{Finding, Verdict};
pub use guest::embedded_bytes;
pub use machine::Machine;
pub use report::{
    Counts, EngineRecord, MachineRecord, REPORT_TYPE, Report, ReportFinding, ReportVerdict,
    SettingsRecord, verify_report,
};
pub use run::{carry_out, prepare};
pub use unheld::{UnheldGuest, escaping_unheld};
pub use wall::Wall;
