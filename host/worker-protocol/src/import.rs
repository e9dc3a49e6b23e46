//! What a module is and what it imports, as far as that is known before it runs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What kind of program a module is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModuleKind {
    /// A core module that imports WASI preview 1 and exports `_start`.
    Preview1Module,
    /// A component that exports `wasi:cli/run@0.2`.
    Component02,
    /// A component that exports `wasi:cli/run@0.3`. Can be inspected; is not accepted for running,
    /// because the engine calls its support incomplete and gives it no security fixes.
    Component03,
}

impl fmt::Display for ModuleKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Preview1Module => "preview 1 module",
            Self::Component02 => "WASI 0.2 component",
            Self::Component03 => "WASI 0.3 component",
        })
    }
}

/// One import of a module: a function of a preview 1 module, an interface of a component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Import {
    /// The module it is imported from (`wasi_snapshot_preview1`), or the interface
    /// (`wasi:filesystem/types@0.2.3`).
    pub module: String,
    /// The function, for preview 1 modules; empty for components.
    pub name: String,
    /// What it makes possible; `None` when Cofferdam does not offer it, so that the module cannot
    /// run.
    pub ability: Option<ImportedAbility>,
}

impl fmt::Display for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name.as_str() {
            "" => f.write_str(&self.module),
            name => write!(f, "{}.{name}", self.module),
        }
    }
}

macro_rules! abilities {
    ($($variant:ident $key:literal $words:literal;)*) => {
        /// Something that a module's imports make possible. What it may really do is up to its
        /// grant; what it does not import it cannot do at all.
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum ImportedAbility {
            $(#[doc = concat!("The module ", $words, ".")] #[serde(rename = $key)] $variant,)*
        }

        impl ImportedAbility {
            /// Every ability, in the order in which they are listed.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// How policies spell it.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }
        }

        impl fmt::Display for ImportedAbility {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $words,)* })
            }
        }
    };
}

abilities! {
    ReadsAndWritesFiles "files" "reads and writes files";
    MakesLinks "links" "makes links";
    OpensConnections "connections" "may open network connections";
    MakesHttpRequests "http" "may make HTTP requests";
    ReadsEnvironment "environment" "reads its arguments and environment";
    ReadsClock "clock" "reads the clock";
    UsesRandom "random" "uses random numbers";
    Waits "waits" "waits";
    Prints "prints" "prints";
    ChoosesExitCode "exit" "chooses its exit code";
    TalksToCofferdam "cofferdam" "talks to Cofferdam";
    RequestsActions "actions" "may request host actions";
}
