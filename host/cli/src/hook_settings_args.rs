//! The arguments of commands that run hooks without a deployment: what the hooks may do and take.

use std::path::PathBuf;

use clap::Args;
use cofferdam_capability::LimitName;

use crate::deployment_args::parse_limit;
use crate::failure::Failure;
use crate::program_settings::ProgramSettings;

/// Policy and limits, from a target's settings or from the command line, which goes first.
#[derive(Debug, Args)]
pub(crate) struct HookSettingsArgs {
    /// The target's `cofferdam.toml`, of which policy, `[[grant]]`, `[[forbid]]`, `[trust]`, `[limits]` and signing key are used
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,
    /// The policy that decides what hooks may do: a `.cedar` or `.toml` file
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A limit for every hook, such as `memory=64MiB`; repeatable
    #[arg(long = "limit", value_name = "NAME=VALUE", value_parser = parse_limit)]
    limit: Vec<(LimitName, u64)>,
}

impl HookSettingsArgs {
    /// What applies.
    pub(crate) fn load(&self) -> Result<ProgramSettings, Failure> {
        let mut program = match &self.settings {
            Some(file) => ProgramSettings::load(file)?,
            None => ProgramSettings::default(),
        };
        program.policy = self.policy.clone().or(program.policy);
        program.limits.extend(self.limit.iter().copied());
        Ok(program)
    }
}
