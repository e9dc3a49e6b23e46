//! Extracts a package into a new folder: `extract PACKAGE FOLDER`. What `benches/extract.sh` measures.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cofferdam_package::{Archive, ExtractLimits, extract, remove_tree};

fn main() -> ExitCode {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [package, folder] = arguments.as_slice() else {
        eprintln!("usage: extract PACKAGE FOLDER");
        return ExitCode::from(2);
    };
    match run(package, folder) {
        Ok(summary) => {
            println!("{summary}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            let mut source = error.source();
            while let Some(cause) = source {
                eprintln!("  caused by: {cause}");
                source = cause.source();
            }
            ExitCode::FAILURE
        }
    }
}

fn run(package: &Path, folder: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let archive = Archive::open(package)?;
    std::fs::create_dir(folder)?;
    let dir = Dir::open_ambient_dir(folder, ambient_authority())?;
    let limits = ExtractLimits::default();
    match extract(&archive, &dir, &limits, &mut |_| {}, &AtomicBool::new(false)) {
        Ok(done) => {
            Ok(format!("{}  {} entries, {} bytes", done.package_sha256, done.entries, done.bytes))
        }
        Err(error) => {
            // Nothing half-extracted stays behind.
            if let (Some(parent), Some(name)) = (folder.parent(), folder.file_name()) {
                let parent = if parent.as_os_str().is_empty() { ".".as_ref() } else { parent };
                let parent = Dir::open_ambient_dir(parent, ambient_authority())?;
                remove_tree(&parent, &name.to_string_lossy())?;
            }
            Err(error.into())
        }
    }
}
