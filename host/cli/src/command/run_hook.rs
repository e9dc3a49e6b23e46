//! `cofferdam run-hook`: runs one hook in a folder, for its author, and says what it changed.

use std::path::PathBuf;
use std::sync::Arc;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use clap::Args;
use cofferdam_deployment::{Snapshot, Stage, survey_hook};
use cofferdam_http::{Authorities, Broker};
use cofferdam_policy::Verdict;
use cofferdam_redteam::Control;
use cofferdam_sandbox::{
    CancelToken, DeploymentFacts, Enclosure, HookEvent, HookVariable, Inputs, ModuleSource,
    OutputStream,
};
use cofferdam_variables::{Layer, Layers, Masker, Value, VariableSet, load_file};
use time::OffsetDateTime;

use crate::command::inspect::{module_failure, read_module};
use crate::command::plan::{plan_failure, signature_line};
use crate::exit::Exit;
use crate::failure::{Failure, OrCannot, OrExit};
use crate::hook_settings_args::HookSettingsArgs;
use crate::interrupt;
use crate::render::amount::{count, duration, size};
use crate::render::console::{change_word, http_line};
use crate::render::printable::printable;
use crate::render::style::{Role, Style};
use crate::sandbox_args::SandboxArgs;
use crate::standalone_hook::context;
use crate::surroundings::trust_of;
use crate::test_controls;

/// Runs one hook in a folder and says what it changed.
///
/// The hook is treated as the hook of a package with the same policy would be.
#[derive(Debug, Args)]
pub(crate) struct RunHookArgs {
    /// The module: `.wasm` or `.wat`
    module: PathBuf,
    /// The folder that the hook sees as `/`
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,
    /// The stage that it is told to be at
    #[arg(long, value_name = "STAGE", default_value = "Deploy")]
    stage: Stage,
    /// A file of variables; repeatable
    #[arg(long, value_name = "FILE")]
    variables: Vec<PathBuf>,
    /// One variable; repeatable
    #[arg(long = "variable", short = 'v', value_name = "NAME=VALUE", value_parser = crate::deployment_args::parse_variable)]
    variable: Vec<(String, String)>,
    #[command(flatten)]
    hooks: HookSettingsArgs,
    /// An OpenSSH allowed-signers file: whose signatures beside the module count
    #[arg(long, value_name = "FILE")]
    allowed_signers: Option<PathBuf>,
    /// A public key whose signatures count, under the file's name without extension; repeatable
    #[arg(long = "trusted-key", value_name = "FILE")]
    trusted_key: Vec<PathBuf>,
    /// What the hook gets as arguments
    #[arg(last = true)]
    arguments: Vec<String>,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

impl RunHookArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let cancel = CancelToken::default();
        interrupt::cancel_on_signals(&cancel)?;
        let sandbox = self.sandbox.open()?;
        let variables = self.read_variables()?;
        let mut program = self.hooks.load()?;
        program.trust.allowed_signers =
            self.allowed_signers.clone().or(program.trust.allowed_signers);
        program.trust.keys.extend(self.trusted_key.iter().cloned());
        let policy = crate::command::policy::policy_of(&program)?;

        // What bounds reading and compiling is needed before there is a grant.
        let limits = program.module_limits();
        let bytes = read_module(&self.module, &limits)?;
        let name = self.module.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let source = ModuleSource { name: &name, bytes: &bytes };
        let module = sandbox.prepare(&source, &limits).map_err(module_failure)?;
        let style = Style::for_stream(&std::io::stderr());
        let trust = trust_of(&program.trust)?;
        let (hook, signatures) = survey_hook(
            (&self.module, &bytes),
            self.stage,
            module.facts(),
            &trust,
            OffsetDateTime::now_utc(),
        )
        .map_err(plan_failure)?;
        for signature in &signatures {
            eprintln!("  signed   {}", signature_line(signature, style));
        }
        let sensitivity = variables.iter().map(|(name, value)| (name, value.is_sensitive()));
        let context = context(&sandbox.machine_walls(), sensitivity);
        let grant = match policy.decide(&hook, &context) {
            Verdict::Granted(grant) => grant,
            Verdict::Refused(refusal) => {
                let hint = refusal
                    .smallest_permit
                    .as_ref()
                    .map(|permit| format!("the smallest statement that would allow it:\n{permit}"));
                return Err(Failure::new(Exit::Refused, refusal).with_hint(hint));
            }
        };
        let granted = granted_variables(&variables, &grant)?;

        let folder = Dir::open_ambient_dir(&self.dir, ambient_authority()).map_err(|error| {
            Failure::new(Exit::BadInput, error)
                .context(format!("cannot open the folder `{}`", self.dir.display()))
        })?;
        let looking = "look at what is in";
        let before = Snapshot::take(&folder).or_cannot(Exit::System, looking, &self.dir)?;
        let enclosure = Enclosure::open(&self.dir).or_exit(Exit::BadInput)?;
        let masked = !test_controls::is_without(Control::Masking);
        let masker = Masker::new(variables.iter().map(|(_, value)| value).filter(|_| masked));
        let mut broker = Broker::new(Arc::new(Authorities::of_this_machine()));
        let inputs = Inputs {
            variables: &granted,
            facts: DeploymentFacts {
                stage: Some(self.stage.name().to_owned()),
                ..DeploymentFacts::default()
            },
            arguments: self.arguments.clone(),
            cancel,
            environment: granted_environment(&grant),
            http: Some(&mut broker),
            ..Inputs::default()
        };
        let mut show = |event: HookEvent| show_event(&event, &masker, style);
        let result = sandbox.run(&module, &enclosure, &grant, inputs, &mut show);

