//! Convention 12: the custom installation folder.

mod support;

use std::fs;

use cofferdam_deployment::{SettingsBuilder, Status};
use cofferdam_variables::{Layer, Value};
use support::Target;

const FOLDER: &str = "Octopus.Action.Package.CustomInstallationDirectory";

fn set(builder: &mut SettingsBuilder, name: &str, value: impl Into<String>) {
    builder.variable(Layer::CommandLine, name, Value::plain(value));
}

#[test]
fn files_are_copied_there_and_later_hooks_work_there() {
    let mut target = Target::new();
    let package = target.package(
        "1.0.0",
        &[
            ("PreDeploy.wat", "write rendered.txt 1\nlink latest rendered.txt"),
            ("Deploy.wat", "write deployed.txt 1\nshow Package.InstallationDirectoryPath"),
            ("sub/file.txt", "new"),
        ],
    );
    let folder = target.path("srv/acme");
    fs::create_dir_all(folder.join("sub")).unwrap();
    fs::write(folder.join("sub/file.txt"), "old").unwrap();
    fs::write(folder.join("extra.txt"), "stays").unwrap();
    let mut settings = target.settings(&package);
    set(&mut settings, FOLDER, folder.to_string_lossy());
    let outcome = target.deploy(settings);
    assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.failure);
    assert_eq!(outcome.installation, Some(folder.clone()));
    assert_eq!(target.read("srv/acme/sub/file.txt"), "new");
    assert_eq!(target.read("srv/acme/extra.txt"), "stays");
    assert_eq!(target.read("srv/acme/latest"), "1");
    assert_eq!(
        target.printed(),
        [format!("Package.InstallationDirectoryPath={}", folder.display())]
    );
    assert!(target.exists("srv/acme/deployed.txt"));
    assert!(!target.exists("root/Acme.Web/1.0.0/deployed.txt"));
    assert!(!target.exists("srv/acme/Deploy.wat"));
}

#[test]
fn purging_keeps_what_is_excluded_and_follows_no_link() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &[("index.html", "x")]);
    let (folder, outside) = (target.path("srv"), target.path("outside"));
    fs::create_dir_all(folder.join("logs/deep")).unwrap();
    fs::create_dir_all(folder.join("data")).unwrap();
    fs::create_dir_all(&outside).unwrap();
    for file in
        ["srv/old.txt", "srv/logs/deep/a.log", "srv/data/keep.db", "srv/data/drop.db", "outside/x"]
    {
        fs::write(target.path(file), "x").unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(&outside, folder.join("link")).unwrap();
    let mut settings = target.settings(&package);
    set(&mut settings, FOLDER, folder.to_string_lossy());
    set(&mut settings, &format!("{FOLDER}ShouldBePurgedBeforeDeployment"), "true");
    set(&mut settings, &format!("{FOLDER}PurgeExclusions"), "logs\ndata/keep.*");
    assert_eq!(target.deploy(settings).status, Status::Succeeded);
    for (file, stays) in [
        ("srv/index.html", true),
        ("srv/logs/deep/a.log", true),
        ("srv/data/keep.db", true),
        ("srv/data/drop.db", false),
        ("srv/old.txt", false),
        ("srv/link", false),
        ("outside/x", true),
    ] {
        assert_eq!(target.exists(file), stays, "{file}");
    }
}

#[cfg(unix)]
#[test]
fn a_planted_link_is_neither_written_through_nor_copied_when_it_leaves() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &[("page.html", "new")]);
    let (folder, outside) = (target.path("srv"), target.path("outside.html"));
    fs::create_dir_all(&folder).unwrap();
    fs::write(&outside, "old").unwrap();
    std::os::unix::fs::symlink(&outside, folder.join("page.html")).unwrap();
    let mut settings = target.settings(&package);
    set(&mut settings, FOLDER, folder.to_string_lossy());
    assert_eq!(target.deploy(settings).status, Status::Succeeded);
    assert_eq!(
        (target.read("outside.html"), target.read("srv/page.html")),
        ("old".into(), "new".into())
    );

    let package = target.package("1.1.0", &[("PreDeploy.wat", "link away ../../../outside.html")]);
    let mut settings = target.settings(&package);
    set(&mut settings, FOLDER, folder.to_string_lossy());
    let outcome = target.deploy(settings);
    assert_eq!(outcome.failure.unwrap().convention, 12);
    assert!(!target.exists("srv/away"));
}

#[test]
fn places_that_cannot_be_are_refused_before_anything_is_touched() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let root = target.root();
    for (folder, why) in [
        (root.join("sub"), "lies below the folder"),
        (root.clone(), "lies below the folder"),
        (target.path(""), "holds the folder"),
        ("/".into(), "is the root"),
        (target.path("srv/../root/x"), "has `..` in it"),
    ] {
        let mut settings = target.settings(&package);
        set(&mut settings, FOLDER, folder.to_string_lossy());
        let error = target.plan(settings, |_| ()).unwrap_err().to_string();
        assert!(error.contains(why), "{}: {error}", folder.display());
    }
    for (folder, why) in
        [("relative", "must be an absolute path"), ("/srv/#{Nowhere}", "#{Nowhere}")]
    {
        let mut settings = target.settings(&package);
        set(&mut settings, FOLDER, folder);
        let error = settings.build().unwrap_err().to_string();
        assert!(error.contains(why), "{folder}: {error}");
    }
    assert!(!target.exists("root"));
}
