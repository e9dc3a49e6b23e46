//! The hostile collection against the program that was built, with the default settings: every attack
//! has to be held exactly as the collection says.
//!
//! And the guest with nothing that holds it, where it has to get what it wants, and the look at what
//! lies outside has to notice it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "this is test code throughout"
)]

mod native_guest;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};

use cofferdam_capability::{Grant, GrantTerms};
use cofferdam_redteam::{Machine, UnheldGuest, Verdict, collection, escaping_unheld, prepare};
use cofferdam_sandbox::{Sandbox, SandboxSettings};
use libtest_mimic::{Arguments, Failed, Trial};

/// Attacks that change something around the enclosure when nothing holds them.
const CHANGES_OUTSIDE: [&str; 7] = [
    "truncate-in-parent",
    "remove-file-in-parent",
    "make-folder-in-parent",
    "rename-into-parent",
    "rename-from-parent",
    "write-through-link",
    "hard-link-from-outside",
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    // Compiled code is shared by all attacks, and made when the first one runs.
    let machine: Arc<LazyLock<Machine>> = Arc::new(LazyLock::new(|| {
        let machine = machine();
        prepare(&machine).expect("the guests can be compiled");
        machine
    }));
    let mut trials = Vec::new();
    for attack in collection() {
        let machine = Arc::clone(&machine);
        trials.push(Trial::test(attack.full_name(), move || {
            let finding = attack.carry_out(&machine);
            if finding.verdict == Verdict::Held { Ok(()) } else { Err(failed(&finding)) }
        }));
    }
    if cfg!(target_os = "linux") {
        for name in escaping_unheld() {
            let machine = Arc::clone(&machine);
            trials.push(Trial::test(format!("unheld/{name}"), move || {
                let unheld = UnheldGuest::run(&machine, native_guest::program(), name)?;
                if !unheld.escaped {
                    return Err(Failed::from(format!("it does not escape: {unheld:?}")));
                }
                if CHANGES_OUTSIDE.contains(&name) && unheld.changes.is_empty() {
                    return Err(Failed::from("nobody noticed what it did"));
                }
                Ok(())
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn failed(finding: &cofferdam_redteam::Finding) -> Failed {
    Failed::from(format!("{finding:#?}"))
}

/// The program that was built, with the default settings.
fn machine() -> Machine {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_cofferdam"));
    let cache_dir = private_folder(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
    let mut settings = SandboxSettings::new(&cache_dir);
    settings.worker_program = Some(program.clone());
    Machine {
        program,
        settings: String::new(),
        sandbox_arguments: Vec::new(),
        worker_user: None,
        sandbox: Sandbox::new(settings).expect("the cache can be used"),
        scratch: std::env::temp_dir(),
        cache_dir,
        grant: Grant::issue(GrantTerms::default(), Vec::new()),
        without: Vec::new(),
    }
}

fn private_folder(folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    }
    folder.to_owned()
}
