//! Every command of the README, run as a new user would: in order, in an empty folder.

#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::target::{Target, cache_dir};

#[test]
fn the_tour_works_to_the_letter() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let blocks: Vec<&str> = readme
        .split("```sh\n")
        .skip(1)
        .filter_map(|rest| rest.split_once("```"))
        .map(|(block, _)| block)
        .collect();
    assert!(blocks.len() > 5, "the tour is gone");

    let target = Target::new();
    let program = Path::new(env!("CARGO_BIN_EXE_cofferdam"));
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", program.parent().unwrap().display());
    for block in blocks {
        let output = Command::new("sh")
            .args(["-euc", block])
            .current_dir(target.path(""))
            .env("PATH", &path)
            .env("COFFERDAM_CACHE_DIR", cache_dir())
            .output()
            .unwrap();
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{block}\nended with {}:\n{text}", output.status);
    }
    let page =
        fs::read_to_string(target.path("applications/Acme.Site/1.0.0_1/index.html")).unwrap();
    assert_eq!(page, "<h1>Welcome to Acme</h1>\n");
}
