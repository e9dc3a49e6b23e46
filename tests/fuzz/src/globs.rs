//! Any pattern: what it finds is inside, and it can be used.

use std::sync::LazyLock;

use cofferdam_hook_files::Pattern;

use crate::folder::Place;
use crate::memory::{Budget, within};
use crate::stack::as_in_wasm;

/// A pattern may stand for many alternatives, each of its length.
const BUDGET: Budget = Budget { fixed_bytes: 16 << 20, per_input_byte: 64 << 10 };

/// Files to find, made once.
static PLACE: LazyLock<Place> = LazyLock::new(|| {
    let place = Place::new();
    let folder = place.open();
    folder.create_dir_all("a/b/[c]").unwrap();
    for file in ["web.config", "a/app.json", "a/b/{x}.yaml", "a/b/[c]/ä.xml"] {
        folder.write(file, "").unwrap();
    }
    #[cfg(unix)]
    folder.symlink("../..", "a/up").unwrap();
    place
});

/// A text as a pattern.
pub fn find(text: &str) {
    let root = PLACE.folder();
    let found = within(BUDGET, text.len(), || {
        as_in_wasm(|| Pattern::parse(text).ok().map(|pattern| pattern.files(&root)))
    });
    let Some(found) = found else { return };
    // A name that is too long for the system is an error of it.
    let Ok(found) = found else { return };
    let real_root = root.canonicalize().unwrap();
    for path in &found.files {
        let real = path.canonicalize().unwrap();
        assert!(real.is_file() && real.starts_with(&real_root), "{} is outside", path.display());
    }
    assert!(found.files.is_sorted() && found.files.len() <= 4, "{found:?}");
}
