//! The command line.

use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use clap::Parser;
use clap::builder::PossibleValuesParser;
use cofferdam_conformance_cases::steps::Category;

/// Runs every conformance case through the real built-in hook, in the sandbox.
#[derive(Debug, Parser)]
#[command(name = "cofferdam-conformance")]
pub(crate) struct Arguments {
    /// A directory in the layout of `tests/vectors`: `octostache.json`, `structured/`, `xdt/`; any of
    /// them may be missing [default: those of the repository]
    #[arg(long, value_name = "DIR")]
    pub(crate) vectors: Option<PathBuf>,

    /// Only cases of this category; can be given several times
    #[arg(long = "category", value_name = "NAME",
          value_parser = PossibleValuesParser::new(Category::ALL.map(Category::name)))]
    pub(crate) categories: Vec<String>,

    /// Calls the hooks in this process, without a sandbox: quicker, and good for debugging only
    #[arg(long)]
    pub(crate) native: bool,

    /// How many hooks run at the same time [default: as many as there are processors]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,

    /// Where the reports and the cache of compiled hooks go
    #[arg(long, value_name = "DIR", default_value_os_t = target_dir())]
    pub(crate) target_dir: PathBuf,
}

impl Arguments {
    /// How many hooks run at the same time.
    pub(crate) fn jobs(&self) -> usize {
        let processors = || available_parallelism().map_or(1, usize::from);
        self.jobs.map_or_else(processors, usize::from)
    }
}

/// `target` of the repository.
fn target_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target")
}
