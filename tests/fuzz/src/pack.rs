//! Any folder, packed: what comes out is what went in, and packing it again gives the same bytes.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use cap_std::fs::Dir;
use cofferdam_package::{
    Archive, ExtractLimits, Format, Identity, PackOptions, Packed, extract, pack,
};

use crate::folder::{Place, tree};
use crate::parts::{pairs, parts};

/// What marks a content as the target of a link.
const LINK: &str = "-> ";

/// A folder from pairs of path and content; `-> target` as content makes a link.
pub fn round_trip(input: &str) {
    let source = Place::new();
    fill(&source.open(), input);
    for format in Format::ALL {
        if let Some((package, packed)) = packed(&source, format) {
            check(&source, format, &package, &packed);
        }
    }
}

/// Makes what can be made; what cannot is left out.
fn fill(folder: &Dir, input: &str) {
    for (path, content) in pairs(parts(input)) {
        if let Some(parent) = Path::new(path).parent() {
            let _ = folder.create_dir_all(parent);
        }
        match content.strip_prefix(LINK) {
            #[cfg(unix)]
            Some(target) => drop(folder.symlink(target, path)),
            _ => drop(folder.write(path, content)),
        }
    }
}

/// The package, unless the format or a name in the folder is refused.
fn packed(source: &Place, format: Format) -> Option<(tempfile::NamedTempFile, Packed)> {
    let identity = Identity::from_file_name("Fuzz.1.0.0.zip").unwrap();
    let package = tempfile::Builder::new()
        .prefix("Fuzz.1.0.0.")
        .suffix(format.extension())
        .tempfile_in(source.folder().parent().unwrap())
        .unwrap();
    let mut output: File = package.reopen().unwrap();
    let packed = pack(&source.open(), &mut output, &PackOptions::new(identity, format)).ok()?;
    Some((package, packed))
}

fn check(source: &Place, format: Format, package: &tempfile::NamedTempFile, packed_bytes: &Packed) {
    let extracted = Place::new();
    let archive = Archive::open(package.path()).unwrap();
    let never = AtomicBool::new(false);
    let limits = ExtractLimits::default();
    let result = extract(&archive, &extracted.open(), &limits, &mut |_| {}, &never);
    let result = result.unwrap_or_else(|error| panic!("{format:?}: {error}"));
    assert_eq!(result.package_sha256, packed_bytes.sha256);
    let (before, after) = (tree(&source.folder()), tree(&extracted.folder()));
    if format == Format::Nupkg {
        // The format adds its own files.
        for (path, what) in &before {
            assert_eq!(after.get(path), Some(what), "{}", path.display());
        }
        return;
    }
    assert_eq!(after, before, "{format:?}");
    let (_, again) = packed(&extracted, format).unwrap();
    assert_eq!(&again, packed_bytes, "{format:?} packed again");
}
