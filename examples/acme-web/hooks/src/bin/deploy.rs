//! Deploy: hashes every asset into `assets.json`, so that browsers may cache them for ever.
//!
//! This one is built for WASI preview 1, the others for WASI 0.2; the source does not tell.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use cofferdam_sdk::{fail, log, output, progress};
use sha2::{Digest, Sha256};

fn main() {
    match hash_assets(Path::new("assets")) {
        Ok(count) => {
            log::info(format!("hashed {count} assets into assets.json"));
            output::set("Acme.Web.AssetCount", count.to_string());
        }
        Err(error) => fail(format!("the assets could not be hashed: {error}")),
    }
}

fn hash_assets(folder: &Path) -> io::Result<usize> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.sort();
    let mut digests = BTreeMap::new();
    for (done, file) in files.iter().enumerate() {
        let digest = hex::encode(Sha256::digest(fs::read(file)?));
        digests.insert(file.display().to_string(), digest);
        progress::report((100 * (done + 1) / files.len()) as u8, file.display().to_string());
    }
    fs::write("assets.json", serde_json::to_vec_pretty(&digests)?)?;
    Ok(digests.len())
}
