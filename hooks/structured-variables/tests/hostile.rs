//! Files made to hang, overflow or fill up their reader: each is a typed error that says where, or is simply read; and no
//! file changes because of it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

mod support;

use std::fs;

use cofferdam_hook_files::MAX_FILE_BYTES;
use cofferdam_hook_structured_variables::{Error, Format, Report, run};
use cofferdam_octostache::Variables;
use support::{literal, replaced};

/// How large the stack of a test is: what a WASM module has, which is less than a thread has by default.
const STACK_BYTES: usize = 1024 * 1024;

fn step(name: &str, content: &[u8], pairs: &[(&str, &str)]) -> (Result<Report, Error>, Vec<u8>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let mut variables = literal(pairs);
    enable(&mut variables, name);
    let result = std::thread::scope(|scope| {
        let run = || run(folder.path(), &variables, &mut Vec::new());
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, run).unwrap().join()
    });
    (result.expect("no panic, no overflow"), fs::read(&path).unwrap())
}

fn enable(variables: &mut Variables, target: &str) {
    variables
        .set("Octopus.Action.EnabledFeatures", Some("Octopus.Features.JsonConfigurationVariables"));
    variables.set("Octopus.Action.Package.JsonConfigurationVariablesTargets", Some(target));
}

/// The step fails with these words, and the file is as it was.
fn refused(name: &str, content: &[u8], words: &[&str]) {
    let (result, after) = step(name, content, &[("a", "x"), ("/a", "x"), ("0", "x")]);
    let error = result.unwrap_err().to_string();
    for word in words {
        assert!(error.contains(word), "{name}: expected {word:?} in: {error}");
    }
    assert!(after == content, "{name} has changed");
}

#[test]
fn deep_nesting_is_refused_with_a_place() {
    refused(
        "a.json",
        "[".repeat(1_000_000).as_bytes(),
        &["a.json", "nested deeper than 64", "line 1, column 65"],
    );
    refused(
        "a.json",
        "{\"a\":\n".repeat(100_000).as_bytes(),
        &["nested deeper than 64", "line 65, column 1"],
    );
    for opening in ["[", "- ", "? ", "{a: ", "- - ? "] {
        refused(
            "a.yaml",
            opening.repeat(100_000).as_bytes(),
            &["a.yaml", "Yaml", "line 1, column "],
        );
    }
    let steps: String = (0..2_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    refused("a.yaml", steps.as_bytes(), &["Yaml", "line 256"]);
    refused("a.xml", "<a>".repeat(1_000_000).as_bytes(), &["a.xml", "Xml", "line 1, column "]);
}

#[test]
fn deep_values_are_refused_too() {
    let deep = "[".repeat(100_000);
    let (result, after) = step("a.json", b"{\"a\": [1]}", &[("a", &deep)]);
    assert!(result.is_ok(), "a value that is not JSON is a warning");
    assert_eq!(after, b"{\"a\": [1]}");
    for value in [deep.as_str(), &"- ".repeat(100_000), &"? ".repeat(100_000)] {
        let result = replaced(Format::Yaml, "a: [1]\n", &literal(&[("a", value)]));
        assert!(result.is_err() || result.unwrap().len() < value.len() + 20);
    }
    let markup = "<b>".repeat(100_000) + &"</b>".repeat(100_000);
    let after = replaced(Format::Xml, "<a><b/></a>", &literal(&[("/a", &markup)])).unwrap();
    assert_eq!(after, "<a><b/></a>", "markup that is nested too deep is a warning");
}

#[test]
fn aliases_are_not_expanded() {
    let mut bomb = "a0: &a0 [lol, lol]\n".to_owned();
    for level in 1..40 {
        let below = level - 1;
        bomb.push_str(&format!(
            "a{level}: &a{level} [*a{below}, *a{below}, *a{below}, *a{below}]\n"
        ));
    }
    bomb.push_str("last: *a39\nkey: old\n");
    let (result, after) = step("bomb.yaml", bomb.as_bytes(), &[("key", "new")]);
    assert_eq!(result.unwrap().changed.len(), 1);
    assert_eq!(String::from_utf8(after).unwrap(), bomb.replace("key: old", "key: new"));
}

#[test]
fn entities_are_not_expanded_without_end() {
    let mut bomb = "<!DOCTYPE a [<!ENTITY e0 'lol'>\n".to_owned();
    for level in 1..30 {
        let below = format!("&e{};", level - 1).repeat(10);
        bomb.push_str(&format!("<!ENTITY e{level} '{below}'>\n"));
    }
    bomb.push_str("]>\n<a>&e29;</a>");
    refused("bomb.xml", bomb.as_bytes(), &["bomb.xml", "Xml", "line "]);
    let external = b"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>\n<a>&e;<b>old</b></a>";
    let (result, after) = step("external.xml", external, &[("/a/b", "new")]);
    let after = String::from_utf8(after).unwrap();
    assert!(result.is_err() || after.contains("&e;<b>new</b>"), "{after}");
}

#[test]
fn a_mark_that_lies_is_refused_with_a_place() {
    for name in ["a.json", "a.yaml", "a.xml", "a.properties"] {
        refused(name, b"\xEF\xBB\xBFa\n b: \xFF", &[name, "not valid utf-8", "line 2, column 5"]);
        refused(name, b"\xFF\xFEa\0\0\xD8", &[name, "not valid utf-16", "line 1, column 2"]);
    }
}

#[test]
fn a_file_beyond_the_limit_is_refused_unread() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    fs::File::create(&path).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
    let mut variables = Variables::new();
    enable(&mut variables, "*.json");
    let error = run(folder.path(), &variables, &mut Vec::new()).unwrap_err().to_string();
    assert!(error.contains("more than the 134217728 bytes"), "{error}");
}

