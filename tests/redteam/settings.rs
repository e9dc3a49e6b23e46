//! The machine's own settings are what is attacked.

use cofferdam_redteam::Verdict;

use crate::program::{Desk, finding};

#[test]
fn what_policy_grants_every_hook_is_no_attack() {
    let desk = Desk::new();
    let folder = desk.path("shared");
    std::fs::create_dir(&folder).unwrap();
    let settings = format!(
        "[[grant]]\nid = \"site.real\"\nreason = \"everybody has it\"\nevery-hook = true\n\
         clock = \"real\"\nrandom = \"real\"\nfolders = [{{ path = {folder:?}, access = \"read-only\", guest = \"/shared\" }}]\n"
    );
    std::fs::write(desk.path("cofferdam.toml"), settings).unwrap();
    let granted = ["read-the-real-clock", "read-real-randomness", "count-preopens"];
    let names = granted.iter().chain(&["read-parent"]).map(|name| format!("preview1/{name}"));
    let only: Vec<String> = names.flat_map(|name| ["--only".to_owned(), name]).collect();
    let only = only.iter().map(String::as_str);
    let arguments: Vec<&str> = ["--settings", "cofferdam.toml"].into_iter().chain(only).collect();
    let (code, report) = desk.redteam(&arguments);
    assert_eq!(code, Some(0), "{:#?}", report.findings);
    for name in granted {
        let finding = finding(&report, &format!("preview1/{name}"));
        assert_eq!(finding.verdict, Verdict::Granted, "{finding:?}");
        assert!(finding.evidence.starts_with("policy grants "), "{finding:?}");
    }
    assert_eq!(finding(&report, "preview1/read-parent").verdict, Verdict::Held);
    assert_eq!(report.counts.granted, 3);
}

/// What is got besides what was granted is got all the same.
#[test]
fn one_grant_does_not_excuse_another_attack() {
    let desk = Desk::new();
    let settings = "[[grant]]\nid = \"site.random\"\nreason = \"everybody has it\"\n\
                    every-hook = true\nrandom = \"real\"\n";
    std::fs::write(desk.path("cofferdam.toml"), settings).unwrap();
    let only = ["--only", "preview1/read-the-real-clock"];
    let (code, report) = desk.redteam(&[&["--settings", "cofferdam.toml"][..], &only].concat());
    assert_eq!((code, report.findings[0].verdict), (Some(0), Verdict::Held), "{report:?}");
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
