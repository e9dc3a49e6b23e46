//! Who a package is: any file name and any nuspec.

use std::io::{Cursor, Write as _};
use std::path::{Component, Path};

use cofferdam_package::{Archive, ExtractLimits, Identity, PackageId, Version};

use crate::folder::Place;
use crate::memory::{Budget, within};

const BUDGET: Budget = Budget { fixed_bytes: 64 << 10, per_input_byte: 64 };

/// A nuspec is kept whole and read once, beside the zip reader's buffers.
const NUSPEC_BUDGET: Budget = Budget { fixed_bytes: 2 << 20, per_input_byte: 64 };

/// A text as a package's file name.
pub fn file_name(name: &str) {
    let read = within(BUDGET, name.len(), || Identity::from_file_name(name));
    if let Ok(identity) = read {
        assert_usable(&identity);
    }
}

/// Bytes as the nuspec of a package.
pub fn nuspec(bytes: &[u8]) {
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("fuzz.nuspec", stored).unwrap();
    writer.write_all(bytes).unwrap();
    let package = writer.finish().unwrap().into_inner();
    let place = Place::new();
    let archive = Archive::open(&place.put_beside("fuzz.nupkg", &package)).unwrap();
    let limits = ExtractLimits::default();
    if let Ok(identity) = within(NUSPEC_BUDGET, bytes.len(), || archive.identity(&limits)) {
        assert_usable(&identity);
    }
}

/// Folders can be named after it, and its texts read back.
pub(crate) fn assert_usable(identity: &Identity) {
    let Identity { id, version } = identity;
    for folder in [id.folder_name(), version.folder_name()] {
        let mut components = Path::new(&folder).components();
        assert!(matches!(components.next(), Some(Component::Normal(_))), "{folder:?}");
        assert!(components.next().is_none(), "{folder:?}");
        assert!(folder.len() <= MAX_NAME_BYTES, "{} bytes: {folder:?}", folder.len());
        assert!(!folder.chars().any(char::is_control), "{folder:?}");
    }
    assert_eq!(id.as_str().parse::<PackageId>().as_ref(), Ok(id));
    assert_eq!(Version::new(version.kind(), version.as_str()).as_ref(), Ok(version));
    assert!(version.precedence(version).is_some_and(std::cmp::Ordering::is_eq));
}

/// What a file system takes as a name.
const MAX_NAME_BYTES: usize = 255;
