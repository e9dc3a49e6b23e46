//! Plans: what they say, what they refuse, and when a saved one still holds.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up should fail there")]

mod support;

use cofferdam_deployment::{
    CONVENTIONS, CustomHook, HookModule, HookSource, Plan, PlannedAction, SettingsBuilder, Stage,
};
use cofferdam_variables::{Layer, Value};
use support::Target;

const FEATURES: &str = "Octopus.Action.EnabledFeatures";

fn set(builder: &mut SettingsBuilder, name: &str, value: &str) {
    builder.variable(Layer::Files, name, Value::plain(value));
}

fn plan_of(target: &Target, builder: SettingsBuilder) -> Plan {
    target.plan(builder, |deployment| deployment.plan().clone()).unwrap()
}

fn refusal(target: &Target, builder: SettingsBuilder) -> String {
    target.plan(builder, |_| ()).unwrap_err().to_string()
}

#[test]
fn a_plan_says_what_will_happen_touches_nothing_and_holds_no_secret() {
    let target = Target::new();
    let package = target.package(
        "1.0.0",
        &[("PREDEPLOY.WAT", "print x"), ("sub/Deploy.wasm", "print no hook"), ("Deploy.ps1", "")],
    );
    let mut settings = target.settings(&package);
    set(&mut settings, "Octopus.Environment.Name", "Prod/uction");
    set(&mut settings, "Octopus.Deployment.Tenant.Name", "Acme");
    settings.variable(Layer::Files, "Password", Value::sensitive("hunter2"));
    let plan = plan_of(&target, settings);
    assert_eq!(plan.folder, "Acme/Production/Acme.Web/1.0.0");
    let names: Vec<_> = plan.conventions.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, CONVENTIONS.map(|convention| convention.name));
    let hooks: Vec<_> =
        plan.hooks().map(|(n, hook)| (n, hook.name.as_str(), hook.source)).collect();
    assert_eq!(hooks, [(5, "PREDEPLOY.WAT", HookSource::Package)]);
    assert!(matches!(&plan.conventions[13].action,
        PlannedAction::Nothing { why } if why == "there is no Deploy hook"));
    assert_eq!(
        plan.warnings,
        ["`Deploy.ps1` is not run: hooks are WebAssembly (`Deploy.wasm` or `Deploy.wat`)"]
    );
    let json = serde_json::to_string(&plan).unwrap();
    assert!(!json.contains("hunter2") && json.contains("Password"));
    assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan);
    assert!(!target.exists("root"));
}

#[test]
fn a_saved_plan_holds_until_something_changes_and_says_what() {
    let target = Target::new();
    let files = [("Deploy.wat", "print 1"), ("a", "1")];
    let package = target.package("1.0.0", &files);
    let key = cofferdam_deployment::PlanKey::generate().unwrap();
    let plan_with = |change: &dyn Fn(&mut SettingsBuilder)| {
        let mut settings = target.settings(&package);
        settings.variable(Layer::Files, "Password", Value::sensitive("hunter2"));
        change(&mut settings);
        let policy = cofferdam_policy::Policy::built_in();
        let runner = support::ScriptRunner { cancel: cofferdam_sandbox::CancelToken::new() };
        let services = cofferdam_deployment::Services {
            module_limits: cofferdam_capability::Limits::default(),
            plan_key: key.clone(),
            ..support::services(&runner, &policy)
        };
        cofferdam_deployment::plan(settings.build().unwrap(), &services).unwrap().plan().clone()
    };
    let saved = plan_with(&|_| {});
    assert!(saved.check_unchanged(&plan_with(&|_| {})).is_ok());

    let changed = |now: &Plan| saved.check_unchanged(now).unwrap_err().to_string();
    let variable = plan_with(&|settings| {
        settings.variable(Layer::CommandLine, "Password", Value::sensitive("other"));
    });
    assert_eq!(
        changed(&variable),
        "the plan does not hold any more:\n\
         a variable has another value, or the plan was made by another user or on another machine"
    );
    let more = plan_with(&|settings| set(settings, "Another", "x"));
    assert_eq!(
        changed(&more),
        "the plan does not hold any more:\n\
         there are new variables: Another\n\
         the grant of the Deploy hook `Deploy.wat` changed"
    );
    target.package("1.0.0", &[("Deploy.wat", "print 2"), ("a", "1")]);
    let package_changed = changed(&plan_with(&|_| {}));
    assert!(package_changed.contains("the package's digest was "), "{package_changed}");
    assert!(package_changed.contains("the Deploy hook `Deploy.wat` was "), "{package_changed}");
}

