//! `cofferdam cache`: the compiled hooks that later runs need not compile again.

use std::path::PathBuf;
use std::time::Instant;

use clap::{Args, Subcommand};
use cofferdam_capability::Limits;
use cofferdam_sandbox::ModuleSource;

use crate::command::inspect::{module_failure, read_module};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::amount::duration;
use crate::render::printable::printable;
use crate::sandbox_args::SandboxArgs;

/// Compiles hooks ahead of time.
#[derive(Debug, Args)]
pub(crate) struct CacheArgs {
    #[command(subcommand)]
    command: CacheCommand,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

#[derive(Debug, Subcommand)]
enum CacheCommand {
    /// Compiles the built-in hooks, and the modules that are named, so that no deployment waits for it
    Warm {
        /// Further modules
        modules: Vec<PathBuf>,
        /// Print nothing but errors
        #[arg(long, short)]
        quiet: bool,
    },
}

impl CacheArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let CacheCommand::Warm { modules, quiet } = self.command;
        let sandbox = self.sandbox.open()?;
        let limits = Limits::default();
        let warm = |name: &str, bytes: &[u8]| -> Result<(), Failure> {
            let started = Instant::now();
            let module =
                sandbox.prepare(&ModuleSource { name, bytes }, &limits).map_err(module_failure)?;
            if !quiet {
                let how = if module.from_cache() { "was there" } else { "compiled" };
                println!("{} {how} ({})", printable(name), duration(started.elapsed()));
            }
            Ok(())
        };
        for hook in cofferdam_built_in::all() {
            warm(hook.name, hook.bytes)?;
        }
        for file in &modules {
            warm(&file.display().to_string(), &read_module(file, &limits)?)?;
        }
        Ok(Exit::Success)
    }
}
