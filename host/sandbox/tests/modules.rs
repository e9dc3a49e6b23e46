//! What is accepted as a module, and the cache of compiled code.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what is not a `#[test]` function itself is test code all the same"
)]

mod support;

use std::fs;

use cofferdam_capability::Limits;
use cofferdam_sandbox::{
    CancelToken, Digest, Enclosure, HookError, HookEvent, ImportedAbility, Inputs, ModuleFacts,
    ModuleKind, ModuleSource, PrepareError,
};
use support::{Kind, Place, guest};

fn inspect(place: &Place, bytes: &[u8]) -> Result<ModuleFacts, PrepareError> {
    place.sandbox.inspect(&ModuleSource { name: "m", bytes }, &Limits::default())
}

fn prepare_error(place: &Place, bytes: &[u8]) -> PrepareError {
    let source = ModuleSource { name: "m", bytes };
    place.sandbox.prepare(&source, &Limits::default()).unwrap_err()
}

fn own_cache() -> (tempfile::TempDir, Place) {
    let root = tempfile::tempdir().unwrap();
    let cache = root.path().join("cache");
    (root, Place::with(|settings| settings.cache_dir = cache))
}

#[test]
fn modules_are_described_without_running_them() {
    let (_root, place) = own_cache();
    let facts = inspect(&place, guest(Kind::Preview1)).unwrap();
    assert_eq!(facts.kind, ModuleKind::Preview1Module);
    assert_eq!(facts.digest, Digest::of(guest(Kind::Preview1)));
    assert!(facts.uses.contains(&ImportedAbility::MakesLinks));
    assert!(!facts.uses.contains(&ImportedAbility::TalksToCofferdam));
    let facts = inspect(&place, guest(Kind::Component)).unwrap();
    assert_eq!(facts.kind, ModuleKind::Component02);
    assert!(facts.uses.contains(&ImportedAbility::TalksToCofferdam));
    assert!(facts.uses.contains(&ImportedAbility::ReadsAndWritesFiles));
}

#[test]
fn text_is_as_good_as_a_binary() {
    let (_root, place) = own_cache();
    let text = br#"(module (@custom "cofferdam-hook" "x") (func (export "_start")))"#;
    let facts = inspect(&place, text).unwrap();
    assert_eq!(facts.digest, Digest::of(text));
    assert_eq!(facts.manifest.as_deref(), Some(&b"x"[..]));
    place.run(text, Inputs::default()).succeeded();
}

#[test]
fn what_is_no_module_is_refused_by_what_it_is() {
    let (_root, place) = own_cache();
    let refusals: [(&[u8], &str); 8] = [
        (b"#!/bin/sh", "is not a WebAssembly module"),
        (b"", "is not a WebAssembly module"),
        (b"\x7fELF\x02\x01\x01\0", "is precompiled native code"),
        (b"\0asm\x01\0\0\0\xff", "is not valid WebAssembly"),
        (b"(module (func", "is not valid WebAssembly"),
        (b"(module)", "has no entry point"),
        (b"(module (memory 1 1 shared) (func (export \"_start\")))", "is not valid WebAssembly"),
        (
            b"(module (import \"env\" \"system\" (func)) (func (export \"_start\")))",
            "imports `env.system`, which Cofferdam does not provide",
        ),
    ];
    for (bytes, expected) in refusals {
        let error = prepare_error(&place, bytes).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn really_precompiled_code_is_refused() {
    let (root, place) = own_cache();
    place.prepare(guest(Kind::Preview1));
    let is_code = |path: &std::path::PathBuf| path.extension().is_some_and(|e| e == "code");
    let code = files(&root).into_iter().find(is_code).unwrap();
    let error = prepare_error(&place, &fs::read(code).unwrap());
    assert!(matches!(error, PrepareError::Precompiled { .. }), "{error}");
}

fn files(root: &tempfile::TempDir) -> Vec<std::path::PathBuf> {
    fs::read_dir(root.path().join("cache")).unwrap().map(|e| e.unwrap().path()).collect()
}

#[test]
fn compiled_code_is_kept_and_what_was_tampered_with_is_not_run() {
    let (root, place) = own_cache();
    let text = br#"(module (func (export "_start")))"#;
    assert!(!place.prepare(text).from_cache());
    assert!(place.prepare(text).from_cache());
    for path in files(&root).iter().filter(|path| !path.ends_with("key")) {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
        assert!(!place.prepare(text).from_cache(), "{}", path.display());
        assert!(place.prepare(text).from_cache());
    }
}

#[test]
fn what_was_prepared_is_what_runs_whatever_happens_to_the_cache() {
    let (root, place) = own_cache();
    let module = place.prepare(br#"(module (func (export "_start")))"#);
    for path in files(&root) {
        fs::remove_file(path).unwrap();
    }
    let enclosure = Enclosure::open(place.folder()).unwrap();
    let grant = cofferdam_capability::Grant::issue(place.terms.clone(), vec![]);
    let inputs = Inputs::default();
    place.sandbox.run(&module, &enclosure, &grant, inputs, &mut |_| {}).unwrap();
}

#[test]
fn a_run_can_be_cancelled_before_and_while_it_runs() {
    let place = Place::new();
    let cancel = CancelToken::new();
    cancel.cancel();
    let inputs = Inputs { cancel, ..Inputs::default() };
    let record = place.run(guest(Kind::Preview1), inputs);
    assert!(matches!(record.result, Err(HookError::Cancelled)), "{record:?}");
    assert!(record.events.is_empty());

    let module = place.prepare(guest(Kind::Component));
    let enclosure = Enclosure::open(place.folder()).unwrap();
    let grant = cofferdam_capability::Grant::issue(place.terms.clone(), vec![]);
    let cancel = CancelToken::new();
    let inputs =
        Inputs { cancel: cancel.clone(), arguments: vec!["sleep".into()], ..Inputs::default() };
    let result = place.sandbox.run(&module, &enclosure, &grant, inputs, &mut |event| {
        if matches!(event, HookEvent::Started { .. }) {
            cancel.cancel();
        }
    });
    assert!(matches!(result, Err(HookError::Cancelled)), "{result:?}");
}
