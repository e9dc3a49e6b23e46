//! The hostile collection: attacks on the real program, each with the end that it has to have.
//!
//! Four groups: what the guest does, as a preview 1 module and as a component; the same guest with
//! nothing that holds it, where it has to get what it wants; modules that attack whoever parses,
//! compiles and starts them; and the guest inside a package, where the host works with what it left.
//!
//! After each attack the machine is looked at, because a hook that says it was refused proves nothing.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is test code throughout"
)]

mod attacks;
mod deployments;
mod guest;
mod modules;
mod runner;
mod scene;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

use crate::attacks::ATTACKS;
use crate::guest::{BOTH, Guest};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let guest = Guest::build();
    let mut trials = Vec::new();
    for kind in BOTH {
        let known = runner::attacks_of(&guest, kind);
        for attack in ATTACKS.iter().filter(|attack| known.contains(attack.name)) {
            let guest = guest.clone();
            let name = format!("{}/{}", kind.name(), attack.name);
            trials.push(Trial::test(name, move || {
                runner::run(&guest, kind, attack);
                Ok(())
            }));
        }
        trials.push(Trial::test(
            format!("{}/the-table-has-every-attack", kind.name()),
            move || {
                runner::assert_complete(&known, kind);
                Ok(())
            },
        ));
    }
    if cfg!(target_os = "linux") {
        for attack in ATTACKS.iter().filter(|attack| attack.escapes_unheld) {
            let guest = guest.clone();
            trials.push(Trial::test(format!("unheld/{}", attack.name), move || {
                runner::run_unheld(&guest, attack);
                Ok(())
            }));
        }
        let unheld = guest.clone();
        trials.push(Trial::test("unheld/changes-outside-are-noticed", move || {
            runner::assert_changes_are_noticed(&unheld);
            Ok(())
        }));
    }
    for module in modules::MODULES {
        trials.push(Trial::test(format!("module/{}", module.name), move || {
            module.run();
            Ok(())
        }));
    }
    for (name, test) in deployments::DEPLOYMENTS {
        let guest = guest.clone();
        trials.push(Trial::test(format!("deployment/{name}"), move || {
            test(&guest);
            Ok(())
        }));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
