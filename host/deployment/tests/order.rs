//! The order of things, and what becomes of them when something fails.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up should fail there")]

mod support;

use cofferdam_capability::LimitName;
use cofferdam_deployment::{CustomHook, EventKind, HookModule, Stage, Status};
use cofferdam_sandbox::CancelToken;
use cofferdam_variables::{Layer, Value};
use support::Target;

/// A package with a hook for every stage that packages have.
const EVERY_STAGE: [(&str, &str); 5] = [
    ("index.html", "<html>"),
    ("PreDeploy.wat", "print package PreDeploy"),
    ("Deploy.wat", "print package Deploy"),
    ("PostDeploy.wat", "print package PostDeploy"),
    ("DeployFailed.wat", "print package DeployFailed\nfact"),
];

fn with(hook: (&'static str, &'static str)) -> Vec<(&'static str, &'static str)> {
    let mut files = EVERY_STAGE.to_vec();
    files.retain(|(name, _)| *name != hook.0);
    files.push(hook);
    files
}

fn set(builder: &mut cofferdam_deployment::SettingsBuilder, name: &str, value: &str) {
    builder.variable(Layer::CommandLine, name, Value::plain(value));
}

fn custom(target: &Target, stage: Stage) -> CustomHook {
    let file = target.path(&format!("custom-{stage}.wat"));
    std::fs::write(&file, format!("print custom {stage}")).unwrap();
    CustomHook { stage, module: HookModule::File(file) }
}

#[test]
fn everything_runs_in_the_order_of_the_table() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &EVERY_STAGE);
    let mut settings = target.settings(&package);
    set(
        &mut settings,
        "Octopus.Action.EnabledFeatures",
        "Acme.Feature,Octopus.Features.SubstituteInFiles",
    );
    settings.custom_hooks = [Stage::PreDeploy, Stage::Deploy, Stage::PostDeploy]
        .map(|stage| custom(&target, stage))
        .to_vec();
    let outcome = target.deploy(settings);
    assert_eq!(outcome.status, Status::Succeeded, "{:?}", outcome.failure);
    assert_eq!(
        target.printed(),
        [
            "feature BeforePreDeploy",
            "custom PreDeploy",
            "package PreDeploy",
            "feature AfterPreDeploy",
            "substitute",
            "Port:=(none)",
            "feature BeforeDeploy",
            "package Deploy",
            "custom Deploy",
            "feature AfterDeploy",
            "feature BeforePostDeploy",
            "package PostDeploy",
            "custom PostDeploy",
            "feature AfterPostDeploy",
        ]
    );
    // Hooks are gone, DeployFailed included, and the files are there.
    let left: Vec<_> = std::fs::read_dir(target.path("root/Acme.Web/1.0.0")).unwrap().collect();
    assert_eq!(left.len(), 1);
    assert_eq!(target.read("root/Acme.Web/1.0.0/index.html"), "<html>");
}

#[test]
fn a_failure_skips_the_rest_and_runs_deploy_failed_package_custom_features() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &with(("Deploy.wat", "write half done\nexit 7")));
    let mut settings = target.settings(&package);
    set(&mut settings, "Octopus.Action.EnabledFeatures", "Acme.Feature");
    settings.custom_hooks = vec![custom(&target, Stage::DeployFailed)];
    let outcome = target.deploy(settings);
    assert_eq!(outcome.status, Status::Failed);
    let failure = outcome.failure.unwrap();
    assert_eq!(failure.convention, 14);
    assert_eq!(
        failure.message,
        "the Deploy hook `Deploy.wat` failed: the hook ended with exit code 7"
    );
    assert_eq!(
        target.printed()[3..],
        [
            "feature BeforeDeploy",
            "package DeployFailed",
            "failure: the Deploy hook `Deploy.wat` failed: the hook ended with exit code 7",
            "custom DeployFailed",
            "feature DeployFailed",
        ]
    );
    // The failed hook stays to be looked at; DeployFailed, which ran, does not.
    assert!(target.exists("root/Acme.Web/1.0.0/Deploy.wat"));
    assert!(!target.exists("root/Acme.Web/1.0.0/DeployFailed.wat"));
    assert!(target.exists("root/Acme.Web/1.0.0/half"));
}

#[test]
fn a_failed_deployments_folder_can_be_removed() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &with(("Deploy.wat", "exit 1")));
    let mut settings = target.settings(&package);
    settings.keep_failed_folder = false;
    let outcome = target.deploy(settings);
    assert_eq!((outcome.status, outcome.folder), (Status::Failed, None));
    assert!(!target.exists("root/Acme.Web/1.0.0"));
}

#[test]
fn deploy_failed_that_fails_is_told_and_the_first_failure_stays() {
    let mut target = Target::new();
    let mut files = with(("Deploy.wat", "exit 1"));
    files.retain(|(name, _)| *name != "DeployFailed.wat");
    files.push(("DeployFailed.wat", "exit 2"));
    let package = target.package("1.0.0", &files);
    let outcome = target.deploy(target.settings(&package));
    assert!(outcome.failure.unwrap().message.ends_with("exit code 1"));
    let told = target.messages();
    assert!(
        told.iter().any(|text| text.contains("handling the failure failed as well")),
        "{told:?}"
    );
}

#[test]
fn a_hook_may_end_the_deployment_early_and_its_stage_is_completed() {
    let mut target = Target::new();
    let script = "output Octopus.Action.SkipRemainingConventions true";
    let package = target.package("1.0.0", &with(("PreDeploy.wat", script)));
    let outcome = target.deploy(target.settings(&package));
    assert_eq!(outcome.status, Status::SkippedRemaining);
    assert!(target.printed().is_empty());
    // PreDeploy was deleted after it ran; DeployFailed stays, because nothing is cleaned up.
    assert!(!target.exists("root/Acme.Web/1.0.0/PreDeploy.wat"));
    assert!(target.exists("root/Acme.Web/1.0.0/DeployFailed.wat"));
}

