//! `--worker-user`: hooks run as somebody else, and can do their work.

#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};

use crate::processes::children_of;
use crate::target::Target;
use crate::wat::Hook;

/// Nobody, who owns nothing.
const USER: u32 = 65_534;

/// Only root can become somebody else, and not where nobody else is mapped into its user namespace.
pub(crate) fn can_be_somebody_else() -> bool {
    if !rustix::process::geteuid().is_root() {
        eprintln!("NOTICE: not root, so that nobody can become another user; nothing is shown");
        return false;
    }
    let folder = tempfile::tempdir().unwrap();
    let given_away = chown(folder.path(), Some(USER), Some(USER));
    if let Err(error) = &given_away {
        eprintln!("NOTICE: there is no other user here ({error}); nothing is shown");
    }
    given_away.is_ok()
}

#[test]
fn hooks_of_another_user_change_what_was_extracted_and_leave_it_to_that_user() {
    if !can_be_somebody_else() {
        return;
    }
    let target = Target::new();
    let hook = Hook::new().write("index.html", "changed").write("made", "new").done();
    let package =
        target.package("1.0.0", &[("index.html", "x"), ("a/b", "y"), ("Deploy.wat", &hook)]);
    target.deploy(&package, &["--worker-user", "65534"]).expect_code(0);
    let folder = target.root().join("Acme.Web/1.0.0");
    for name in ["", "index.html", "made", "a", "a/b"] {
        let metadata = fs::metadata(folder.join(name)).unwrap();
        assert_eq!((metadata.uid(), metadata.gid()), (USER, USER), "{name}");
    }
    assert_eq!(target.deployed("1.0.0", "index.html"), "changed");
    // Everything around it stays the operator's.
    assert_eq!(fs::metadata(target.root().join("Acme.Web")).unwrap().uid(), 0);
}

#[test]
fn a_custom_installation_folder_keeps_its_owner_and_the_copies_are_the_users() {
    if !can_be_somebody_else() {
        return;
    }
    let target = Target::new();
    let installed = target.path("installed");
    fs::create_dir(&installed).unwrap();
    fs::write(installed.join("data"), "of somebody").unwrap();
    let hook = Hook::new().write("a/b", "changed").done();
    let package = target.package("1.0.0", &[("a/b", "y"), ("PostDeploy.wat", &hook)]);
    let folder =
        format!("Octopus.Action.Package.CustomInstallationDirectory={}", installed.display());
    let arguments = ["--worker-user", "65534", "--variable", &folder];
    target.deploy(&package, &arguments).expect_code(0);
    assert_eq!(fs::read_to_string(installed.join("a/b")).unwrap(), "changed");
    for (name, user) in [("", 0), ("data", 0), ("a", USER), ("a/b", USER)] {
        assert_eq!(fs::metadata(installed.join(name)).unwrap().uid(), user, "{name}");
    }
}

#[test]
fn the_kernel_says_who_the_worker_is_and_what_it_can_do() {
    if !can_be_somebody_else() {
        return;
    }
    let target = Target::new();
    let mut deployment = crate::interruption::start_endless(&target, &["--worker-user", "65534"]);
    let workers = children_of(deployment.id());
    let status = |pid: &u32| fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let statuses: Vec<_> = workers.iter().map(status).collect();
    let root_of = |pid: &u32| fs::read_link(format!("/proc/{pid}/root")).unwrap();
    let roots: Vec<_> = workers.iter().map(root_of).collect();
    deployment.kill().unwrap();
    deployment.wait().unwrap();
    let [status] = statuses.as_slice() else { panic!("one hook runs: {statuses:?}") };
    for (field, value) in [
        ("Uid", "65534\t65534\t65534\t65534"),
        ("Gid", "65534\t65534\t65534\t65534"),
        ("Groups", ""),
        ("Threads", "1"),
        ("CapInh", "0000000000000000"),
        ("CapPrm", "0000000000000000"),
        ("CapEff", "0000000000000000"),
        ("CapAmb", "0000000000000000"),
        ("NoNewPrivs", "1"),
        ("Seccomp", "2"),
        ("Seccomp_filters", "2"),
    ] {
        let line = status.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(":"));
        assert_eq!(line.map(str::trim), Some(value), "{field}");
    }
    let folder = target.root().canonicalize().unwrap().join("Acme.Web/1.0.0");
    assert_eq!(roots, [folder], "the enclosure is all that there is");
}
