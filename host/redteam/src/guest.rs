//! The hook that attacks, as the program carries it.

use std::io;
use std::path::Path;

/// What the guest was compiled to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A core module with WASI preview 1.
    Preview1,
    /// A component with WASI 0.2.
    Component,
}

impl Kind {
    /// The WebAssembly.
    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Preview1 => include_bytes!(concat!(env!("OUT_DIR"), "/preview1.wasm")),
            Self::Component => include_bytes!(concat!(env!("OUT_DIR"), "/component.wasm")),
        }
    }

    /// Writes it to a file.
    pub(crate) fn write_to(self, file: &Path) -> io::Result<()> {
        std::fs::write(file, self.bytes())
    }
}

/// How many bytes of WebAssembly the program carries for the collection.
#[must_use]
pub fn embedded_bytes() -> usize {
    Kind::Preview1.bytes().len() + Kind::Component.bytes().len()
}
