//! The `cofferdam` program: arguments in, rendering out, and nothing else.
//!
//! Each subcommand is one file below `command/`: it turns its arguments into what a library wants,
//! calls it, and shows the result. Errors are shown here, once, and end with a code of
//! [`exit::EXITS`].

mod command;
mod deployment_args;
mod exit;
mod failure;
mod hook_settings_args;
mod interrupt;
mod places;
mod program_settings;
mod record;
mod render;
mod sandbox_args;
mod standalone_hook;
mod surroundings;
mod template;
mod test_controls;

use std::io::Write;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

use crate::failure::Failure;
use crate::render::style::Style;

/// Deploys packages by convention, every hook a WebAssembly module in a locked-down process.
#[derive(Debug, Parser)]
#[command(name = "cofferdam", version, max_term_width = 100, after_help = exit::exit_codes_help())]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Deploy(Box<command::deploy::DeployArgs>),
    Plan(Box<command::plan::PlanArgs>),
    Inspect(command::inspect::InspectArgs),
    RunHook(Box<command::run_hook::RunHookArgs>),
    New(command::new::NewArgs),
    Pack(command::pack::PackArgs),
    History(command::history::HistoryArgs),
    Clean(command::clean::CleanArgs),
    Evaluate(command::evaluate::EvaluateArgs),
    Policy(Box<command::policy::PolicyArgs>),
    Key(command::key::KeyArgs),
    Sign(command::sign::SignArgs),
    Verify(command::sign::VerifyArgs),
    Audit(command::audit::AuditArgs),
    Attest(command::attest::AttestArgs),
    Receipt(command::attest::ReceiptArgs),
    Reproduce(Box<command::reproduce::ReproduceArgs>),
    Doctor(command::doctor::DoctorArgs),
    Redteam(Box<command::redteam::RedteamArgs>),
    Cache(command::cache::CacheArgs),
    Completions(command::generate::CompletionsArgs),
    Man(command::generate::ManArgs),
    #[command(hide = true)]
    Reference(command::generate::ReferenceArgs),
}

fn main() -> ExitCode {
    // Before anything else: this process may be a worker.
    cofferdam_sandbox::run_if_worker();

    let cli = Cli::parse();
    let result = match cli.command {
        Command::Deploy(args) => args.run(),
        Command::Plan(args) => args.run(),
        Command::Inspect(args) => args.run(),
        Command::RunHook(args) => args.run(),
        Command::New(args) => args.run(),
        Command::Pack(args) => args.run(),
        Command::History(args) => args.run(),
        Command::Clean(args) => args.run(),
        Command::Evaluate(args) => args.run(),
        Command::Policy(args) => args.run(),
        Command::Key(args) => args.run(),
        Command::Sign(args) => args.run(),
        Command::Verify(args) => args.run(),
        Command::Audit(args) => args.run(),
        Command::Attest(args) => args.run(),
        Command::Receipt(args) => args.run(),
        Command::Reproduce(args) => args.run(),
        Command::Doctor(args) => args.run(),
        Command::Redteam(args) => args.run(),
        Command::Cache(args) => args.run(),
        Command::Completions(args) => args.run(&mut Cli::command()),
        Command::Man(args) => args.run(&Cli::command()),
        Command::Reference(args) => args.run(&Cli::command()),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            show(&failure);
            failure.exit().into()
        }
    }
}

/// Errors are shown here and nowhere else.
fn show(failure: &Failure) {
    let stderr = std::io::stderr();
    let text = failure.render(Style::for_stream(&stderr));
    // When standard error is closed there is nobody to tell.
    let _ = stderr.lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
