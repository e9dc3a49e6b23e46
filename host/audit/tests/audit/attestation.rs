//! Attestations: form, schema, signature, and what they are about.

use cofferdam_audit::{
    AttestationFinding, Envelope, Expected, Hash, ResourceDescriptor, SigningKey, Statement,
    StatementFinding, verify_attestation,
};
use serde_json::{Value, json};

use crate::sample::{attestation, key};

const SCHEMA: &str = include_str!("../../../../docs/attestation-v1.schema.json");

fn signed() -> Vec<u8> {
    attestation().sign(&key()).unwrap().to_json().unwrap()
}

fn is_valid(statement: &Value) -> Result<(), String> {
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("schema.json", serde_json::from_str(SCHEMA).unwrap()).unwrap();
    let schema = compiler.compile("schema.json", &mut schemas).unwrap();
    schemas.validate(statement, schema).map_err(|error| format!("{error:#}"))
}

#[test]
fn what_is_written_fits_the_published_schema() {
    let statement = serde_json::to_value(attestation().statement()).unwrap();
    is_valid(&statement).unwrap();
}

#[test]
fn schema_and_reader_refuse_the_same() {
    let good = serde_json::to_value(attestation().statement()).unwrap();
    let edits: [fn(&mut Value); 9] = [
        |s| s["_type"] = json!("https://in-toto.io/Statement/v0.1"),
        |s| s["predicate"]["unknown"] = json!(1),
        |s| s["predicate"]["hooks"][0]["unknown"] = json!(1),
        |s| s["predicate"]["planDigest"] = json!("ABC"),
        |s| s["predicate"]["outcome"]["status"] = json!("fine"),
        |s| drop(s["predicate"].as_object_mut().unwrap().remove("policy")),
        |s| s["predicate"]["walls"][0]["isUp"] = json!("yes"),
        |s| s["predicate"]["outputs"][0]["value"] = json!({"secret": "x"}),
        |s| s["predicate"]["hooks"][0]["limits"][0]["limit"] = json!(-1),
    ];
    for edit in edits {
        let mut bad = good.clone();
        edit(&mut bad);
        assert!(is_valid(&bad).is_err(), "the schema takes {bad}");
        let statement: Statement = Statement {
            statement_type: bad["_type"].as_str().unwrap().to_owned(),
            ..serde_json::from_value(bad.clone()).unwrap()
        };
        let json = Envelope::sign(&statement, &key()).unwrap().to_json().unwrap();
        let verdict = verify_attestation(&json, &[key().public_key()], &Expected::default());
        let [AttestationFinding::Statement(StatementFinding::Malformed { .. })] =
            verdict.findings.as_slice()
        else {
            panic!("the reader takes {bad}: {verdict}")
        };
    }
}

#[test]
fn an_attestation_is_good_for_its_package_folder_and_deployment() {
    let keys = [key().public_key()];
    let expected = Expected {
        package: Some(Hash::of(b"package")),
        folder: Some(Hash::of(b"tree")),
        deployment: Some(String::from("0193-deployment")),
    };
    let verdict = verify_attestation(&signed(), &keys, &expected);
    assert!(verdict.is_good(), "{verdict}");
    assert_eq!(verdict.attestation.unwrap(), attestation());
    assert_eq!(verdict.signer, Some(key().public_key().fingerprint()));

    let other = Expected {
        package: Some(Hash::of(b"tree")),
        folder: Some(Hash::of(b"package")),
        deployment: Some(String::from("another")),
    };
    let findings = verify_attestation(&signed(), &keys, &other).findings;
    let what: Vec<&str> = findings
        .iter()
        .map(|finding| match finding {
            AttestationFinding::Differs { what, .. } => *what,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(what, ["package", "folder", "deployment"]);
}

#[test]
fn an_attestation_by_a_stranger_says_nothing() {
    let stranger = SigningKey::from_seed(&[8; 32]).public_key();
    let verdict = verify_attestation(&signed(), &[stranger], &Expected::default());
    assert_eq!(verdict.attestation, None);
    let AttestationFinding::Statement(StatementFinding::Stranger { keyid }) = &verdict.findings[0]
    else {
        panic!("{verdict}")
    };
    assert_eq!(*keyid, key().public_key().fingerprint().to_string());
}

#[test]
fn every_changed_byte_of_an_attestation_is_found() {
    let good = signed();
    let keys = [key().public_key()];
    for position in 0..good.len() {
        // The other alphabet of Base64 means the same, and is an edit all the same.
        let other = match good[position] {
            b'+' => b'-',
            b'/' => b'_',
            byte => byte ^ 1,
        };
        let mut bad = good.clone();
        bad[position] = other;
        let verdict = verify_attestation(&bad, &keys, &Expected::default());
        assert!(!verdict.is_good(), "byte {position} as {other:#04x}");
    }
}

#[test]
fn a_sensitive_output_is_only_there_as_a_keyed_digest() {
    let text = String::from_utf8(attestation().sign(&key()).unwrap().payload).unwrap();
    assert!(!text.contains("hunter2"));
    assert!(text.contains(r#"{"sensitive":"hmac-sha256:"#), "{text}");
}

#[test]
fn another_type_of_statement_is_no_attestation() {
    let subject = ResourceDescriptor::new("x", "sha256", &Hash::of(b"x").to_string());
    let predicate = attestation().record().clone();
    let statement = Statement::new(vec![subject], "https://slsa.dev/provenance/v1", predicate);
    let json = Envelope::sign(&statement, &key()).unwrap().to_json().unwrap();
    let verdict = verify_attestation(&json, &[key().public_key()], &Expected::default());
    assert!(verdict.to_string().contains("it is a \"https://slsa.dev"), "{verdict}");
}
