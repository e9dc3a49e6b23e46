//! Any text taken for a package file name: whatever is found can be named after and read back.
#![no_main]

use std::path::{Component, Path};

use cofferdam_package::{Identity, Version};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|name: &str| {
    let Ok(Identity { id, version }) = Identity::from_file_name(name) else { return };
    for folder in [id.folder_name(), version.folder_name()] {
        let mut components = Path::new(&folder).components();
        assert!(matches!(components.next(), Some(Component::Normal(_))), "{folder:?}");
        assert!(components.next().is_none(), "{folder:?}");
    }
    assert_eq!(Version::new(version.kind(), version.as_str()).as_ref(), Ok(&version));
    assert!(version.precedence(&version).is_some_and(|order| order.is_eq()));
});
