//! Variables files, as they lie on disk.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot set up its files should fail there"
)]

use std::path::{Path, PathBuf};

use cofferdam_variables::{Value, VariablesFileError, load_encrypted_file, load_file};

fn file(name: &str, content: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn load(name: &str, content: &str) -> Vec<(String, Value)> {
    let (_folder, path) = file(name, content);
    load_file(&path).unwrap_or_else(|error| panic!("{error}"))
}

fn error(name: &str, content: impl AsRef<[u8]>) -> String {
    let (folder, path) = file(name, content);
    let error = load_file(&path).unwrap_err().to_string();
    error.replace(&folder.path().display().to_string(), "")
}

fn plain(name: &str, text: &str) -> (String, Value) {
    (name.to_owned(), Value::plain(text))
}

fn sensitive(name: &str, text: &str) -> (String, Value) {
    (name.to_owned(), Value::sensitive(text))
}

#[test]
fn json_object() {
    let text = "\u{feff}{\"B\": \"text\", \"A\": 12.50, \"On\": true, \"None\": null,
        \"Secret\": {\"value\": \"hunter2\", \"sensitive\": true}}";
    let expected = [
        plain("B", "text"),
        plain("A", "12.5"),
        plain("On", "true"),
        ("None".to_owned(), Value::null()),
        sensitive("Secret", "hunter2"),
    ];
    assert_eq!(load("variables.json", text), expected);
    assert_eq!(load("variables", text.trim_start_matches('\u{feff}')), expected);
}

#[test]
fn json_array_as_calamari_and_as_the_server_spell_it() {
    let text = r#"[
        {"k": "Name", "v": "text", "s": false}, {"k": "Password", "v": "hunter2", "s": true},
        {"k": "Null", "v": null},
        {"Id": "1", "Name": "Key", "Value": "k", "Type": "Sensitive", "Scope": {"Role": ["web"]}},
        {"Name": "Plain", "Value": "p", "IsSensitive": false, "Type": null}]"#;
    assert_eq!(
        load("v.json", text),
        [
            plain("Name", "text"),
            sensitive("Password", "hunter2"),
            ("Null".to_owned(), Value::null()),
            sensitive("Key", "k"),
            plain("Plain", "p"),
        ]
    );
}

#[test]
fn toml_with_dotted_and_quoted_names() {
    let text = "Top = 1\n[variables]\nOctopus.Environment.Name = 'Production'\n\"a:b\" = \"c\"\n\
                Password = { value = 'hunter2', sensitive = true }\nPlain = { value = 'x' }\n";
    let mut found = load("v.toml", text);
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(
        found,
        [
            plain("Octopus.Environment.Name", "Production"),
            sensitive("Password", "hunter2"),
            plain("Plain", "x"),
            plain("Top", "1"),
            plain("a:b", "c"),
        ]
    );
}

#[test]
fn errors_say_where() {
    assert_eq!(
        error("v.json", "{\n  \"A\": \"1\",\n  \"B\": [1]\n}"),
        "the variables file `/v.json` cannot be understood at line 3, column 8: invalid type: \
         sequence, expected a text, or `{value = text, sensitive = true}`"
    );
    assert_eq!(
        error("v.json", "[{\"k\": \"A\", \"v\": \"1\", \"senstive\": true}]"),
        "the variables file `/v.json` cannot be understood at line 1, column 32: unknown key \
         `senstive`; a variable has `k`, `v` and `s` (or `Name`, `Value`, `IsSensitive`)"
    );
    let toml = error("v.toml", "A = 1\nB = \n");
    assert!(
        toml.starts_with("the variables file `/v.toml` cannot be understood at line 2, column"),
        "{toml}"
    );
    assert_eq!(
        error("v.json", [0xff, 0xfe]),
        "the variables file `/v.json` is not UTF-8 text; save it as UTF-8"
    );
}

#[test]
fn no_error_quotes_a_value() {
    for text in [
        "{\"Password\": {\"value\": \"hunter2\", \"sensitive\": \"hunter2\"}}",
        "[{\"k\": \"Password\", \"v\": \"hunter2\", \"s\": 1}]",
        "{\"Password\": \"hunter2\" x",
    ] {
        let error = error("v.json", text);
        assert!(!error.contains("hunter2"), "{error}");
    }
}

/// Made with `openssl enc -aes-256-cbc` and the key of `Password1` (PBKDF2-HMAC-SHA1, 1,000 rounds).
const ENCRYPTED_BASE64: &str = include_str!("encrypted.base64");

#[test]
fn encrypted_file() {
    use base64::Engine as _;
    let bytes = base64::engine::general_purpose::STANDARD.decode(ENCRYPTED_BASE64.trim()).unwrap();
    let (_folder, path) = file("v.secret", bytes);
    let expected = [plain("Name", "text"), sensitive("Password", "hunter2")];
    assert_eq!(load_encrypted_file(&path, "Password1").unwrap(), expected);
    let wrong = load_encrypted_file(&path, "Password2").unwrap_err();
    assert!(matches!(wrong, VariablesFileError::WrongPassword { .. }), "{wrong}");
    let missing = load_file(&path).unwrap_err();
    assert!(matches!(missing, VariablesFileError::PasswordNeeded { .. }), "{missing}");
}

#[test]
fn a_missing_file_is_named() {
    let error = load_file(Path::new("/nowhere/v.json")).unwrap_err().to_string();
    assert!(error.starts_with("the variables file `/nowhere/v.json` cannot be read: "), "{error}");
}
