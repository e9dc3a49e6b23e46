//! What the audit log and the attestation say of a deployment.
#![expect(clippy::unwrap_used, reason = "a test that cannot set up should fail there")]

mod support;

use std::sync::{Arc, Mutex};

use cofferdam_audit::{
    DigestKey, Filter, Hash, Log, LogOptions, OutcomeStatus, OutputValue, Records, SigningKey,
    VerifyOptions, verify_log,
};
use cofferdam_deployment::{AuditObserver, Outcome, folder_digest, open_root, plan};
use cofferdam_policy::Policy;
use cofferdam_sandbox::CancelToken;
use cofferdam_variables::{Layer, Value};
use support::{ScriptRunner, Target, services};

const HOOK: &str = "print pw=hunter2\nwrite a changed\nwrite made.txt x\noutput Plain shown\nsecret Token t0ken-t0ken";

fn deploy(target: &Target, log: &Arc<Mutex<Log>>) -> Outcome {
    let package = target.package("1.0.0", &[("a", "x"), ("Deploy.wat", HOOK)]);
    let mut settings = target.settings(&package);
    settings.variable(Layer::Files, "Password", Value::sensitive("hunter2"));
    let (runner, policy) = (ScriptRunner { cancel: CancelToken::new() }, Policy::built_in());
    let services = services(&runner, &policy);
    let deployment = plan(settings.build().unwrap(), &services).unwrap();
    let mut observer = AuditObserver::new(Arc::clone(log));
    deployment.run(&mut [&mut observer], &CancelToken::new()).unwrap()
}

#[test]
fn every_event_is_in_the_log_and_no_secret() {
    let target = Target::new();
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::generate().unwrap();
    let log = Log::open(folder.path(), &key, LogOptions::default()).unwrap();
    let outcome = deploy(&target, &Arc::new(Mutex::new(log)));
    let verdict = verify_log(folder.path(), &VerifyOptions::new([key.public_key()])).unwrap();
    assert!(verdict.is_intact(), "{verdict}");
    let records: Vec<_> = Records::open(folder.path(), Filter::default())
        .unwrap()
        .map(|record| record.unwrap())
        .collect();
    let id = outcome.deployment.to_string();
    let ours: Vec<_> =
        records.iter().filter(|record| record.deployment.as_deref() == Some(&id)).collect();
    for kind in ["started", "decided", "hook-started", "output", "hook-ended", "ended"] {
        assert!(ours.iter().any(|record| record.kind == kind), "{kind}");
    }
    assert!(ours.iter().all(|record| record.kind != "extraction-progress"));
    let text: String =
        ours.iter().map(|record| record.payload.to_string()).collect::<Vec<_>>().join("\n");
    assert!(!text.contains("hunter2") && !text.contains("t0ken"), "{text}");
}

#[test]
fn the_attestation_says_what_was_done_and_holds_no_secret() {
    let target = Target::new();
    let folder = tempfile::tempdir().unwrap();
    let key = SigningKey::generate().unwrap();
    let log = Log::open(folder.path(), &key, LogOptions::default()).unwrap();
    let outcome = deploy(&target, &Arc::new(Mutex::new(log)));
    let left = open_root(outcome.folder.as_ref().unwrap()).unwrap();
    let digest = folder_digest(&left).unwrap();
    let digest_key = DigestKey::from_bytes([7; 32]);
    let attestation = outcome.attestation(Some(("Acme.Web", digest)), &digest_key);
    let record = attestation.record();
    assert_eq!(record.outcome.status, OutcomeStatus::Succeeded);
    assert_eq!(record.plan_digest.to_string(), outcome.plan.sha256());
    assert_eq!(record.hooks[0].module_digest.to_string(), outcome.hooks[0].sha256);
    let [changed, added] = record.file_changes.as_slice() else { panic!("{record:?}") };
    assert_eq!((changed.path.as_str(), added.path.as_str()), ("a", "made.txt"));
    assert_eq!(changed.before, Some(Hash::of(b"x")));
    assert_eq!(changed.after, Some(Hash::of(b"changed")));
    assert_eq!((added.before, added.after), (None, Some(Hash::of(b"x"))));
    assert_eq!(record.outputs[0].value, OutputValue::Plain("shown".to_owned()));
    let token = digest_key.digest(b"t0ken-t0ken");
    assert_eq!(record.outputs[1].value, OutputValue::Sensitive(token));
    let text = serde_json::to_string(attestation.statement()).unwrap();
    assert!(!text.contains("hunter2") && !text.contains("t0ken-"), "{text}");
    assert!(attestation.sign(&key).is_ok());
}
