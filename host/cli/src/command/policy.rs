//! `cofferdam policy`: reads, checks, tests and explains what may happen.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use cofferdam_deployment::survey;
use cofferdam_policy::{CaseTable, Policy, PolicyError, Source, diff};

use crate::command::policy_explain::ExplainArgs;
use crate::deployment_args::DeploymentArgs;
use crate::exit::Exit;
use crate::failure::{Failure, OrCannot};
use crate::program_settings::ProgramSettings;
use crate::render::amount::count;
use crate::render::printable::printable;
use crate::render::style::{Role, Style};
use crate::sandbox_args::SandboxArgs;
use crate::surroundings::Surroundings;

/// Reads, checks, tests and explains policies.
#[derive(Debug, Args)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Prints the policy that applies when there is no other
    Default,
    /// Prints every statement of a policy in Cedar, the shipped ones included
    Show {
        /// A `.cedar` or `.toml` file
        file: PathBuf,
    },
    /// Finds mistakes and doubtful statements
    Check {
        /// A `.cedar` or `.toml` file
        file: PathBuf,
        /// Let doubtful statements fail the check
        #[arg(long)]
        strict: bool,
    },
    /// Asks a policy the questions of a table and compares the answers with the expected ones
    Test {
        /// A TOML table of cases
        cases: PathBuf,
        /// The policy [default: the built-in one]
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
    },
    /// Says for every hook of a deployment what it may do, which statements decide, and what came near
    Explain(Box<ExplainArgs>),
    /// Says what another policy would change for a package
    Diff {
        /// The policy as it is
        old: PathBuf,
        /// The policy as it would be
        new: PathBuf,
        /// The package
        package: PathBuf,
        #[command(flatten)]
        deployment: Box<DeploymentArgs>,
        #[command(flatten)]
        sandbox: SandboxArgs,
    },
}

impl PolicyArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.command {
            PolicyCommand::Default => {
                print!("{}", Policy::built_in_text());
                Ok(Exit::Success)
            }
            PolicyCommand::Show { file } => {
                print!("{}", load(&file)?.text());
                Ok(Exit::Success)
            }
            PolicyCommand::Check { file, strict } => check(&file, strict),
            PolicyCommand::Test { cases, policy } => test(&cases, policy.as_deref()),
            PolicyCommand::Explain(explain) => explain.run(),
            PolicyCommand::Diff { old, new, package, deployment, sandbox } => {
                let (old, new) = (load(&old)?, load(&new)?);
                let (settings, program) = deployment.resolve(&package)?;
                let surroundings = Surroundings::new(&sandbox, &program)?;
                let facts = survey(settings, &surroundings.services())
                    .map_err(crate::command::plan::plan_failure)?;
                let changes = diff(&old, &new, &facts.package, &facts.hooks, &facts.context);
                for line in changes.to_string().lines() {
                    println!("{}", printable(line));
                }
                Ok(Exit::Success)
            }
        }
    }
}

/// The policy of a run: the operator's file, or the built-in one, with the settings' grants and limits.
pub(crate) fn policy_of(program: &ProgramSettings) -> Result<Policy, Failure> {
    let mut policy = match &program.policy {
        Some(file) => load(file)?,
        None => Policy::built_in(),
    };
    if let Some(grants) = &program.grants {
        let name = grants.file.display().to_string();
        policy = policy.and(Source::tables_in(name, &grants.text)).map_err(policy_failure)?;
    }
    if !program.limits.is_empty() {
        policy = policy
            .and(Source::cedar("limits", limits_statement(program)))
            .map_err(policy_failure)?;
    }
    Ok(policy)
}

/// Limits for every hook are annotations of a statement that permits nothing new.
fn limits_statement(program: &ProgramSettings) -> String {
    let mut statement = String::from(
        "@id(\"settings.limits\")\n@reason(\"limits that the operator set for every hook\")\n",
    );
    for (name, value) in program.tightest_limits() {
        let key = name.key().replace('-', "_");
        statement.push_str(&format!("@limit_{key}(\"{}\")\n", name.format_value(value)));
    }
    statement.push_str("permit (principal, action == Action::\"setLimits\", resource);\n");
    statement
}

fn load(file: &Path) -> Result<Policy, Failure> {
    Policy::load(file).map_err(policy_failure)
}

fn policy_failure(error: PolicyError) -> Failure {
    Failure::new(Exit::BadInput, error)
}

fn check(file: &Path, strict: bool) -> Result<Exit, Failure> {
    let policy = load(file)?;
    let style = Style::for_stream(&std::io::stdout());
    let lints = policy.lints();
    for lint in &lints {
        println!("{} {}", style.paint(Role::Warning, "doubtful:"), printable(&lint.to_string()));
    }
    let statements = count(policy.statements_in_force().count() as u64, "statement");
    println!(
        "{}: no mistakes in {statements}, {}",
        file.display(),
        count(lints.len() as u64, "doubt")
    );
    if strict && !lints.is_empty() {
        return Err(Failure::already_shown(Exit::NotVerified));
    }
    Ok(Exit::Success)
}

fn test(cases: &Path, policy: Option<&Path>) -> Result<Exit, Failure> {
    let policy = policy.map_or_else(|| Ok(Policy::built_in()), load)?;
    let text =
        std::fs::read_to_string(cases).or_cannot(Exit::BadInput, "read the cases in", cases)?;
    let name = cases.display().to_string();
    let outcomes = CaseTable::parse(&name, &text).map_err(policy_failure)?.run(&policy);
    let style = Style::for_stream(&std::io::stdout());
    for outcome in &outcomes {
        match &outcome.failure {
            None => println!("{} {}", style.paint(Role::Good, "ok"), printable(&outcome.name)),
            Some(failure) => {
                println!("{} {}", style.paint(Role::Bad, "FAILED"), printable(&outcome.name));
                println!("   {}", printable(failure));
                println!("   {}", printable(&outcome.explanation));
            }
        }
    }
    let failed = outcomes.iter().filter(|outcome| outcome.failure.is_some()).count();
    println!("{} passed, {failed} failed", outcomes.len() - failed);
    match failed {
        0 => Ok(Exit::Success),
        _ => Err(Failure::already_shown(Exit::NotVerified)),
    }
}
