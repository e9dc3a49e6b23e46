//! The guest inside a package: the host works with what it left behind, and has it on record.

use std::fs;
use std::io;

use cofferdam_capability::LimitName;

use crate::Wall;
use crate::guest::Kind;
use crate::judge::look_at_refusals;
use crate::machine::Machine;
use crate::ran::Ran;
use crate::scene::{Scene, look_at_output, look_for_what_is_others};
use crate::trial::Trial;

/// Deploys the guest and looks at what came of it.
type Test = fn(&Machine, &mut Trial) -> io::Result<()>;

/// One deployment.
#[derive(Clone, Copy)]
pub(crate) struct HostileDeployment {
    pub(crate) name: &'static str,
    /// What the attacker wants.
    pub(crate) wants: &'static str,
    /// How it has to end.
    pub(crate) expected: &'static str,
    wall: Wall,
    test: Test,
}

/// Every deployment, by what must not happen or must be on record.
pub(crate) const DEPLOYMENTS: &[HostileDeployment] = &[
    HostileDeployment {
        name: "links-are-not-kept-as-artifacts",
        wants: "a file outside handed out as an artifact",
        expected: "the link is named and not kept",
        wall: Wall::HostPaths,
        test: links_are_not_kept_as_artifacts,
    },
    HostileDeployment {
        name: "artifacts-stay-where-they-belong",
        wants: "an artifact kept elsewhere, under a name like ../../etc/cron.d/owned",
        expected: "each is kept in the deployment's folder, under a harmless name",
        wall: Wall::HostPaths,
        test: artifacts_stay_where_they_belong,
    },
    HostileDeployment {
        name: "links-that-lead-out-are-not-installed",
        wants: "a link that leads out in the installation folder",
        expected: "the deployment fails and names the link",
        wall: Wall::HostPaths,
        test: links_that_lead_out_are_not_installed,
    },
    HostileDeployment {
        name: "names-do-not-multiply-what-is-copied",
        wants: "a disk that the host fills when it copies one file under many names",
        expected: "the deployment fails at written-bytes before anything is copied",
        wall: Wall::Limit(LimitName::WrittenBytes),
        test: names_do_not_multiply_what_is_copied,
    },
    HostileDeployment {
        name: "the-record-names-the-limit",
        wants: "to overrun limits without leaving a trace",
        expected: "the audit log names each limit",
        wall: Wall::Record,
        test: the_record_names_the_limit,
    },
    HostileDeployment {
        name: "secrets-are-not-on-record",
        wants: "a secret in the audit log or the result",
        expected: "neither holds it",
        wall: Wall::Masking,
        test: secrets_are_not_on_record,
    },
];

impl HostileDeployment {
    /// Carries it out and looks at everything that must not have happened.
    pub(crate) fn run(&self, machine: &Machine) -> io::Result<Trial> {
        let mut trial = Trial::default();
        trial.stopped_by(self.wall);
        (self.test)(machine, &mut trial)?;
        Ok(trial)
    }
}

/// Deploys a package whose hook at PreDeploy carries out an attack. `None` when policy refused it.
fn deploy(
    scene: &Scene<'_>,
    attack: &str,
    arguments: &[&str],
    trial: &mut Trial,
) -> io::Result<Option<Ran>> {
    let content = scene.file("content");
    fs::create_dir_all(content.join("sub/deep"))?;
    fs::write(content.join("inside.txt"), "inside")?;
    fs::write(content.join("sub/deep/file"), "a folder is packed with what is in it")?;
    Kind::Preview1.write_to(&content.join("PreDeploy.wasm"))?;
    let mut pack = scene.cofferdam("pack");
    pack.arg(&content).args(["--id", "Hostile", "--version", "1.0.0", "--output"]);
    pack.arg(scene.file("packages"));
    fs::create_dir(scene.file("packages"))?;
    let package = succeeded(scene.finish(&mut pack)?)?.stdout;

    let mut deploy = scene.cofferdam("deploy");
    deploy.arg(package.trim_end()).arg("--root").arg(scene.enclosure());
    scene.give_settings(&mut deploy);
    deploy.args(["--variable", &format!("Attack={attack}")]).args(arguments);
    let ran = scene.finish(&mut deploy)?;
    trial.ended(ran.code);
    look_at_output(&ran, trial);
    // The root is where the enclosure of the other attacks is, so that what lies around it counts.
    scene.look_around(trial)?;
    Ok((!look_at_refusals(&ran, trial)).then_some(ran))
}

/// The same with an audit log.
fn deploy_on_record(
    scene: &Scene<'_>,
    attack: &str,
    arguments: &[&str],
    trial: &mut Trial,
) -> io::Result<Option<Ran>> {
    succeeded(scene.finish(scene.cofferdam("key").args(["generate", "key"]))?)?;
    let arguments = [&["--audit-dir", "audit", "--signing-key", "key"], arguments].concat();
    deploy(scene, attack, &arguments, trial)
}

/// The audit log, as JSON.
fn record(scene: &Scene<'_>) -> io::Result<Ran> {
    succeeded(scene.finish(scene.cofferdam("audit").args(["show", "audit", "--json"]))?)
}

/// What prepares an attack has to work.
fn succeeded(ran: Ran) -> io::Result<Ran> {
    if ran.code == Some(0) { Ok(ran) } else { Err(io::Error::other(ran.error().to_owned())) }
}

