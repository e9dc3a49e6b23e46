//! `cofferdam-conformance`: every case of the vectors through the real built-in hook, in the sandbox.
//!
//! A case says which files and variables go in and what the original makes of them (see the crate
//! `cofferdam-conformance-cases`). This program lays the files out in a folder, runs the built-in hook
//! there as a deployment would, and lets the case judge. The template language is no hook; its cases
//! are run by a guest of our own, in the same sandbox.
//!
//! ```text
//! cargo run -p cofferdam-conformance -- [--vectors DIR] [--category NAME]... [--native] [--jobs N]
//! ```
//!
//! It prints passed, failed and deviating cases per category, writes `target/conformance.json` and
//! `target/conformance.xml` (JUnit), and exits with 1 when a case failed, with 2 when it could not
//! run them.

mod arguments;
mod error;
mod folder_run;
mod guest;
mod native;
mod report;
mod results;
mod runner;
mod sandboxed;
mod work;

use std::process::ExitCode;

use clap::Parser as _;
use cofferdam_conformance_cases::{Deviations, repository_vectors};

use crate::arguments::Arguments;
use crate::error::RunError;
use crate::native::Native;
use crate::results::Results;
use crate::runner::Runner;
use crate::sandboxed::Sandboxed;

/// The exit code when cases failed.
const EXIT_FAILED: u8 = 1;
/// The exit code when they could not be run.
const EXIT_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    cofferdam_sandbox::run_if_worker();
    match run(&Arguments::parse()) {
        Ok(results) if results.has_failures() => ExitCode::from(EXIT_FAILED),
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = std::error::Error::source(&error);
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::from(EXIT_NOT_RUN)
        }
    }
}

fn run(arguments: &Arguments) -> Result<Results, RunError> {
    let own = repository_vectors();
    let vectors = arguments.vectors.clone().unwrap_or_else(|| own.clone());
    if !vectors.is_dir() {
        return Err(RunError::NoVectors { path: vectors });
    }
    // Other people's cases may come with deviations of their own.
    let mut deviations = Deviations::load(&own)?;
    deviations.extend(Deviations::load(&vectors)?);
    let cases = work::Cases::load(&vectors, &arguments.categories)?;

    let runner: Box<dyn Runner> = match arguments.native {
        true => Box::new(Native),
        false => Box::new(Sandboxed::new(&arguments.target_dir, &cases)?),
    };
    let results = work::run(cases, &*runner, &deviations, arguments.jobs());
    report::text(&results, &mut std::io::stdout().lock())?;
    report::files(&results, &arguments.target_dir)?;
    Ok(results)
}
