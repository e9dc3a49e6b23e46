//! `cofferdam plan`: what a deployment would do, in order, with digests; with `--rehearse`, also what
//! the hooks would. It touches nothing.

use std::path::{Path, PathBuf};

use clap::Args;
use cofferdam_deployment::{
    Plan, PlanError, PlannedAction, PlannedHook, PlannedSignature, PlannedWant, SavedPlan,
    SignatureStanding, plan,
};
use cofferdam_sandbox::ModuleKind;

use crate::command::learn::learn_into;
use crate::command::rehearse::{ScratchArgs, exit_of, rehearse};
use crate::deployment_args::DeploymentArgs;
use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::render::amount::{count, size};
use crate::render::printable::printable;
use crate::render::style::{Role, Style};
use crate::sandbox_args::SandboxArgs;
use crate::surroundings::Surroundings;

/// Says what `deploy` would do with the same arguments, in order, and touches nothing.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    /// The package
    package: PathBuf,
    #[command(flatten)]
    deployment: DeploymentArgs,
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Save the plan, for `deploy --plan`
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the plan as JSON
    #[arg(long)]
    json: bool,
    /// Show grants and their reasons in full
    #[arg(long)]
    verbose: bool,
    /// Really run the hooks, on copies that are removed afterwards, and show what they would do
    #[arg(long, help_heading = "Rehearsal")]
    rehearse: bool,
    /// Rehearse with more than policy grants, and write the smallest policy and manifest that would
    /// do into a folder
    #[arg(
        long,
        value_name = "FOLDER",
        requires = "rehearse",
        conflicts_with = "output",
        help_heading = "Rehearsal"
    )]
    learn: Option<PathBuf>,
    #[command(flatten)]
    scratch: ScratchArgs,
}

impl PlanArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        self.scratch.check_rehearse(self.rehearse)?;
        let (settings, program) = self.deployment.resolve(&self.package)?;
        let surroundings = Surroundings::new(&self.sandbox, &program)?;
        let stubs = self.scratch.stubs()?;
        let answer = || stubs.broker();
        let mut services = surroundings.services();
        if self.rehearse {
            services.http = Some(&answer);
        }
        if let Some(folder) = &self.learn {
            let scratch = self.scratch.parent(&self.sandbox);
            return learn_into(folder, &settings, &services, &scratch, &stubs, self.json);
        }
        let deployment = plan(settings, &services).map_err(plan_failure)?;
        let plan = deployment.plan().clone();
        let rehearsal = if self.rehearse {
            Some(rehearse(deployment, &self.scratch.parent(&self.sandbox), &stubs)?)
        } else {
            None
        };
        let saved = SavedPlan { plan, rehearsal };
        self.show(&saved)?;
        saved.rehearsal.map_or(Ok(Exit::Success), |rehearsal| exit_of(rehearsal.status))
    }

    fn show(&self, saved: &SavedPlan) -> Result<(), Failure> {
        if let Some(file) = &self.output {
            std::fs::write(file, saved.to_json().or_exit(Exit::Bug)?).map_err(|error| {
                Failure::new(Exit::System, error)
                    .context(format!("cannot write the plan `{}`", file.display()))
            })?;
        }
        if self.json {
            print!("{}", saved.to_json().or_exit(Exit::Bug)?);
            return Ok(());
        }
        let style = Style::for_stream(&std::io::stdout());
        print(&saved.plan, style, self.verbose);
        if let Some(rehearsal) = &saved.rehearsal {
            crate::render::rehearsal::print(rehearsal, style);
        }
        Ok(())
    }
}

/// A plan that cannot be made, as a command's failure.
pub(crate) fn plan_failure(error: PlanError) -> Failure {
    let exit = match &error {
        PlanError::Package { source, .. } if source.is_of_the_machine() => Exit::System,
        PlanError::Open(_) | PlanError::Package { .. } | PlanError::Identity(_) => Exit::BadPackage,
        PlanError::TwoHooks { .. } => Exit::BadPackage,
        PlanError::Refused(_) => Exit::Refused,
        PlanError::Altered { .. } => Exit::NotVerified,
        PlanError::Changed(_) => Exit::PlanStale,
        PlanError::Prepare { source, .. } => match source.as_ref() {
            cofferdam_sandbox::PrepareError::Walls { .. } => Exit::Walls,
            cofferdam_sandbox::PrepareError::Cache(_)
            | cofferdam_sandbox::PrepareError::Io { .. } => Exit::System,
            _ => Exit::BadInput,
        },
        _ => Exit::BadInput,
    };
    let hint = error.hint();
    Failure::new(exit, error).with_hint(hint)
}

/// Reads a plan that was saved.
pub(crate) fn read_plan(file: &Path) -> Result<SavedPlan, Failure> {
    let text = std::fs::read(file).map_err(|error| {
        Failure::new(Exit::BadInput, error)
            .context(format!("cannot read the plan `{}`", file.display()))
    })?;
    SavedPlan::from_json(&text).map_err(|error| {
        Failure::new(Exit::BadInput, error)
            .context(format!("`{}` is not a plan of this version", file.display()))
    })
}