fn expect_code(ran: &Ran, code: i32, trial: &mut Trial) {
    trial.require(ran.code == Some(code), || format!("exit code {:?}: {}", ran.code, ran.error()));
}

fn expect_line(ran: &Ran, part: &str, trial: &mut Trial) {
    match ran.line_with(part) {
        Some(line) => trial.evidence(line),
        None => trial.require(false, || format!("`{part}` is not said")),
    }
}

fn links_are_not_kept_as_artifacts(machine: &Machine, trial: &mut Trial) -> io::Result<()> {
    let arguments = ["--artifacts-dir", "artifacts"];
    for (attack, says) in [
        ("plant-link-for-the-host", "it leads out of the folder"),
        ("hand-in-a-link-that-was-moved", "is not kept: it cannot be read: a path led outside"),
    ] {
        let scene = Scene::new(machine)?;
        if let Some(ran) = deploy(&scene, attack, &arguments, trial)? {
            expect_line(&ran, says, trial);
        }
        look_for_what_is_others(&scene.file("artifacts"), trial)?;
    }
    Ok(())
}

fn artifacts_stay_where_they_belong(machine: &Machine, trial: &mut Trial) -> io::Result<()> {
    let scene = Scene::new(machine)?;
    let arguments = ["--artifacts-dir", "artifacts"];
    let Some(ran) = deploy(&scene, "name-artifacts-badly", &arguments, trial)? else {
        return Ok(());
    };
    expect_code(&ran, 0, trial);
    // Each deployment has a folder of its own in there.
    let mut kept = Vec::new();
    for deployment in fs::read_dir(scene.file("artifacts"))? {
        for entry in fs::read_dir(deployment?.path())? {
            let entry = entry?;
            let content = fs::read_to_string(entry.path()).unwrap_or_default();
            trial.must(content == "inside", || format!("{:?} was kept", entry.file_name()));
            kept.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    kept.sort();
    let harmless = ["##octopus[setVariable", "a_[2Jb", "artifact", "con", "owned", "passwd"];
    trial.require(kept == harmless, || format!("{kept:?} were kept"));
    trial.evidence(format!("kept as {}", kept.join(", ")));
    Ok(())
}

/// A link that leads out where it was moved to is there when the files are copied.
fn links_that_lead_out_are_not_installed(machine: &Machine, trial: &mut Trial) -> io::Result<()> {
    let scene = Scene::new(machine)?;
    let target = scene.file("installed");
    let target_text = target.display().to_string();
    let arguments = ["--installation-directory", &target_text];
    if let Some(ran) = deploy(&scene, "follow-link-that-was-moved", &arguments, trial)? {
        expect_code(&ran, 1, trial);
        expect_line(
            &ran,
            "leads to `../../canary.txt`, out of the folder, and is not copied",
            trial,
        );
    }
    let planted = target.join("moved").symlink_metadata().is_ok();
    trial.must(!planted, || "the link was copied".to_owned());
    Ok(())
}

fn names_do_not_multiply_what_is_copied(machine: &Machine, trial: &mut Trial) -> io::Result<()> {
    let scene = Scene::new(machine)?;
    let target = scene.file("installed");
    let target_text = target.display().to_string();
    let arguments = ["--installation-directory", &target_text, "--limit", "written-bytes=1MiB"];
    if let Some(ran) = deploy(&scene, "multiply-a-file-by-links", &arguments, trial)? {
        expect_code(&ran, 1, trial);
        expect_line(&ran, "reached the limit `written-bytes` of 1MiB", trial);
    }
    trial.must(!target.join("name-0").exists(), || "the names were copied".to_owned());
    Ok(())
}

fn the_record_names_the_limit(machine: &Machine, trial: &mut Trial) -> io::Result<()> {
    for (attack, limit) in [
        ("loop-for-ever", "cpu-time=1s"),
        ("fill-the-disk-with-one-file", "written-bytes=2MiB"),
        ("take-every-descriptor", "open-files=20"),
    ] {
        let scene = Scene::new(machine)?;
        let arguments = ["--limit", limit];
        if let Some(ran) = deploy_on_record(&scene, attack, &arguments, trial)? {
            let (name, value) = limit.split_once('=').unwrap_or((limit, ""));
            expect_code(&ran, 1, trial);
            expect_line(&ran, &format!("reached the limit `{name}` of {value}"), trial);
            let on_record = record(&scene)?.stdout.contains(&format!("reached the limit `{name}`"));
            trial.must(on_record, || format!("the record does not name `{name}`"));
        }
    }
    Ok(())
}

fn secrets_are_not_on_record(machine: &Machine, trial: &mut Trial) -> io::Result<()> {
    for attack in ["print-secret", "print-secret-as-base64", "hand-out-secret-as-output"] {
        let scene = Scene::new(machine)?;
        let arguments = ["--result", "result.json"];
        if let Some(ran) = deploy_on_record(&scene, attack, &arguments, trial)? {
            expect_code(&ran, 0, trial);
            look_at_output(&record(&scene)?, trial);
            let stdout = fs::read_to_string(scene.file("result.json"))?;
            let result = Ran { code: None, hung: false, stdout, stderr: String::new() };
            look_at_output(&result, trial);
        }
    }
    trial.evidence("neither log nor result holds it in any spelling");
    Ok(())
}
