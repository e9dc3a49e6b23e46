//! The single controls that hold attacks, as far as one of them can be left out.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! controls {
    ($($variant:ident $key:literal $what:literal;)*) => {
        /// A control. A program that was built with the cargo feature `test-switches` can leave
        /// each out but [`Control::Other`]; a shipped one can leave out none.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Control {
            $(#[doc = $what] $variant,)*
            /// What cannot be left out: the kernel's own rules, imports that do not exist, the engine's
            /// validation, the grant.
            Other,
        }

        impl Control {
            /// Every control that can be left out.
            pub const SWITCHES: &[Self] = &[$(Self::$variant,)*];

            /// How it is spelled.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self {
                    $(Self::$variant => $key,)*
                    Self::Other => "other",
                }
            }
        }
    };
}

controls! {
    OwnRoot "own-root" "The root directory of a worker's own.";
    Landlock "landlock" "Landlock: files, TCP, signals and abstract sockets outside the enclosure.";
    SystemCalls "system-calls" "The system call filter.";
    Seal "seal" "The seal: no more executable memory, and no further filter.";
    Descriptors "descriptors" "Closing what a worker inherited.";
    Paths "paths" "Paths and links that are looked at before they are followed.";
    Limits "limits" "The limits of a run.";
    Masking "masking" "Masking of secrets in what is shown of a hook.";
    Escaping "escaping" "Making control characters visible.";
}

impl Control {
    /// The control that is spelled `key`.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::SWITCHES.iter().copied().find(|control| control.key() == key)
    }
}

impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}
