//! Modules: what a caller hands in, and what is known about it before it runs.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Digest, Import, ImportedAbility, ModuleKind};

/// A module as it was found: WebAssembly, binary or text.
#[derive(Debug, Clone, Copy)]
pub struct ModuleSource<'a> {
    /// What errors call it; usually its file name.
    pub name: &'a str,
    /// The bytes of the `.wasm` or `.wat` file.
    pub bytes: &'a [u8],
}

/// What is known about a module without running it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleFacts {
    /// The SHA-256 of the bytes as they were given (of the text, for `.wat`).
    pub digest: Digest,
    /// The size of the bytes as they were given.
    pub size: u64,
    /// What kind of program it is.
    pub kind: ModuleKind,
    /// Its imports, in their order.
    pub imports: Vec<Import>,
    /// What the imports make possible.
    pub uses: BTreeSet<ImportedAbility>,
    /// The custom section `cofferdam-hook`, in which a hook says what it wants.
    pub manifest: Option<Vec<u8>>,
}

/// A module that was checked and compiled, and can be run.
///
/// Holds the compiled code as an open file: what was verified is what runs, whatever happens to
/// the cache meanwhile.
#[derive(Debug)]
pub struct Module {
    pub(crate) name: String,
    pub(crate) facts: ModuleFacts,
    pub(crate) from_cache: bool,
    pub(crate) code: File,
    /// Where the code is, for operating systems that pass no descriptors.
    pub(crate) code_path: PathBuf,
}

impl Module {
    /// What errors call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is known about it.
    #[must_use]
    pub fn facts(&self) -> &ModuleFacts {
        &self.facts
    }

    /// Whether it was compiled earlier.
    #[must_use]
    pub fn from_cache(&self) -> bool {
        self.from_cache
    }
}
