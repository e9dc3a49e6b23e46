//! `ExtractLimits`: how much a package may hold before it is refused, and which names it may use.

/// Entries (files, folders, links) in one package. Large `node_modules` trees hold about 100,000 files;
/// what extraction remembers of an entry is below 500 bytes, so this bounds memory to about 100 MB.
pub const DEFAULT_MAX_ENTRIES: u64 = 200_000;

/// Bytes of all files together, as actually decoded: eight times the largest package seen in practice (1 GiB).
pub const DEFAULT_MAX_TOTAL_BYTES: u64 = 8 << 30;

/// Bytes of one file.
pub const DEFAULT_MAX_FILE_BYTES: u64 = 4 << 30;

/// Decoded bytes for each byte of the package. Text compresses 3 to 20 times, logs up to 100 times,
/// gzip at most 1,032 times; only a bomb needs more than this over [`RATIO_FREE_BYTES`].
pub const DEFAULT_MAX_RATIO: u64 = 200;

/// The ratio is not looked at below this many decoded bytes: a small package of zeros harms nobody.
pub const RATIO_FREE_BYTES: u64 = 64 << 20;

/// Bytes of one entry's path. Far below Linux's 4,096, so that the extraction folder's own path fits before it.
pub const DEFAULT_MAX_PATH_BYTES: usize = 1_024;

/// Components of one entry's path.
pub const DEFAULT_MAX_PATH_DEPTH: usize = 64;

/// Bytes of one path component: what ext4, XFS, APFS and NTFS can hold. Not a knob, since no file system takes more.
pub const MAX_COMPONENT_BYTES: usize = 255;

/// Bytes of one file that [`scan`](crate::scan) returns. The largest hooks (JavaScript engines) are about 14 MB.
pub const DEFAULT_MAX_WANTED_FILE_BYTES: u64 = 64 << 20;

/// Bytes of all files together that [`scan`](crate::scan) returns.
pub const DEFAULT_MAX_WANTED_TOTAL_BYTES: u64 = 256 << 20;

/// What a package may be before it is refused. `Default` gives the constants of this module.
///
/// Sizes are counted as bytes really decoded; what headers declare is checked against that, never trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtractLimits {
    /// Entries in the package. Default [`DEFAULT_MAX_ENTRIES`].
    pub max_entries: u64,
    /// Decoded bytes of all files together. Default [`DEFAULT_MAX_TOTAL_BYTES`].
    pub max_total_bytes: u64,
    /// Decoded bytes of one file. Default [`DEFAULT_MAX_FILE_BYTES`].
    pub max_file_bytes: u64,
    /// Decoded bytes for each byte of the package, once [`RATIO_FREE_BYTES`] are decoded. Default [`DEFAULT_MAX_RATIO`].
    pub max_ratio: u64,
    /// Bytes of one entry's path. Default [`DEFAULT_MAX_PATH_BYTES`].
    pub max_path_bytes: usize,
    /// Components of one entry's path. Default [`DEFAULT_MAX_PATH_DEPTH`].
    pub max_path_depth: usize,
    /// Bytes of one file that [`scan`](crate::scan) returns. Default [`DEFAULT_MAX_WANTED_FILE_BYTES`].
    pub max_wanted_file_bytes: u64,
    /// Bytes of all files that [`scan`](crate::scan) returns. Default [`DEFAULT_MAX_WANTED_TOTAL_BYTES`].
    pub max_wanted_total_bytes: u64,
    /// Accept names that are equal but for case or Unicode form (`A` and `a`). Default `false`, because such a
    /// package is another tree on Windows and macOS than on Linux.
    pub allow_colliding_names: bool,
    /// Accept names that Windows reads as something else: devices (`aux.c`), a trailing dot or space, a colon.
    /// Default `false`. A drive letter in front (`C:x`) is refused in any case.
    pub allow_windows_special_names: bool,
}

impl Default for ExtractLimits {
    fn default() -> Self {
        Self {
            max_entries: DEFAULT_MAX_ENTRIES,
            max_total_bytes: DEFAULT_MAX_TOTAL_BYTES,
            max_file_bytes: DEFAULT_MAX_FILE_BYTES,
            max_ratio: DEFAULT_MAX_RATIO,
            max_path_bytes: DEFAULT_MAX_PATH_BYTES,
            max_path_depth: DEFAULT_MAX_PATH_DEPTH,
            max_wanted_file_bytes: DEFAULT_MAX_WANTED_FILE_BYTES,
            max_wanted_total_bytes: DEFAULT_MAX_WANTED_TOTAL_BYTES,
            allow_colliding_names: false,
            allow_windows_special_names: false,
        }
    }
}