fn print(plan: &Plan, style: Style, verbose: bool) {
    let package = &plan.package;
    println!(
        "{} {} to {}",
        style.paint(Role::Strong, printable(&package.id)),
        style.paint(Role::Strong, printable(&package.version)),
        printable(&place(plan)),
    );
    println!(
        "  package  {} ({}), {}, {} extracted",
        printable(&package.file),
        size(package.bytes),
        count(package.entries, "entry"),
        size(package.unpacked_bytes)
    );
    println!("           sha256 {}", package.sha256);
    if let Some(feed) = &package.feed {
        println!("  feed     {}, as whoever fetched it says", printable(feed));
    }
    if package.signatures.is_empty() {
        println!("  signed   by nobody: there is no signature beside it");
    }
    for (index, signature) in package.signatures.iter().enumerate() {
        let label = if index == 0 { "signed " } else { "       " };
        println!("  {label}  {}", signature_line(signature, style));
    }
    println!(
        "  folder   {}/{}",
        printable(&plan.root.display().to_string()),
        printable(&plan.folder)
    );
    if let Some(installation) = &plan.installation {
        let purge = if installation.purge { ", emptied first" } else { "" };
        println!("  copied   to {}{purge}", printable(&installation.folder));
    }
    println!("  policy   {}", plan.policy_digest);
    println!("  engine   {}", plan.engine.version);
    println!("  walls    {}", plan.walls);
    println!("  plan     sha256 {}\n", plan.sha256());
    for convention in &plan.conventions {
        let number = style.paint(Role::Accent, format!("{:>2}", convention.number)).to_string();
        match &convention.action {
            PlannedAction::Run => println!("{number} {}", convention.name),
            PlannedAction::Nothing { why } => {
                let line = format!("{}: nothing, {}", convention.name, printable(why));
                println!("{number} {}", style.paint(Role::Quiet, line));
            }
            PlannedAction::Hooks(hooks) => {
                println!("{number} {}", convention.name);
                hooks.iter().for_each(|hook| print_hook(hook, style, verbose));
            }
        }
    }
    if !plan.on_failure.is_empty() {
        println!("{} if anything fails", style.paint(Role::Accent, "  "));
        plan.on_failure.iter().for_each(|hook| print_hook(hook, style, verbose));
    }
    for warning in &plan.warnings {
        println!("{} {}", style.paint(Role::Warning, "warning:"), printable(warning));
    }
}

pub(crate) fn signature_line(signature: &PlannedSignature, style: Style) -> String {
    let role = match signature.standing {
        SignatureStanding::Good => Role::Good,
        _ => Role::Warning,
    };
    let text = format!("{}: {}", signature.file, signature.words);
    style.paint(role, printable(&text)).to_string()
}

/// What a hook wants, what for, and whether it gets it.
fn want_line(planned: &PlannedWant, style: Style) -> String {
    let want = &planned.want;
    let mut text = format!("to {}", want.what);
    if let Some(why) = &want.why {
        text.push_str(&format!(", \"{why}\""));
    }
    match &planned.refusal {
        None => format!("{}: {}", printable(&text), style.paint(Role::Good, "granted")),
        Some(refusal) => {
            let why = format!("refused, {}", refusal.why);
            format!("{}: {}", printable(&text), style.paint(Role::Warning, printable(&why)))
        }
    }
}

fn place(plan: &Plan) -> String {
    let parts = [Some(&plan.machine), plan.environment.as_ref(), plan.tenant.as_ref()];
    parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
}

/// A plan holds the key that policies know.
fn kind_words(key: &str) -> String {
    let kind: Result<ModuleKind, _> = serde_json::from_value(key.into());
    kind.map_or_else(|_| key.to_owned(), |kind| kind.to_string())
}

fn print_hook(hook: &PlannedHook, style: Style, verbose: bool) {
    println!(
        "     {} ({}), {}, {}",
        style.paint(Role::Strong, printable(&hook.name)),
        hook.source,
        kind_words(&hook.kind),
        size(hook.bytes)
    );
    println!("       sha256  {}", hook.sha256);
    for signature in &hook.signatures {
        println!("       signed  {}", signature_line(signature, style));
    }
    println!("       may     {}", hook.uses.join(", "));
    for want in &hook.wants {
        println!("       wants   {}", want_line(want, style));
    }
    let terms = hook.grant.terms();
    let secret: Vec<&str> =
        terms.variables.iter().filter(|v| v.sensitive).map(|v| v.name.as_str()).collect();
    println!(
        "       reads   {}{}",
        count(terms.variables.len() as u64, "variable"),
        match secret.as_slice() {
            [] => ", none of them sensitive".to_owned(),
            names => format!(", sensitive: {}", printable(&names.join(", "))),
        }
    );
    let mut extra: Vec<String> = Vec::new();
    extra.extend(
        terms.folders.iter().map(|f| format!("folder {} ({:?})", f.host.display(), f.access)),
    );
    extra.extend(terms.http.iter().map(|rule| format!("HTTP {rule}")));
    extra.extend(terms.tcp.iter().map(|endpoint| format!("TCP {endpoint}")));
    extra.extend(terms.actions.iter().map(|action| format!("host action {action}")));
    extra.extend(terms.environment.iter().map(|name| format!("environment variable {name}")));
    for capability in extra {
        println!("       granted {}", printable(&capability));
    }
    for (name, value) in terms.limits.changed() {
        println!("       limit   {name} {}", name.format_value(value));
    }
    if verbose {
        for reason in hook.grant.reasons() {
            let line = format!(
                "       because `{}` {}",
                printable(&reason.statement),
                printable(&reason.text)
            );
            println!("{}", style.paint(Role::Quiet, line));
        }
    }
}
