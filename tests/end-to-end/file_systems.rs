//! Roots that reach over several file systems, and roots on a full one.

#![cfg(target_os = "linux")]

use std::process::Command;

use crate::target::{Ran, Target, cofferdam, finish};
use crate::wat::Hook;

/// Runs a script that may mount file systems, which are gone afterwards. In it, `$1` is the program
/// and `$2` the package. `None` on machines that do not let the tester mount anything.
fn with_mounts(target: &Target, package: &std::path::Path, script: &str) -> Option<Ran> {
    let unshare = ["--user", "--map-root-user", "--mount"];
    let mount = ["sh", "-c", "mount -t tmpfs none /mnt"];
    let tried = Command::new("unshare").args(unshare).args(mount).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        eprintln!("NOTICE: this machine lets the tester mount nothing; nothing is shown");
        return None;
    }
    let program = cofferdam();
    let environment = program.get_envs().filter_map(|(name, value)| Some((name, value?)));
    let mut command = Command::new("unshare");
    command.args(unshare).args(["sh", "-euc", script, "sh"]).arg(program.get_program());
    command.arg(package).env_clear().envs(environment).current_dir(target.path(""));
    Some(finish(&mut command))
}

#[test]
fn a_package_whose_place_is_on_another_file_system_is_extracted_there() {
    let target = Target::new();
    let hook = Hook::new().write("made", "by the hook").done();
    let package = target.package("1.0.0", &[("a/b", "content"), ("Deploy.wat", &hook)]);
    let script = r#"
        mkdir -p applications/Acme.Web
        mount -t tmpfs none applications/Acme.Web
        "$1" deploy "$2" --root applications
        cat applications/Acme.Web/1.0.0/a/b applications/Acme.Web/1.0.0/made
        ls -A applications/.cofferdam
        "$1" history --root applications
    "#;
    let Some(ran) = with_mounts(&target, &package, script) else { return };
    let ran = ran.expect_code(0);
    assert!(ran.stdout.contains("contentby the hook"), "{}", ran.stdout);
    assert!(ran.stdout.contains("lock") && !ran.stdout.contains("staging"), "{}", ran.stdout);
    assert!(ran.stdout.contains("succeeded"), "{}", ran.stdout);
}

/// More than the 4 MiB that the file systems of these tests have, and nothing that compresses away.
fn large() -> String {
    let mut state = 1_u32;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'0' + u8::try_from(state >> 26).unwrap())
    };
    (0..6 << 20).map(|_| letter()).collect()
}

#[test]
fn a_package_that_does_not_fit_is_refused_before_it_has_a_folder() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("large", &large())]);
    let script = r#"
        mkdir applications
        mount -t tmpfs -o size=4m none applications
        code=0
        "$1" deploy "$2" --root applications --variable OctopusFreeDiskSpaceOverrideInMegaBytes=1 || code=$?
        ls -A applications applications/.cofferdam
        exit $code
    "#;
    let Some(ran) = with_mounts(&target, &package, script) else { return };
    let ran = ran.expect_code(11);
    ran.expect_error("has 3 MiB free, and 7 MiB are needed");
    assert!(ran.stdout.starts_with("applications:\n.cofferdam\n"), "{}", ran.stdout);
    assert!(!ran.stdout.contains("staging"), "{}", ran.stdout);
}

#[test]
fn a_disk_that_fills_up_is_the_machines_fault_and_leaves_nothing() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("large", &large())]);
    let no_check = "--variable OctopusSkipFreeDiskSpaceCheck=True";
    // While it is unpacked for planning, and when its place is on another file system.
    for small in ["applications", "applications/Acme.Web"] {
        let script = format!(
            r#"
            mkdir -p {small}
            mount -t tmpfs -o size=4m none {small}
            code=0
            "$1" deploy "$2" --root applications {no_check} || code=$?
            find applications -name large -o -name staging
            exit $code
            "#
        );
        let Some(ran) = with_mounts(&target, &package, &script) else { return };
        let ran = ran.expect_code(11);
        ran.expect_error("No space left on device");
        assert_eq!(ran.stdout, "", "{small}");
        std::fs::remove_dir_all(target.root()).unwrap();
    }
}