        let after = Snapshot::take(&folder).or_cannot(Exit::System, looking, &self.dir)?;
        let changes = before.changes_to(&after, &folder);
        let changes = changes.or_cannot(Exit::System, looking, &self.dir)?;
        for change in &changes {
            println!("{} {}", change_word(change.what), printable(&change.path));
        }
        let report = match &result {
            Ok(report) => Some(report),
            Err(error) => error.report(),
        };
        if let Some(report) = report {
            eprintln!(
                "{}",
                style.paint(
                    Role::Quiet,
                    format!(
                        "{} by the clock, {} of processor time, {} of memory (engine included), {} written, {}; walls: {}",
                        duration(std::time::Duration::from_millis(report.wall_ms)),
                        duration(std::time::Duration::from_millis(report.cpu_ms)),
                        size(report.peak_memory_bytes),
                        size(report.written_bytes),
                        count(report.host_calls, "host call"),
                        report.walls,
                    )
                )
            );
        }
        match result {
            Ok(_) => Ok(Exit::Success),
            Err(error) => {
                let hint = error.hint();
                let exit = match &error {
                    cofferdam_sandbox::HookError::Cancelled => Exit::Cancelled,
                    cofferdam_sandbox::HookError::Walls { .. } => Exit::Walls,
                    _ => Exit::Failed,
                };
                let message = masker.mask(&error.to_string()).into_owned();
                Err(Failure::new(exit, message).with_hint(hint))
            }
        }
    }

    fn read_variables(&self) -> Result<VariableSet, Failure> {
        let mut layers = Layers::new();
        for file in &self.variables {
            layers.extend(Layer::Files, load_file(file).or_exit(Exit::BadInput)?);
        }
        for (name, value) in &self.variable {
            layers.add(Layer::CommandLine, name, Value::plain(value.clone()));
        }
        Ok(layers.into_set())
    }
}

/// The environment variables that were granted, as far as they are set.
fn granted_environment(grant: &cofferdam_capability::Grant) -> Vec<(String, String)> {
    let names = grant.terms().environment.iter();
    names.filter_map(|name| Some((name.clone(), std::env::var(name).ok()?))).collect()
}

/// The values that go with the names in a grant.
fn granted_variables(
    variables: &VariableSet,
    grant: &cofferdam_capability::Grant,
) -> Result<Vec<HookVariable>, Failure> {
    let mut granted = Vec::new();
    for variable in &grant.terms().variables {
        let Some(definition) = variables.definition(&variable.name) else { continue };
        let value = variables.evaluate(&variable.name).or_exit(Exit::BadInput)?;
        let sensitive = value.as_ref().is_some_and(Value::is_sensitive);
        // A plain variable whose template reads a secret is a secret.
        if sensitive && !variable.sensitive {
            continue;
        }
        granted.push(HookVariable {
            name: variable.name.clone(),
            value: value.and_then(|value| value.expose().map(str::to_owned)),
            definition: definition.value.expose().map(str::to_owned),
            sensitive,
            literal: definition.literal,
        });
    }
    Ok(granted)
}

fn show_event(event: &HookEvent, masker: &Masker, style: Style) {
    let clean = |text: &str| printable(&masker.mask(text)).into_owned();
    match event {
        HookEvent::Line { stream, text, truncated, .. } => {
            let shown = if *truncated {
                printable(&masker.mask_cut(text)).into_owned()
            } else {
                clean(text)
            };
            let more = if *truncated { " [...]" } else { "" };
            match stream {
                OutputStream::Stdout => eprintln!("  {shown}{more}"),
                OutputStream::Stderr => {
                    eprintln!("  {}{more}", style.paint(Role::Warning, shown));
                }
            }
        }
        HookEvent::Log { message, .. } => {
            message.lines().for_each(|line| eprintln!("  {}", clean(line)));
        }
        HookEvent::Output { name, value, sensitive } => {
            let value = if *sensitive { "***".to_owned() } else { clean(value) };
            eprintln!("  {} {} = {value}", style.paint(Role::Accent, "output"), clean(name));
        }
        HookEvent::Artifact { path, name } => {
            let label = style.paint(Role::Accent, "artifact");
            eprintln!("  {label} {} from {}", clean(name), clean(path));
        }
        HookEvent::Progress { percent, message } => {
            eprintln!(
                "  {}",
                style.paint(Role::Quiet, format!("{percent:>3} % {}", clean(message)))
            );
        }
        HookEvent::Refused { what, why, .. } => {
            let label = style.paint(Role::Warning, "refused");
            eprintln!("  {label} {}: {}", clean(what), clean(why));
        }
        HookEvent::HttpRequested { exchange } => {
            let (role, line) = http_line(exchange);
            eprintln!("  {}", style.paint(role, clean(&line)));
        }
        HookEvent::UnknownServiceMessage { name, .. } => {
            eprintln!(
                "  {}",
                style.paint(Role::Quiet, format!("service message `{}`", clean(name)))
            );
        }
        HookEvent::Started { .. }
        | HookEvent::Mask { .. }
        | HookEvent::FailReason { .. }
        | HookEvent::Used { .. } => {}
    }
}
