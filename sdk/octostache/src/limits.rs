//! How much one evaluation may cost: the limits and their defaults.

/// The most output one evaluation may make: larger than any configuration file we have seen.
pub const DEFAULT_MAX_OUTPUT_BYTES: usize = 64 * 1024 * 1024;
/// How deep tokens and variable references may nest. A level costs a few KiB of stack, and a WASM
/// stack is 512 KiB in the smallest usual setting.
pub const DEFAULT_MAX_DEPTH: usize = 64;
/// How many tokens, look-ups and filters one evaluation may perform.
pub const DEFAULT_MAX_STEPS: u64 = 10_000_000;

/// The limits of one evaluation. Passing any of them is [`Error::Limit`](crate::Error::Limit).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of text produced, intermediate texts included.
    pub max_output_bytes: usize,
    /// Levels of nesting, in the template and through variables that refer to variables.
    pub max_depth: usize,
    /// Tokens evaluated, names looked up, filters applied (regular expressions count a thousand
    /// times), and every 64 bytes of text read.
    pub max_steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_output_bytes: DEFAULT_MAX_OUTPUT_BYTES,
            max_depth: DEFAULT_MAX_DEPTH,
            max_steps: DEFAULT_MAX_STEPS,
        }
    }
}

/// How many backtracking steps all the regular expressions of one evaluation may take together:
/// some seconds, and far more than honest ones need.
pub const REGEX_BACKTRACK_LIMIT: u32 = 50_000_000;
/// How large a compiled regular expression may be.
pub(crate) const REGEX_SIZE_LIMIT_BYTES: usize = 10 * 1024 * 1024;
