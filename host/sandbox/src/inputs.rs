//! What one run is given besides its grant.

use std::fmt;
use std::path::PathBuf;

use crate::{CancelToken, DeploymentFacts, HookVariable, HttpBroker};

/// Everything that one run is given besides its grant.
#[derive(Default)]
pub struct Inputs<'a> {
    /// The variables; the worker's memory holds these and no other.
    pub variables: &'a [HookVariable],
    /// Further environment variables, after the facts and the variables; the later one of two
    /// with the same name wins.
    pub environment: Vec<(String, String)>,
    /// What the hook may know about its deployment.
    pub facts: DeploymentFacts,
    /// The arguments after the program's name.
    pub arguments: Vec<String>,
    /// Stops the run from another thread.
    pub cancel: CancelToken,
    /// Who carries out the HTTP requests of components; without one they are all refused.
    pub http: Option<&'a mut dyn HttpBroker>,
    /// Folders that are opened in the place of granted ones.
    pub stand_ins: Vec<StandIn>,
}

/// A folder that is opened in the place of a granted one: what a rehearsal may write to instead of
/// the real one. The hook sees it at the place, and with the access, that the grant says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// The folder as it is granted.
    pub granted: PathBuf,
    /// The folder that is opened.
    pub opened: PathBuf,
}

impl fmt::Debug for Inputs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inputs")
            .field("variables", &self.variables)
            .field("facts", &self.facts)
            .field("arguments", &self.arguments)
            .field("cancel", &self.cancel)
            .finish_non_exhaustive()
    }
}