#[test]
fn what_cannot_be_done_is_refused_before_anything_is_touched() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let with = |name: &str, value: &str| {
        let mut settings = target.settings(&package);
        set(&mut settings, name, value);
        settings
    };
    let iis = refusal(&target, with("Octopus.Action.Package.UpdateIisWebsite", "True"));
    assert!(iis.contains("cannot change IIS web sites"), "{iis}");
    for feature in ["Octopus.Features.ConfigurationTransforms", "Octopus.Features.Nginx"] {
        let error = refusal(&target, with(FEATURES, feature));
        assert!(error.starts_with(&format!("the feature `{feature}` is enabled")), "{error}");
    }
    let unknown = plan_of(&target, with(FEATURES, "Acme.Unknown"));
    assert_eq!(
        unknown.warnings,
        ["the feature `Acme.Unknown` is enabled, and nothing belongs to it"]
    );

    let two = target.package("1.1.0", &[("Deploy.wasm", "print 1"), ("deploy.wat", "print 2")]);
    let error = refusal(&target, target.settings(&two));
    assert_eq!(
        error,
        "the package has two hooks for Deploy, `Deploy.wasm` and `deploy.wat`; remove one of them"
    );
    let invalid = target.package("1.2.0", &[("Deploy.wasm", "invalid")]);
    let error = refusal(&target, target.settings(&invalid));
    assert!(
        error.starts_with("the Deploy hook cannot run: `Deploy.wasm` is not a WebAssembly"),
        "{error}"
    );
    assert!(!target.exists("root"));
}

#[test]
fn hooks_come_from_the_catalogue_and_from_variables() {
    let target = Target::new();
    let package =
        target.package("1.0.0", &[("Octopus.Features.Nginx_AfterDeploy.wasm", "print no")]);
    let catalogue = target.path("features");
    std::fs::create_dir(&catalogue).unwrap();
    std::fs::write(catalogue.join("Octopus.Features.Nginx_AfterDeploy.wasm"), "print nginx")
        .unwrap();
    let mut settings = target.settings(&package);
    settings.features_dir = Some(catalogue);
    set(&mut settings, FEATURES, "Octopus.Features.Nginx, Octopus.Features.CustomScripts");
    set(&mut settings, "Octopus.Action.CustomScripts.PreDeploy.wat", "print #{text}");
    set(&mut settings, "Octopus.Action.CustomScripts.Deploy.wasm", "cHJpbnQg\nYmFzZTY0");
    let file = target.path("hook.wat");
    std::fs::write(&file, "print file").unwrap();
    settings.custom_hooks =
        vec![CustomHook { stage: Stage::PreDeploy, module: HookModule::File(file) }];
    let plan = plan_of(&target, settings);
    let hooks: Vec<_> =
        plan.hooks().map(|(n, hook)| (n, hook.name.as_str(), hook.source)).collect();
    assert_eq!(
        hooks,
        [
            (5, "hook.wat", HookSource::Custom),
            (5, "Octopus.Action.CustomScripts.PreDeploy.wat", HookSource::Custom),
            (14, "Octopus.Action.CustomScripts.Deploy.wasm", HookSource::Custom),
            (15, "Octopus.Features.Nginx_AfterDeploy.wasm", HookSource::Feature),
        ]
    );
}

#[test]
fn scripts_in_variables_and_hooks_at_feature_stages_are_refused() {
    let target = Target::new();
    let package = target.package("1.0.0", &[("a", "x")]);
    let mut settings = target.settings(&package);
    set(&mut settings, FEATURES, "Octopus.Features.CustomScripts");
    set(&mut settings, "Octopus.Action.CustomScripts.Deploy.sh", "echo hi");
    let error = settings.build().unwrap_err().to_string();
    assert!(
        error.starts_with("the variable `Octopus.Action.CustomScripts.Deploy.sh` holds a script"),
        "{error}"
    );
    let mut settings = target.settings(&package);
    let module = HookModule::File("x.wasm".into());
    settings.custom_hooks = vec![CustomHook { stage: Stage::AfterDeploy, module }];
    let error = settings.build().unwrap_err().to_string();
    assert!(error.starts_with("a custom hook cannot run at AfterDeploy"), "{error}");
}
