//! Where things are when nobody says otherwise.

use std::path::PathBuf;

/// Compiled hooks: `COFFERDAM_CACHE_DIR`, else `/var/cache/cofferdam` for root, else the user's cache
/// folder (`XDG_CACHE_HOME`, `~/.cache`, on Windows `LOCALAPPDATA`).
pub(crate) fn cache_dir() -> PathBuf {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(folder) = set("COFFERDAM_CACHE_DIR") {
        return folder;
    }
    if is_root() {
        return PathBuf::from("/var/cache/cofferdam");
    }
    set("XDG_CACHE_HOME")
        .or_else(|| set("LOCALAPPDATA"))
        .or_else(|| set("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(std::env::temp_dir)
        .join("cofferdam")
}

#[cfg(unix)]
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

#[cfg(not(unix))]
pub(crate) fn is_root() -> bool {
    false
}
