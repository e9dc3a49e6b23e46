//! Logs, attestations and receipts to test with.

use std::collections::BTreeMap;
use std::path::Path;

use cofferdam_audit::{
    Appended, Attestation, Decision, DeploymentRecord, DigestKey, Engine, Envelope, FileChange,
    FileChangeKind, Hash, HookRun, HostAction, LimitUse, Log, LogOptions, LogVerdict, Outcome,
    OutcomeStatus, OutputRecord, OutputValue, PolicyRecord, SignatureRecord, SigningKey,
    VerifyOptions, Wall, verify_log,
};
use serde_json::json;

pub(crate) fn key() -> SigningKey {
    SigningKey::from_seed(&[7; 32])
}

pub(crate) fn open(folder: &Path) -> Log {
    Log::open(folder, &key(), LogOptions::default()).unwrap()
}

/// Appends `count` records that differ in length.
pub(crate) fn append(log: &mut Log, count: usize) -> Vec<Appended> {
    (0..count)
        .map(|index| {
            let payload = json!({"index": index, "path": "a".repeat(index % 40), "ok": true});
            log.append("deployment-1", "file-changed", &payload).unwrap()
        })
        .collect()
}

/// A log of `count` records (with the one that begins it), closed by a checkpoint.
pub(crate) fn closed_log(folder: &Path, count: usize) {
    let mut log = open(folder);
    append(&mut log, count - 1);
    log.checkpoint().unwrap();
}

pub(crate) fn verify(folder: &Path) -> LogVerdict {
    verify_log(folder, &VerifyOptions::new([key().public_key()])).unwrap()
}

pub(crate) fn segment(folder: &Path) -> std::path::PathBuf {
    folder.join("records-00000000000000000000.jsonl")
}

/// An attestation that uses every field.
pub(crate) fn attestation() -> Attestation {
    let digest_key = DigestKey::from_bytes([3; 32]);
    let failed =
        Outcome { status: OutcomeStatus::Failed, reason: Some(String::from("exit code 3")) };
    let succeeded = Outcome { status: OutcomeStatus::Succeeded, reason: None };
    let text = |text: &str| text.to_owned();
    let signature = SignatureRecord {
        file: text("PreDeploy.wasm.sig"),
        digest: Hash::of(b"signature"),
        verdict: text("good"),
        signers: vec![text("alice@example.com")],
        key: Some(key().public_key().fingerprint().to_string()),
        statement: None,
    };
    let record = DeploymentRecord {
        deployment: text("0193-deployment"),
        started: text("2026-11-22T12:00:00.000000Z"),
        finished: text("2026-11-22T12:00:02.000000Z"),
        engine: Engine {
            name: text("cofferdam"),
            version: text("0.1.0"),
            settings: BTreeMap::from([(text("wasmtime"), text("48.0.8"))]),
        },
        context: BTreeMap::from([(text("environment"), text("Production"))]),
        plan_digest: Hash::of(b"plan"),
        policy: PolicyRecord {
            digest: Hash::of(b"policy"),
            decisions: vec![Decision {
                request: text("Configure reads Db.Password"),
                is_allowed: false,
                statements: vec![text("no-secrets")],
                reason: Some(text("sensitive variables are granted by name")),
            }],
        },
        walls: vec![
            Wall { name: text("landlock"), is_up: true, detail: Some(text("ABI 6")) },
            Wall { name: text("seccomp"), is_up: false, detail: None },
        ],
        hooks: vec![HookRun {
            name: text("PreDeploy.wasm"),
            kind: text("package"),
            stage: text("PreDeploy"),
            module_digest: Hash::of(b"module"),
            signers: vec![text("alice@example.com")],
            signatures: vec![signature.clone()],
            grant: json!({"variables": ["Octopus.Environment.Name"], "clock": "fixed"}),
            used: vec![text("fs"), text("variable:Octopus.Environment.Name")],
            unused: vec![text("the machine's clock")],
            refused: vec![text("http:https://example.com")],
            limits: vec![
                LimitUse { name: text("memory_bytes"), limit: 1 << 26, peak: Some(1 << 20) },
                LimitUse { name: text("wall_ms"), limit: 60_000, peak: None },
            ],
            outcome: failed.clone(),
            wall_ms: 12,
        }],
        file_changes: vec![FileChange {
            path: text("web.config"),
            change: FileChangeKind::Changed,
            by: text("Substitute variables in files"),
            before: Some(Hash::of(b"before")),
            after: Some(Hash::of(b"after")),
        }],
        outputs: vec![
            OutputRecord {
                name: text("Url"),
                by: text("PreDeploy.wasm"),
                value: OutputValue::Plain(text("https://example.com")),
            },
            OutputRecord {
                name: text("Token"),
                by: text("PreDeploy.wasm"),
                value: OutputValue::Sensitive(digest_key.digest(b"hunter2")),
            },
        ],
        host_actions: vec![HostAction {
            name: text("restart-service"),
            by: text("PreDeploy.wasm"),
            arguments: BTreeMap::from([(text("service"), text("web"))]),
            outcome: succeeded,
        }],
        outcome: failed,
        signatures: vec![signature],
        provenance: vec![cofferdam_audit::ResourceDescriptor::new(
            "provenance.json",
            "sha256",
            &Hash::of(b"provenance").to_string(),
        )],
        reproduction: Some(cofferdam_audit::Reproduction {
            root: "/srv/applications".into(),
            folder: "Acme.Web/1.0.0".into(),
            features: vec!["Octopus.Features.SubstituteInFiles".into()],
            past: [("Octopus.Tentacle.PreviousInstallation.PackageVersion".into(), "0.9".into())]
                .into(),
            installation_was_empty: Some(true),
            variables: Some(
                [
                    ("Greeting".into(), cofferdam_audit::VariableDigest::plain("hello")),
                    (
                        "Password".into(),
                        cofferdam_audit::VariableDigest::Sensitive(
                            cofferdam_audit::DigestKey::from_bytes([7; 32]).digest(b"hunter2"),
                        ),
                    ),
                ]
                .into(),
            ),
        }),
    };
    let package = ("Acme.Web.1.0.0.tar.gz", Hash::of(b"package"));
    Attestation::new(package, Some(("Acme.Web", Hash::of(b"tree"))), record)
}

/// A log with an attested deployment in it: the number of the record, and the envelope.
pub(crate) fn attested_log(folder: &Path) -> (u64, Envelope) {
    let mut log = open(folder);
    append(&mut log, 5);
    let attestation = attestation();
    let envelope = attestation.sign(&key()).unwrap();
    let payload = attestation.log_payload(&envelope);
    let record = log.append_durable("0193-deployment", Attestation::RECORD_KIND, &payload).unwrap();
    append(&mut log, 3);
    log.checkpoint().unwrap();
    (record.sequence, envelope)
}
