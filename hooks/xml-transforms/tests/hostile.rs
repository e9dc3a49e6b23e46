//! Files and definitions made to break or fool the step: each is refused with its place, or simply
//! done; a file that is refused does not change.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::path::Path;

use cofferdam_hook_files::Level;
use cofferdam_hook_xml_transforms::{Report, run};
use cofferdam_octostache::Variables;

const NAMESPACE: &str = "http://schemas.microsoft.com/XML-Document-Transform";
const DEFINITIONS: &str = "Octopus.Action.Package.AdditionalXmlConfigurationTransforms";

fn step(folder: &Path, definitions: &str, more: &[(&str, &str)]) -> Result<Report, String> {
    let mut variables = Variables::new();
    variables
        .set("Octopus.Action.EnabledFeatures", Some("Octopus.Features.ConfigurationTransforms"));
    variables.set(DEFINITIONS, Some(definitions));
    for (name, value) in more {
        variables.set(name, Some(value));
    }
    let mut log: Vec<(Level, String)> = Vec::new();
    run(folder, &variables, &mut log).map_err(|error| error.to_string())
}

/// Applies `transform` to `source` with a small stack, like that of a WASM module.
fn apply(source: &[u8], transform: &str) -> (Result<Report, String>, Vec<u8>) {
    let (source, transform) = (source.to_owned(), transform.to_owned());
    let work = move || {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("web.config");
        std::fs::write(&file, &source).unwrap();
        std::fs::write(folder.path().join("t.config"), &transform).unwrap();
        let outcome = step(folder.path(), "t.config => web.config", &[]);
        (outcome, std::fs::read(&file).unwrap())
    };
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(work).unwrap().join().unwrap()
}

fn refused(source: &[u8], transform: &str, reason: &str) {
    let (outcome, now) = apply(source, transform);
    let error = outcome.unwrap_err();
    assert!(error.contains(reason), "{error}");
    assert_eq!(now, source);
}

#[test]
fn refused_with_file_and_place() {
    let fine = format!("<a xmlns:x='{NAMESPACE}'/>");
    refused(
        b"<a>\n<b></a>",
        &fine,
        "'web.config' is not well-formed XML: the end tag 'a' does not match the start tag 'b' on line 2 (line 2, column 6)",
    );
    refused(
        b"<a/>",
        "<a>\n",
        "'t.config' is not well-formed XML: the text ends before the element 'a' is closed (line 2, column 1)",
    );
    refused(
        "<a>".repeat(100_000).as_bytes(),
        &fine,
        "'web.config' is not well-formed XML: elements are nested deeper than the limit of 512",
    );
    refused(
        b"<a>\n\xE9</a>",
        &fine,
        "'web.config' cannot be read: the bytes are not valid utf-8 (line 2, column 1)",
    );
    refused(
        b"<?xml version='1.0' encoding='none-such'?><a/>",
        &fine,
        "the encoding 'none-such', which is not known",
    );
    refused(b"", &fine, "the root element is missing");
    let import = format!("<a xmlns:x='{NAMESPACE}'><x:Import assembly='evil' namespace='n'/></a>");
    refused(b"<a/>", &import, "fatal syntax error");
}

#[test]
fn the_deepest_document_fits_the_stack() {
    let source = format!("{}{}", "<a>".repeat(512), "</a>".repeat(512));
    let transform = format!("<a xmlns:x='{NAMESPACE}' x:Transform='SetAttributes' n='1'/>");
    let (outcome, now) = apply(source.as_bytes(), &transform);
    outcome.unwrap();
    assert_eq!(String::from_utf8(now).unwrap(), source.replacen("<a>", "<a n=\"1\">", 1));
}

/// Inserting into what was inserted does not get deeper than a document may be.
#[test]
fn insertions_do_not_pile_up() {
    let deep = format!("{}{}", "<b>".repeat(300), "</b>".repeat(300));
    let insert = format!("<b x:Transform='Insert' x:Locator='XPath(//b[not(b)])'>{deep}</b>");
    let transform = format!("<a xmlns:x='{NAMESPACE}'>{insert}{insert}{insert}</a>");
    refused(b"<a><b/></a>", &transform, "failed with transformation file t.config");
}

/// The work of one transform is bounded, whatever its path says.
#[test]
fn expensive_paths_are_cut_off() {
    let source = format!("<a>{}</a>", "<b><c/></b>".repeat(3_000));
    let path = "//*[count(//*[count(//*) > 0]) > 0]";
    let transform =
        format!("<a xmlns:x='{NAMESPACE}' x:Transform='RemoveAll' x:Locator='XPath({path})'/>");
    refused(source.as_bytes(), &transform, "failed with transformation file");
}

#[test]
fn nothing_leads_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(inner.join("web.config"), "<a/>").unwrap();
    let evil = format!("<a xmlns:x='{NAMESPACE}' x:Transform='Replace' evil=''/>");
    std::fs::write(folder.path().join("evil.config"), evil).unwrap();
    let outside = folder.path().join("evil.config");
    for transform in
        ["../evil.config", "x/../../evil.config", r"..\evil.config", outside.to_str().unwrap()]
    {
        let outcome = step(&inner, &format!("{transform} => web.config"), &[]);
        assert!(outcome.unwrap_err().contains("leads out of the package folder"), "{transform}");
    }
    for path in ["..", "/etc", r"C:\x"] {
        let more = [("Octopus.Action.AdditionalPaths", path)];
        assert!(step(&inner, "a.config => web.config", &more).is_err(), "{path}");
    }
    assert_eq!(std::fs::read(inner.join("web.config")).unwrap(), b"<a/>");
}

#[test]
fn a_file_that_stays_the_same_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("web.config");
    std::fs::write(&file, "<a>\n  <b c=\"1\" />\n</a>\n").unwrap();
    let transform = format!("<a xmlns:x='{NAMESPACE}'><b c='1' x:Transform='SetAttributes'/></a>");
    std::fs::write(folder.path().join("t.config"), transform).unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    let handle = std::fs::File::options().write(true).open(&file).unwrap();
    handle.set_modified(long_ago).unwrap();
    let report = step(folder.path(), "t.config => web.config", &[]).unwrap();
    assert_eq!((report.changed.len(), report.applied.len()), (0, 1));
    assert_eq!(
        report.outputs,
        [("OctopusAppliedXmlConfigTransforms".to_owned(), "t.config".to_owned())]
    );
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), long_ago);
}

/// A declared encoding is respected; the original would have lost the letter.
#[test]
fn latin_1_survives() {
    let source = b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<a b=\"\xE9\" />";
    let transform =
        format!("<a xmlns:x='{NAMESPACE}' x:Transform='SetAttributes' c='\u{20AC}\u{E9}'/>");
    let (outcome, now) = apply(source, &transform);
    outcome.unwrap();
    let expected =
        b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n<a b=\"\xE9\"\n\tc=\"&#x20AC;\xE9\" />";
    assert_eq!(String::from_utf8_lossy(&now), String::from_utf8_lossy(expected));
}