#[test]
fn targets_do_not_lead_out() {
    for target in ["../a.json", "/etc/hosts", "*/../../a.json", "{..,x}/a.json"] {
        let (result, _) = step("a.json", b"{}", &[]);
        assert!(result.is_ok());
        let folder = tempfile::tempdir().unwrap();
        let mut variables = Variables::new();
        enable(&mut variables, target);
        let error = run(folder.path(), &variables, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("only files inside the package folder"), "{target}: {error}");
    }
}

#[test]
fn long_paths_and_many_names_cost_no_square() {
    // A path of a megabyte above many values: looking each of them up would read it again and again.
    let key = "k".repeat(1_000_000);
    let values: String = (0..50_000).map(|index| format!("\"v{index}\": {index},\n")).collect();
    let text = format!("{{\"{key}\": {{{values}}}, \"a\": \"old\"}}");
    let after = replaced(Format::Json, &text, &literal(&[("a", "new")])).unwrap();
    assert_eq!(after, text.replace("\"old\"", "\"new\""));

    let names: Vec<String> = (0..5_000).map(|index| format!("key{index}:name")).collect();
    let pairs: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "new")).collect();
    let variables = literal(&pairs);
    let yaml: String = (0..5_000).map(|index| format!("key{index}:\n  name: old\n")).collect();
    assert_eq!(replaced(Format::Yaml, &yaml, &variables).unwrap(), yaml.replace("old", "new"));
    let xml = "<a><b>old</b></a>".to_owned();
    assert_eq!(replaced(Format::Xml, &xml, &variables).unwrap(), xml);
}

#[test]
fn a_file_in_which_nothing_changes_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let contents = [
        ("a.json", "// c\n{ \"a\":\t\"x\" }"),
        ("a.yaml", "a:   x # c\n\n"),
        ("a.xml", "<a  b = 'c'>x</a>"),
        ("a.properties", "a = x"),
        ("empty.json", ""),
        ("empty.properties", ""),
    ];
    let mut before = Vec::new();
    for (name, content) in contents {
        fs::write(folder.path().join(name), content).unwrap();
        before.push(fs::metadata(folder.path().join(name)).unwrap().modified().unwrap());
    }
    let mut variables = literal(&[("a", "x"), ("/a", "x"), ("other", "y")]);
    enable(&mut variables, "*");
    let report = run(folder.path(), &variables, &mut Vec::new()).unwrap();
    assert_eq!(report.files.len(), contents.len());
    assert!(report.changed.is_empty(), "{report:?}");
    for ((name, content), modified) in contents.into_iter().zip(before) {
        let path = folder.path().join(name);
        assert_eq!(fs::read_to_string(&path).unwrap(), content);
        assert_eq!(
            fs::metadata(&path).unwrap().modified().unwrap(),
            modified,
            "{name} was written"
        );
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), contents.len());
}
