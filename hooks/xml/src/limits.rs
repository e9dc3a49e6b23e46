//! What a document may cost: hard limits on what the parser accepts.

/// Bytes of text in one document. Ten times the largest configuration file that we have heard of,
/// and with [`MAX_NODES`] it keeps a document inside the memory of a 32-bit WASM module.
pub const MAX_BYTES: usize = 128 * 1024 * 1024;

/// Elements open at the same time. Written by people, XML stays below 50; the few recursive
/// algorithms over a tree stay below 256 KiB of stack with this.
pub const MAX_DEPTH: usize = 512;

/// Nodes of one document, attributes included. A node takes 48 bytes, so this is 384 MiB at most.
pub const MAX_NODES: usize = 8_000_000;

/// Attributes of one element. Tools never write more than a few dozen.
pub const MAX_ATTRIBUTES: usize = 4_096;

/// Bytes that all entity references of a document may expand to together: against entity bombs.
/// The same number as .NET's `XmlReaderSettings.MaxCharactersFromEntities`.
pub const MAX_ENTITY_BYTES: usize = 10_000_000;

/// Entities inside entities inside entities.
pub const MAX_ENTITY_DEPTH: usize = 32;

/// The limits of one parse. The default is the table of constants above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// See [`MAX_BYTES`].
    pub max_bytes: usize,
    /// See [`MAX_DEPTH`].
    pub max_depth: usize,
    /// See [`MAX_NODES`].
    pub max_nodes: usize,
    /// See [`MAX_ATTRIBUTES`].
    pub max_attributes: usize,
    /// See [`MAX_ENTITY_BYTES`].
    pub max_entity_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: MAX_BYTES,
            max_depth: MAX_DEPTH,
            max_nodes: MAX_NODES,
            max_attributes: MAX_ATTRIBUTES,
            max_entity_bytes: MAX_ENTITY_BYTES,
        }
    }
}
