//! Receipts: built from a log, verified alone, and by the independent verifier.

use std::path::PathBuf;

use cofferdam_audit::{DeploymentReceipt, ReceiptError, ReceiptFinding, SigningKey};

use crate::sample::{attested_log, key};
use crate::tools::{mutate, verify_independently};

fn receipt() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (sequence, envelope) = attested_log(folder.path());
    let keys = [key().public_key()];
    let receipt = DeploymentReceipt::build(folder.path(), sequence, &envelope, &keys).unwrap();
    receipt.to_json().unwrap()
}

#[test]
fn a_receipt_needs_nothing_but_a_public_key() {
    let json = receipt();
    let verdict = DeploymentReceipt::verify(&json, &[key().public_key()]);
    assert!(verdict.is_good(), "{verdict}");
    assert_eq!(verdict.attestation.unwrap().record().deployment, "0193-deployment");
    let stranger = SigningKey::from_seed(&[8; 32]).public_key();
    let verdict = DeploymentReceipt::verify(&json, &[stranger]);
    assert_eq!(verdict.attestation, None);
    assert_eq!(verdict.findings.len(), 2, "neither attestation nor log: {verdict}");
}

#[test]
fn every_changed_byte_of_a_receipt_is_found() {
    let good = receipt();
    for position in 0..good.len() {
        let mut bad = good.clone();
        bad[position] ^= 1;
        let verdict = DeploymentReceipt::verify(&bad, &[key().public_key()]);
        assert!(!verdict.is_good(), "byte {position}");
    }
}

#[test]
fn parts_of_two_deployments_make_no_receipt() {
    let folder = tempfile::tempdir().unwrap();
    let (sequence, envelope) = attested_log(folder.path());
    let keys = [key().public_key()];
    let error =
        DeploymentReceipt::build(folder.path(), sequence + 1, &envelope, &keys).unwrap_err();
    assert!(matches!(error, ReceiptError::Mismatch(_)), "{error}");

    let mut receipt = DeploymentReceipt::build(folder.path(), sequence, &envelope, &keys).unwrap();
    receipt.decisions[0].is_allowed = true;
    let verdict = DeploymentReceipt::verify(&receipt.to_json().unwrap(), &keys);
    let [ReceiptFinding::Contradiction { reason }] = verdict.findings.as_slice() else {
        panic!("{verdict}")
    };
    assert_eq!(*reason, "the decisions are not those of the attestation");
}

#[test]
fn the_independent_verifier_agrees_about_receipts() {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("receipt.json");
    let public = folder.path().join("key.pub");
    std::fs::write(&public, key().public_key().to_pem().unwrap()).unwrap();
    let key_arguments = ["--key", public.to_str().unwrap()];
    let good = receipt();
    std::fs::write(&path, &good).unwrap();
    let (is_good, text) = verify_independently("receipt", &path, &key_arguments);
    assert!(is_good, "{text}");

    let text = String::from_utf8(good).unwrap();
    let plan = cofferdam_audit::Hash::of(b"plan").to_string();
    let edits = [
        text.replacen("0193-deployment", "0194-deployment", 1),
        text.replacen(&plan, &"0".repeat(64), 1),
        text.replace("\"isAllowed\":false", "\"isAllowed\":true"),
        text.replace("index 6", "index 5"),
        text.replace("\"payload\":\"ey", "\"payload\":\"ez"),
        text.replace("\\\"kind\\\":\\\"attestation\\\"", "\\\"kind\\\":\\\"attestatiom\\\""),
    ];
    for edit in edits {
        assert_ne!(edit, text, "the edit changes something");
        std::fs::write(&path, &edit).unwrap();
        let (is_good, answer) = verify_independently("receipt", &path, &key_arguments);
        assert!(!is_good, "{answer}");
        let verdict = DeploymentReceipt::verify(edit.as_bytes(), &[key().public_key()]);
        assert!(!verdict.is_good());
    }
}

#[test]
fn the_independent_verifier_finds_changed_receipts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("receipt.json");
    std::fs::write(&path, receipt()).unwrap();
    let lines = mutate("29", "receipt", &path, &[]);
    assert_eq!(lines.len(), 1, "{lines:#?}");
}

#[test]
fn what_means_the_same_in_another_spelling_is_found() {
    let text = String::from_utf8(receipt()).unwrap();
    let envelope = text.find("\"attestation\":{").unwrap() + "\"attestation\":{".len();
    let edits = [
        // White space, a member twice, a member more, another escape of a letter, no end, two ends.
        text.replacen(',', ", ", 1),
        format!("{{\"deployment\":\"0193-deployment\",{}", &text[1..]),
        format!("{{\"aside\":1,{}", &text[1..]),
        text.replacen("0193-deployment", "0193-d\\u0065ployment", 1),
        text.trim_end().to_owned(),
        format!("{text}\n"),
        format!("{}\"a\":1,{}", &text[..envelope], &text[envelope..]),
        // Base64 without padding, and with another one; another payload type.
        text.replacen("==\"", "\"", 1),
        text.replacen("=\"", "==\"", 1),
        text.replacen("application/vnd.in-toto+json", "application/json", 1),
        text.replacen("SHA256:", "SHA256:A", 1),
    ];
    let folder = tempfile::tempdir().unwrap();
    let (path, public) = (folder.path().join("receipt.json"), folder.path().join("key"));
    std::fs::write(&public, key().public_key().to_pem().unwrap()).unwrap();
    for edit in edits {
        assert_ne!(edit, text);
        let verdict = DeploymentReceipt::verify(edit.as_bytes(), &[key().public_key()]);
        std::fs::write(&path, &edit).unwrap();
        let arguments = ["--key", public.to_str().unwrap()];
        let (is_good, answer) = verify_independently("receipt", &path, &arguments);
        assert!(!verdict.is_good() && !is_good, "{answer}\n{verdict}\n{edit}");
    }
}
