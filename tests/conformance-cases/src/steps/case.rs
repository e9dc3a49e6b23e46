//! What every case of a step can do, and all of them.

use std::io;
use std::path::Path;

use super::{Category, Hook, Outcome};
use crate::{Difference, LoadError, configvars, structured, xdt};

/// Names and values of variables, as defined (values may be templates), in order; `None` is null.
pub type Definitions = Vec<(String, Option<String>)>;

/// One case.
pub trait StepCase: Send + Sync {
    /// What it is counted with.
    fn category(&self) -> Category;

    /// What it is called in every edition of the vectors; lists of deviations use it.
    fn id(&self) -> &str;

    /// The hook that it is about.
    fn hook(&self) -> Hook;

    /// Lays out an empty folder, and says with which variables the hook is to be run there.
    ///
    /// # Errors
    /// When the folder cannot be written to.
    fn prepare(&self, folder: &Path) -> io::Result<Definitions>;

    /// Judges what became of the folder and what was said.
    ///
    /// # Errors
    /// The first difference.
    fn judge(&self, folder: &Path, outcome: &Outcome) -> Result<(), Difference>;
}

/// All cases of a directory of vectors. What the directory does not have is left out.
///
/// # Errors
/// When a file is there and cannot be read, or is not what it should be.
pub fn all(vectors: &Path) -> Result<Vec<Box<dyn StepCase>>, LoadError> {
    let structured_folder = vectors.join("structured");
    let xdt_folder = vectors.join("xdt");
    let mut cases: Vec<Box<dyn StepCase>> = Vec::new();
    fn boxed<C: StepCase + 'static>(case: C) -> Box<dyn StepCase> {
        Box::new(case)
    }
    cases.extend(structured::files(&structured_folder)?.into_iter().map(boxed));
    cases.extend(configvars::files(&structured_folder)?.into_iter().map(boxed));
    cases.extend(structured::service::all(&structured_folder)?);
    cases.extend(xdt::transform::all(&xdt_folder)?.into_iter().map(boxed));
    cases.extend(xdt::locator::all(&xdt_folder)?.into_iter().map(boxed));
    cases.extend(xdt::convention::all(&xdt_folder)?.into_iter().map(boxed));
    cases.extend(xdt::logger::all(&xdt_folder)?.into_iter().map(boxed));
    Ok(cases)
}
