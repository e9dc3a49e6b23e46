//! Files made to break or fool the step: each is refused with its place, or simply read; a file
//! that is refused does not change.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use cofferdam_hook_files::Level;
use cofferdam_hook_xml_variables::{Report, run};
use cofferdam_octostache::Variables;

type Log = Vec<(Level, String)>;

/// Runs the step over one file.
fn step(content: &[u8], more: &[(&str, &str)]) -> (Result<Report, String>, Vec<u8>, Log) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.config");
    std::fs::write(&file, content).unwrap();
    let mut variables = Variables::new();
    variables
        .set("Octopus.Action.EnabledFeatures", Some("Octopus.Features.ConfigurationVariables"));
    variables.set(
        "Octopus.Action.Package.AutomaticallyUpdateAppSettingsAndConnectionStrings",
        Some("True"),
    );
    variables.set("A", Some("new"));
    for (name, value) in more {
        variables.set(name, Some(value));
    }
    let mut log = Vec::new();
    let outcome = run(folder.path(), &variables, &mut log).map_err(|error| error.to_string());
    (outcome, std::fs::read(&file).unwrap(), log)
}

fn refused(content: &[u8], reason: &str) {
    let (outcome, now, _) = step(content, &[]);
    let error = outcome.unwrap_err();
    assert!(error.contains("web.config") && error.contains(reason), "{error}");
    assert_eq!(now, content);
}

#[test]
fn refused_with_file_and_place() {
    refused(
        b"<a>\n<b></a>",
        "the end tag 'a' does not match the start tag 'b' on line 2 (line 2, column 6)",
    );
    refused(
        "<a>".repeat(100_000).as_bytes(),
        "elements are nested deeper than the limit of 512 (line 1, column 1537)",
    );
    refused(b"<a>\n\xE9</a>", "its bytes are not valid utf-8 (line 2, column 1)");
    refused(b"\xFF\xFE<\0a\0/\0>\0\0", "its bytes are not valid utf-16");
    refused(b"<?xml version='1.0' encoding='none-such'?><a/>", "the encoding 'none-such'");
    let bomb: String = (1..30).map(|n| format!("<!ENTITY e{n} '&e{0};&e{0};'>", n - 1)).collect();
    let bomb = format!("<!DOCTYPE a [<!ENTITY e0 'ha'>{bomb}]><a>&e29;</a>");
    refused(bomb.as_bytes(), "entities expand to more than the limit");
    let external =
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd' [<!ENTITY x SYSTEM '/etc/passwd'>]><a b='&x;'/>";
    refused(external.as_bytes(), "the entity 'x' cannot be used in an attribute value");
}

#[test]
fn values_that_xml_cannot_hold() {
    let content = b"<appSettings><add key='A' value=''/></appSettings>";
    let (outcome, now, _) = step(content, &[("A", "bell\u{7}")]);
    assert!(outcome.unwrap_err().contains("the character U+0007 cannot be written in XML"));
    assert_eq!(now, content);
}

#[test]
fn values_cannot_break_out() {
    let content = b"<c><appSettings><add key='A' value='x'/></appSettings><applicationSettings><setting name='A'><value/></setting></applicationSettings></c>";
    let (_, now, _) = step(content, &[("A", "'/><evil a=\"&lt;\"/>]]>")]);
    let now = String::from_utf8(now).unwrap();
    assert_eq!(
        now,
        "<c><appSettings><add key='A' value='&apos;/&gt;&lt;evil a=\"&amp;lt;\"/&gt;]]&gt;'/></appSettings><applicationSettings><setting name='A'><value>'/&gt;&lt;evil a=\"&amp;lt;\"/&gt;]]&gt;</value></setting></applicationSettings></c>"
    );
}

#[test]
fn what_the_encoding_lacks_becomes_a_reference() {
    let content = b"<?xml version='1.0' encoding='iso-8859-1'?><appSettings q='\xE9'><add key='A'/></appSettings>";
    let (_, now, _) = step(content, &[("A", "\u{20AC}\u{E9}")]);
    assert_eq!(now, b"<?xml version='1.0' encoding='iso-8859-1'?><appSettings q='\xE9'><add key='A' value='&#x20AC;\xE9'/></appSettings>");
}

#[test]
fn settings_inside_of_a_replaced_value_go_with_it() {
    let content = b"<applicationSettings><setting name='A'><value><setting name='B'><value>b</value></setting></value></setting></applicationSettings>";
    let (outcome, now, _) = step(content, &[("B", "2")]);
    outcome.unwrap();
    assert_eq!(now, b"<applicationSettings><setting name='A'><value>new</value></setting></applicationSettings>");
}

#[test]
fn same_value_same_file() {
    let content = b"<appSettings><add key='a' value = 'n&#101;w'/></appSettings>";
    let (outcome, now, log) = step(content, &[]);
    assert_eq!(outcome.unwrap().changed.len(), 0);
    assert_eq!(now, content);
    assert!(log.contains(&(Level::Verbose, "Setting 'A' = 'new'".to_owned())));
}

#[test]
fn transform_files_and_other_paths_are_left_alone() {
    let content = b"<appSettings><add key='A' value=''/></appSettings>";
    let (_, now, _) =
        step(content, &[("OctopusAppliedXmlConfigTransforms", "x.config|web.config")]);
    assert_eq!(now, content);
    let (outcome, _, _) = step(content, &[("Octopus.Action.AdditionalPaths", "/etc")]);
    assert!(outcome.unwrap_err().contains("is an absolute path"));
    let (outcome, _, _) = step(content, &[("Octopus.Action.AdditionalPaths", "../x")]);
    assert!(outcome.unwrap_err().contains("has a '..' step"));
}