#[test]
fn skipping_from_the_beginning_touches_nothing() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &EVERY_STAGE);
    let mut settings = target.settings(&package);
    set(&mut settings, "Octopus.Action.SkipRemainingConventions", "True");
    assert_eq!(target.deploy(settings).status, Status::SkippedRemaining);
    assert!(!target.exists("root/Acme.Web"));
}

#[test]
fn run_scripts_false_leaves_the_packages_hooks_alone_but_deploy_failed() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &EVERY_STAGE);
    let mut settings = target.settings(&package);
    set(&mut settings, "Octopus.Action.Package.RunScripts", "false");
    let failing = target.path("custom-failing.wat");
    std::fs::write(&failing, "exit 1").unwrap();
    settings.custom_hooks =
        vec![CustomHook { stage: Stage::Deploy, module: HookModule::File(failing) }];
    assert_eq!(target.deploy(settings).status, Status::Failed);
    assert_eq!(target.printed()[0], "package DeployFailed");
    assert!(target.exists("root/Acme.Web/1.0.0/PreDeploy.wat"));
    assert!(!target.exists("root/Acme.Web/1.0.0/DeployFailed.wat"));
}

#[test]
fn hooks_stay_when_they_are_not_to_be_deleted() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &EVERY_STAGE);
    let mut settings = target.settings(&package);
    set(&mut settings, "OctopusDeleteScriptsOnCleanup", "false");
    assert_eq!(target.deploy(settings).status, Status::Succeeded);
    for (name, _) in EVERY_STAGE {
        assert!(target.exists(&format!("root/Acme.Web/1.0.0/{name}")), "{name}");
    }
}

/// A hook moves folders into others, or goes through links of its own, and is deeper than it said.
#[test]
fn what_ends_up_deeper_than_allowed_is_a_failure_whatever_the_hook_says() {
    let limit = usize::try_from(LimitName::PathDepth.facts().default).unwrap();
    for (depth, status) in [(limit, Status::Succeeded), (limit + 1, Status::Failed)] {
        let mut target = Target::new();
        let hook = format!("folders {}", vec!["d"; depth].join("/"));
        let outcome =
            target.deploy(target.settings(&target.package("1.0.0", &[("Deploy.wat", &hook)])));
        assert_eq!(outcome.status, status, "{depth}: {:?}", outcome.failure);
        let failure = outcome.failure.map(|failure| failure.message).unwrap_or_default();
        assert_eq!(failure.contains("path-depth"), status == Status::Failed, "{failure}");
    }
}

#[test]
fn printing_on_standard_error_fails_where_that_is_wanted() {
    for (wanted, expected) in [("false", Status::Succeeded), ("true", Status::Failed)] {
        let mut target = Target::new();
        let package = target.package("1.0.0", &with(("Deploy.wat", "error oops")));
        let mut settings = target.settings(&package);
        set(&mut settings, "Octopus.Action.FailScriptOnErrorOutput", wanted);
        assert_eq!(target.deploy(settings).status, expected);
    }
}

#[test]
fn a_hook_that_touches_a_later_hook_is_caught() {
    for (script, what) in [
        ("write Deploy.wat print something else", "changed"),
        ("remove Deploy.wat", "removed"),
        ("remove Deploy.wat\nlink Deploy.wat index.html", "replaced"),
    ] {
        let mut target = Target::new();
        let package = target.package("1.0.0", &with(("PreDeploy.wat", script)));
        let outcome = target.deploy(target.settings(&package));
        let message = outcome.failure.unwrap().message;
        let expected = format!(
            "the Deploy hook `Deploy.wat` is not the file that was planned: an earlier hook {what} it"
        );
        assert_eq!(message, expected, "{script}");
        assert!(!target.printed().contains(&"something else".to_owned()));
    }
}

#[test]
fn an_interruption_stops_the_hook_and_runs_deploy_failed() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &with(("Deploy.wat", "interrupt\nprint too late")));
    let settings = target.settings(&package);
    let outcome = target.deploy_with(settings, &CancelToken::new());
    assert_eq!(outcome.status, Status::Cancelled);
    assert!(!target.printed().contains(&"too late".to_owned()));
    assert!(target.printed().contains(&"package DeployFailed".to_owned()));
}

#[test]
fn a_package_that_cannot_be_extracted_is_found_before_anything_is_touched() {
    let target = Target::new();
    let package = target.package("1.0.0", &EVERY_STAGE);
    let bytes = std::fs::read(&package).unwrap();
    std::fs::write(&package, &bytes[..bytes.len() / 2]).unwrap();
    let error = target.plan(target.settings(&package), |_| ()).unwrap_err().to_string();
    assert!(error.contains("cannot be extracted"), "{error}");
    assert!(!target.exists("root"));
}

#[test]
fn events_are_numbered_without_gaps_and_end_with_the_end() {
    let mut target = Target::new();
    let package = target.package("1.0.0", &EVERY_STAGE);
    let outcome = target.deploy(target.settings(&package));
    let numbers: Vec<u64> = target.events.iter().map(|event| event.sequence).collect();
    assert_eq!(numbers, (0..numbers.len() as u64).collect::<Vec<_>>());
    assert!(target.events.iter().all(|event| event.deployment == outcome.deployment));
    let last = &target.events.last().unwrap().what;
    assert!(matches!(last, EventKind::Ended { status: Status::Succeeded, .. }), "{last:?}");
    // The name that records use is the one that is serialised.
    for event in &target.events {
        let json = serde_json::to_value(&event.what).unwrap();
        assert_eq!(json["kind"], event.what.name());
    }
}
