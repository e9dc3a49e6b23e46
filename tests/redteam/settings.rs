//! The machine's own settings are what is attacked.

use cofferdam_redteam::Verdict;

use crate::program::{Desk, finding};

#[test]
fn a_policy_that_grants_the_real_clock_lets_the_hook_read_it() {
    let desk = Desk::new();
    let settings = "[[grant]]\nid = \"site.clock\"\nreason = \"everybody has it\"\n\
                    every-hook = true\nclock = \"real\"\n";
    std::fs::write(desk.path("cofferdam.toml"), settings).unwrap();
    let only = ["--only", "preview1/read-the-real-clock", "--only", "preview1/read-parent"];
    let arguments = [&["--settings", "cofferdam.toml"][..], &only].concat();
    let (code, report) = desk.redteam(&arguments);
    assert_eq!(code, Some(12));
    assert_eq!(finding(&report, "preview1/read-the-real-clock").verdict, Verdict::NotHeld);
    assert_eq!(finding(&report, "preview1/read-parent").verdict, Verdict::Held);
}

#[test]
fn a_tighter_limit_holds_as_well_and_is_in_the_report() {
    let desk = Desk::new();
    std::fs::write(desk.path("cofferdam.toml"), "[limits]\nwritten-bytes = \"1MiB\"\n").unwrap();
    let only = ["--only", "preview1/fill-the-disk-with-one-file"];
    let (code, report) = desk.redteam(&[&["--settings", "cofferdam.toml"][..], &only].concat());
    assert_eq!(code, Some(0), "{report:?}");
    let finding = finding(&report, only[1]);
    assert_eq!(finding.verdict, Verdict::HeldOtherwise);
    assert_eq!(finding.stopped_by, ["limit written-bytes"]);
    assert_eq!(report.settings.limits["written-bytes"], 1 << 20);
}

#[test]
fn a_policy_that_refuses_unknown_hooks_is_said_and_the_walls_are_attacked_all_the_same() {
    let desk = Desk::new();
    let policy = "@id(\"site.nobody\")\n@reason(\"no hooks here\")\n\
                  forbid (principal, action == Action::\"runHook\", resource);\n";
    std::fs::write(desk.path("policy.cedar"), policy).unwrap();
    let only = ["--only", "preview1/read-parent"];
    let (code, report) = desk.redteam(&[&["--policy", "policy.cedar"][..], &only].concat());
    assert_eq!(code, Some(0), "{report:?}");
    assert!(report.settings.policy_refuses.unwrap().contains("site.nobody"));
    assert_eq!(report.findings[0].verdict, Verdict::Held);
}

#[cfg(target_os = "linux")]
#[test]
fn a_worker_user_holds_what_landlock_does_and_can_work() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let desk = Desk::new();
    let only = ["--only", "native", "--only", "preview1/fill-the-disk-with-many-files"];
    let (code, report) = desk.redteam(&[&["--worker-user", "65534"][..], &only].concat());
    assert_eq!(code, Some(0), "{:#?}", report.findings);
    assert_eq!(report.settings.worker_user, Some(65534));
}
