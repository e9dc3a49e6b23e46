//! What `cofferdam new hook` writes builds and works, with the commands of its own README.
//!
//! A language whose tools are missing is passed over with a word. With `COFFERDAM_REQUIRE_TOOLS` that is an error, but
//! for Go, of which Debian has no version that can build WASI programs.

#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::target::{Target, cache_dir};

/// The files below a folder, by their paths in it.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().to_owned());
            }
        }
    }
    found
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Runs a command line in `folder`, with the program in reach.
fn shell(command: &str, folder: &Path) {
    let program = Path::new(env!("CARGO_BIN_EXE_cofferdam"));
    let path = std::env::var("PATH").unwrap();
    let output = Command::new("sh")
        .args(["-euc", command])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", program.parent().unwrap().display()))
        .env("COFFERDAM_CACHE_DIR", cache_dir())
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    let (stdout, stderr) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command}\n{stdout}\n{stderr}");
}

/// Whether a command line succeeds.
fn succeeds(command: &str) -> bool {
    Command::new("sh").args(["-c", command]).output().unwrap().status.success()
}

/// Makes a hook, does what its README says, and deploys it.
fn works(language: &str) {
    let target = Target::new();
    target.run("new", &["hook", "my-hook", "--language", language]).expect_code(0);
    let hook = target.path("my-hook");
    // The same versions as the program's, which are on this machine.
    fs::copy(repository().join("Cargo.lock"), hook.join("Cargo.lock")).unwrap();

    let readme = fs::read_to_string(hook.join("README.md")).unwrap();
    let commands: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    assert_eq!(commands.len(), 3, "{readme}");
    for command in commands {
        shell(command, &hook);
    }
    target.write("package/index.html", "<h1>Acme</h1>\n");
    shell("cofferdam pack package --id Acme.Web --version 1.0.0", &target.path(""));
    let package = target.path("Acme.Web.1.0.0.tar.gz");
    target.deploy(&package, &["--variable", "Acme.Port=80", "--result", "r.json"]).expect_code(0);
    assert_eq!(target.deployed("1.0.0", "server.conf"), "# \nlisten 80;\n");
    let result = target.json("r.json").to_string();
    assert!(result.contains("http://localhost:80/"), "{result}");

    let missing = target.deploy(&package, &["--environment", "Test"]).expect_code(1);
    missing.expect_error("the variable `Acme.Port` is not there");
}

#[test]
fn a_hook_in_rust_works() {
    works("rust");
}

#[test]
fn a_hook_in_c_works() {
    if succeeds("command -v clang wasm-ld make && test -e /usr/lib/wasm32-wasi/libc.a") {
        works("c");
    } else {
        let required = std::env::var_os("COFFERDAM_REQUIRE_TOOLS").is_some();
        assert!(!required, "clang, lld, make and wasi-libc are needed to try the template of C");
        println!("skipped: clang, lld, make or wasi-libc are missing");
    }
}

#[test]
fn a_hook_in_go_works() {
    if succeeds("go tool dist list | grep -q wasip1/wasm") {
        works("go");
    } else {
        println!("skipped: there is no Go that builds WASI programs (1.21 or newer)");
    }
}

#[test]
fn no_file_of_a_template_is_forgotten() {
    let target = Target::new();
    for language in ["rust", "c", "go"] {
        target.run("new", &["hook", language, "--language", language]).expect_code(0);
        let written = files(&target.path(language));
        let templates = repository().join("sdk/templates");
        let mut expected = files(&templates.join("common"));
        expected.extend(files(&templates.join(language)));
        if language == "rust" {
            for (from, to) in [("sdk/rust/src", "cofferdam/sdk/src"), ("sdk/wit", "cofferdam/wit")]
            {
                let copied = files(&repository().join(from));
                expected.extend(copied.iter().map(|path| Path::new(to).join(path)));
            }
        }
        assert_eq!(written, expected, "{language}");
        for path in written {
            let text = fs::read_to_string(target.path(language).join(&path)).unwrap();
            assert!(!text.contains("{{"), "{} has a gap", path.display());
        }
    }
}

/// The copy of the SDK is built with what the SDK is built with.
#[test]
fn the_copied_sdk_has_the_same_dependencies() {
    let read = |path: &str| -> toml::Table {
        fs::read_to_string(repository().join(path)).unwrap().parse().unwrap()
    };
    let workspace = read("Cargo.toml")["workspace"]["dependencies"].clone();
    let resolved = |table: &toml::Value| -> toml::Table {
        let mut resolved = toml::Table::new();
        for (name, what) in table.as_table().unwrap() {
            let is_workspace = what.get("workspace").is_some();
            resolved
                .insert(name.clone(), if is_workspace { &workspace[name] } else { what }.clone());
        }
        resolved
    };
    let original = read("sdk/rust/Cargo.toml");
    let copy = read("sdk/templates/rust/cofferdam/sdk/Cargo.toml");
    assert_eq!(resolved(&original["dependencies"]), resolved(&copy["dependencies"]));
    let targets = |manifest: &toml::Table| -> Vec<(String, toml::Table)> {
        let targets = manifest["target"].as_table().unwrap().iter();
        targets.map(|(target, it)| (target.clone(), resolved(&it["dependencies"]))).collect()
    };
    assert_eq!(targets(&original), targets(&copy));
}

#[test]
fn what_is_there_is_not_written_over() {
    let target = Target::new();
    target.write("mine/README.md", "mine");
    let ran = target.run("new", &["hook", "mine"]).expect_code(3);
    ran.expect_error("cannot make `./mine`");
    assert_eq!(files(&target.path("mine")).len(), 1);
    for name in ["../up", "Capital", "", "-x", "a/b"] {
        let ran = target.run("new", &["hook", "--output", ".", "--", name]).expect_code(2);
        ran.expect_error("lower-case letters");
    }
}
