//! Signatures, in both directions with `ssh-keygen` and `openssl`, and from other tools' files.

use std::fs;
use std::path::{Path, PathBuf};

use cofferdam_audit::{
    Envelope, MODULE_TYPE, ModuleClaim, PACKAGE_TYPE, PublicKey, ResourceDescriptor, SignatureForm,
    SignatureVerdict, SigningKey, Statement, Trust, TrustedKey, find_signatures, sign_file,
    sign_module, verify_bytes, verify_file, verify_known_file,
};
use serde_json::json;
use time::OffsetDateTime;
use time::macros::datetime;

use crate::sample::key;
use crate::tools::{run, succeed};

const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
const CONTENT: &[u8] = b"the bytes of a package";

struct Folder {
    folder: tempfile::TempDir,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("package"), CONTENT).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    /// Makes a key with `ssh-keygen`; returns its public line.
    fn ssh_key(&self, kind: &str) -> String {
        let file = self.text("id");
        succeed("ssh-keygen", &["-q", "-t", kind, "-N", "", "-C", "", "-f", &file], b"");
        fs::read_to_string(self.path("id.pub")).unwrap().trim().to_owned()
    }

    /// Signs the package with `ssh-keygen`.
    fn ssh_sign(&self, namespace: &str) -> Vec<u8> {
        let (key, file) = (self.text("id"), self.text("package"));
        let _ = fs::remove_file(self.path("package.sig"));
        succeed("ssh-keygen", &["-Y", "sign", "-f", &key, "-n", namespace, &file], b"");
        fs::read(self.path("package.sig")).unwrap()
    }

    fn verify(&self, signature: &[u8], trust: &Trust) -> SignatureVerdict {
        verify_file(&self.path("package"), Some(signature), trust, NOW).unwrap()
    }
}

fn trust(line: &str) -> Trust {
    Trust::parse_allowed_signers(line).unwrap()
}

#[test]
fn signatures_by_ssh_keygen_are_good_here() {
    for kind in ["ed25519", "ecdsa"] {
        let folder = Folder::new();
        let public = folder.ssh_key(kind);
        let trust = trust(&format!("alice@example.com {public}\n"));
        let verdict = folder.verify(&folder.ssh_sign("cofferdam"), &trust);
        let signed = verdict.good().unwrap_or_else(|| panic!("{kind}: {verdict}"));
        assert_eq!(signed.signer, "alice@example.com");
        let listed = succeed("ssh-keygen", &["-l", "-f", &folder.text("id.pub")], b"");
        let listed = String::from_utf8(listed).unwrap();
        assert!(listed.contains(signed.fingerprint.as_str()), "{listed}");
    }
}

#[test]
fn our_signatures_are_good_for_ssh_keygen() {
    let folder = Folder::new();
    let signature = sign_file(&folder.path("package"), &key(), SignatureForm::OpenSsh).unwrap();
    fs::write(folder.path("package.sig"), signature).unwrap();
    let public = key().public_key().to_openssh().unwrap();
    fs::write(folder.path("signers"), format!("bob namespaces=\"cofferdam\" {public}\n")).unwrap();
    let (signers, signature) = (folder.text("signers"), folder.text("package.sig"));
    let arguments =
        ["-Y", "verify", "-f", &signers, "-I", "bob", "-n", "cofferdam", "-s", &signature];
    succeed("ssh-keygen", &arguments, CONTENT);
    assert!(!run("ssh-keygen", &arguments, b"other bytes").status.success());
    assert_eq!(find_signatures(&folder.path("package")), [folder.path("package.sig")]);
}

#[test]
fn keys_of_ssh_keygen_sign_here_and_ours_are_read_by_openssl() {
    let folder = Folder::new();
    let public = folder.ssh_key("ed25519");
    let key = SigningKey::read_file(&folder.path("id")).unwrap();
    assert_eq!(key.public_key(), PublicKey::parse(&public).unwrap());

    key.write_new_file(&folder.path("key.pem")).unwrap();
    let pem = folder.text("key.pem");
    let public = succeed("openssl", &["pkey", "-in", &pem, "-pubout"], b"");
    assert_eq!(String::from_utf8(public).unwrap(), key.public_key().to_pem().unwrap());
    let read = SigningKey::read_file(&folder.path("key.pem")).unwrap();
    assert_eq!(read.public_key(), key.public_key());
    assert!(key.write_new_file(&folder.path("key.pem")).is_err(), "keys are never overwritten");

    succeed("openssl", &["genpkey", "-algorithm", "ed25519", "-out", &folder.text("o.pem")], b"");
    SigningKey::read_file(&folder.path("o.pem")).unwrap();
}

#[cfg(unix)]
#[test]
fn a_private_key_that_others_may_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.path("key.pem");
    key().write_new_file(&path).unwrap();
    let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    mode(0o644);
    let error = SigningKey::read_file(&path).unwrap_err();
    assert!(error.to_string().contains("has mode 644"), "{error}");
    mode(0o640);
    SigningKey::read_file(&path).unwrap();
}

#[test]
fn a_key_with_a_passphrase_is_refused_with_what_to_do() {
    let folder = Folder::new();
    let file = folder.text("id");
    succeed("ssh-keygen", &["-q", "-t", "ed25519", "-N", "secret", "-f", &file], b"");
    let error = SigningKey::read_file(&folder.path("id")).unwrap_err();
    assert!(error.to_string().contains("ssh-keygen -Y sign"), "{error}");
}

#[test]
fn each_way_to_be_not_good_has_its_verdict() {
    let folder = Folder::new();
    let public = folder.ssh_key("ed25519");
    let signature = folder.ssh_sign("cofferdam");
    let verdict_with = |options: &str| {
        folder.verify(&signature, &trust(&format!("alice {options} {public}"))).to_string()
    };
    assert!(verdict_with("").starts_with("signed by alice (SHA256:"));
    assert!(verdict_with("valid-before=\"20260101Z\"").contains("expired at 2026-01-01T00:00:00"));
    assert!(verdict_with("valid-after=\"20270101Z\"").contains("not valid before 2027-01-01"));
    assert!(verdict_with("namespaces=\"git,file\"").contains("for \"git,file\""));
    assert!(verdict_with("namespaces=\"coffer*\"").starts_with("signed by alice (SHA256:"));
    assert!(verdict_with("namespaces=\"*,!cofferdam\"").contains("does not count here"));

    let stranger = folder.verify(&signature, &trust(""));
    assert!(matches!(stranger, SignatureVerdict::Stranger { .. }), "{stranger}");
    let trusted = trust(&format!("alice {public}"));
    let unsigned = verify_file(&folder.path("package"), None, &trusted, NOW).unwrap();
    assert_eq!(unsigned, SignatureVerdict::Unsigned);
    let git = folder.verify(&folder.ssh_sign("git"), &trusted);
    assert!(matches!(git, SignatureVerdict::WrongPurpose { .. }), "{git}");
    assert_eq!((unsigned.word(), git.word()), ("unsigned", "wrong-purpose"));
    let altered = verify_bytes(b"other bytes", Some(&signature), &trusted, NOW);
    assert!(matches!(altered, SignatureVerdict::Altered { .. }), "{altered}");
    for garbage in [&b""[..], b"x", b"{}", b"-----BEGIN SSH SIGNATURE-----\nAAAA\n"] {
        let verdict = folder.verify(garbage, &trusted);
        assert!(matches!(verdict, SignatureVerdict::Unreadable { .. }), "{verdict}");
    }
}

#[test]
fn a_key_that_is_listed_twice_counts_in_both_times() {
    let folder = Folder::new();
    let public = folder.ssh_key("ed25519");
    let signature = folder.ssh_sign("cofferdam");
    let rotated = format!(
        "old valid-before=\"20260101Z\" {public}\nnew valid-after=\"202611010000Z\" {public}\n"
    );
    let signer_at = |at| {
        let path = folder.path("package");
        verify_file(&path, Some(&signature), &trust(&rotated), at).unwrap()
    };
    assert_eq!(signer_at(NOW).good().unwrap().signer, "new");
    assert_eq!(signer_at(datetime!(2025-06-01 0:00 UTC)).good().unwrap().signer, "old");
    assert!(signer_at(datetime!(2026-06-01 0:00 UTC)).good().is_none());
}

#[test]
fn allowed_signers_files_are_read_as_ssh_keygen_reads_them() {
    let folder = Folder::new();
    let public = folder.ssh_key("ed25519");
    let rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAYQDGfv3v2yZc0Gm0t4cQkq8zvJkq";
    let text = format!(
        "# people\n\n\"a@example.com,b@example.com\"  namespaces=\"cofferdam\",valid-after=\"20200101\" {public} comment here\n\
         *@example.org cert-authority {public}\n"
    );
    let trust = Trust::parse_allowed_signers(&text).unwrap();
    assert_eq!(trust.keys()[0].signer, "a@example.com,b@example.com");
    assert_eq!(trust.keys()[0].valid_after, Some(datetime!(2020-01-01 0:00 UTC)));
    assert_eq!(trust.keys().len(), 1);
    assert!(trust.ignored_lines()[0].starts_with("line 4: certificate authorities"));

    for wrong in [
        String::from("alice"),
        format!("alice {rsa}"),
        format!("alice colour=\"red\" {public}"),
        format!("alice valid-after=\"2020\" {public}"),
        format!("alice valid-after=20200101 {public}"),
        format!("alice valid-after=\"20300101\",valid-before=\"20200101\" {public}"),
        format!("alice namespaces=\"x {public}"),
    ] {
        let error = Trust::parse_allowed_signers(&wrong).unwrap_err();
        assert!(error.to_string().starts_with("line 1"), "{error}");
    }
}

#[test]
fn every_changed_byte_of_a_signature_is_found() {
    let folder = Folder::new();
    let trusted = Trust::new([TrustedKey::new("us", key().public_key())]);
    let pem = sign_file(&folder.path("package"), &key(), SignatureForm::OpenSsh).unwrap();
    let signed: String = pem.lines().filter(|line| !line.starts_with("--")).collect();
    for position in 0..pem.len() {
        let mut bad = pem.clone().into_bytes();
        bad[position] ^= 1;
        let body = String::from_utf8_lossy(&bad);
        let body: String = body.lines().filter(|line| !line.starts_with("--")).collect();
        // Where lines are broken is not part of a signature.
        if body != signed {
            assert!(folder.verify(&bad, &trusted).good().is_none(), "byte {position}");
        }
    }
}

/// The pre-authentication encoding, written out for other tools to sign.
fn pae(payload: &str) -> Vec<u8> {
    format!("DSSEv1 28 application/vnd.in-toto+json {} {payload}", payload.len()).into_bytes()
}

/// `cosign attest` writes version 0.1 of the statement.
fn statement(digest: &str, predicate_type: &str) -> String {
    json!({
        "_type": "https://in-toto.io/Statement/v0.1",
        "subject": [{"name": "package", "digest": {"sha256": digest}}],
        "predicateType": predicate_type,
        "predicate": {"builder": "x"},
    })
    .to_string()
}

fn base64(bytes: &[u8]) -> String {
    let text = succeed("openssl", &["base64", "-A"], bytes);
    String::from_utf8(text).unwrap()
}

#[test]
fn envelopes_that_openssl_signed_with_p256_are_good_here() {
    let folder = Folder::new();
    let (private, public) = (folder.text("ec.pem"), folder.text("ec.pub"));
    let curve = "ec_paramgen_curve:P-256";
    succeed("openssl", &["genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", &private], b"");
    succeed("openssl", &["pkey", "-in", &private, "-pubout", "-out", &public], b"");
    let payload = statement(
        &cofferdam_audit::Hash::of(CONTENT).to_string(),
        "https://slsa.dev/provenance/v1",
    );
    let sign = |bytes: &[u8]| succeed("openssl", &["dgst", "-sha256", "-sign", &private], bytes);
    let envelope = json!({
        "payloadType": "application/vnd.in-toto+json",
        "payload": base64(payload.as_bytes()),
        "signatures": [{"sig": base64(&sign(&pae(&payload)))}],
    });
    let public_key = PublicKey::read_file(Path::new(&public)).unwrap();
    assert_eq!(public_key.to_pem().unwrap(), fs::read_to_string(&public).unwrap());
    let trusted = Trust::new([TrustedKey::new("builder", public_key)]);
    let verdict = folder.verify(envelope.to_string().as_bytes(), &trusted);
    let signed = verdict.good().unwrap_or_else(|| panic!("{verdict}"));
    let statement = signed.statement.as_ref().unwrap();
    assert_eq!(statement.predicate_type, "https://slsa.dev/provenance/v1");

    // What `cosign sign-blob --bundle` writes: the same key over the file itself.
    let bundle = |signature: &[u8]| {
        json!({
            "mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json",
            "verificationMaterial": {"publicKey": {"hint": ""}},
            "messageSignature": {
                "messageDigest": {"algorithm": "SHA2_256", "digest": ""},
                "signature": base64(signature),
            },
        })
        .to_string()
    };
    let verdict = folder.verify(bundle(&sign(CONTENT)).as_bytes(), &trusted);
    assert!(verdict.good().is_some(), "{verdict}");
    let verdict = folder.verify(bundle(&sign(b"other")).as_bytes(), &trusted);
    assert!(matches!(verdict, SignatureVerdict::Stranger { .. }), "{verdict}");
}

#[test]
fn our_envelopes_are_good_for_openssl() {
    let folder = Folder::new();
    let json = sign_file(&folder.path("package"), &key(), SignatureForm::Dsse).unwrap();
    let envelope = Envelope::parse(json.as_bytes()).unwrap();
    let payload = String::from_utf8(envelope.payload.clone()).unwrap();
    fs::write(folder.path("pae"), pae(&payload)).unwrap();
    fs::write(folder.path("sig"), &envelope.signatures[0].sig).unwrap();
    fs::write(folder.path("pub"), key().public_key().to_pem().unwrap()).unwrap();
    let (public, sig, message) = (folder.text("pub"), folder.text("sig"), folder.text("pae"));
    let arguments = [
        "pkeyutl", "-verify", "-pubin", "-inkey", &public, "-rawin", "-in", &message, "-sigfile",
        &sig,
    ];
    succeed("openssl", &arguments, b"");

    let trusted = Trust::new([TrustedKey::new("us", key().public_key())]);
    assert!(folder.verify(json.as_bytes(), &trusted).good().is_some());
    fs::write(folder.path("package"), "other").unwrap();
    let verdict = folder.verify(json.as_bytes(), &trusted);
    assert_eq!(
        verdict.to_string(),
        "signed by us, but altered: the signed statement is about other content"
    );
}

#[test]
fn a_changed_statement_is_altered_and_not_by_a_stranger() {
    let folder = Folder::new();
    let json = sign_file(&folder.path("package"), &key(), SignatureForm::Dsse).unwrap();
    let mut envelope = Envelope::parse(json.as_bytes()).unwrap();
    envelope.payload[20] ^= 1;
    let trusted = Trust::new([TrustedKey::new("us", key().public_key())]);
    let verdict = folder.verify(&envelope.to_json().unwrap(), &trusted);
    assert!(matches!(verdict, SignatureVerdict::Altered { .. }), "{verdict}");
    let other = Trust::new([TrustedKey::new("x", SigningKey::from_seed(&[8; 32]).public_key())]);
    let verdict = folder.verify(&envelope.to_json().unwrap(), &other);
    assert!(matches!(verdict, SignatureVerdict::Stranger { .. }), "{verdict}");
}

#[test]
fn a_module_is_signed_for_its_stages_and_world() {
    let claim = ModuleClaim {
        stages: vec![String::from("PreDeploy"), String::from("Deploy"), String::from("Deploy")],
        world: String::from("wasi:cli/command@0.2.0"),
    };
    let envelope = sign_module("hook.wasm", b"\0asm", &claim, &key()).unwrap().to_json().unwrap();
    let trusted = Trust::new([TrustedKey::new("us", key().public_key())]);
    let verdict = verify_bytes(b"\0asm", Some(&envelope), &trusted, NOW);
    let signed = verdict.good().unwrap();
    assert_eq!(signed.statement.as_ref().unwrap().predicate_type, MODULE_TYPE);
    let read = signed.module_claim().unwrap().unwrap();
    assert_eq!(read.stages, ["Deploy", "PreDeploy"]);
    assert_eq!(read.world, claim.world);
    assert!(verify_bytes(b"\0asm\x01", Some(&envelope), &trusted, NOW).good().is_none());
}

#[test]
fn every_valid_signer_of_one_envelope_counts_and_expired_ones_do_not_spoil_it() {
    let folder = Folder::new();
    let keys = [1, 2, 3].map(|seed| SigningKey::from_seed(&[seed; 32]));
    let sign = |key| sign_file(&folder.path("package"), key, SignatureForm::Dsse).unwrap();
    let mut envelope = Envelope::parse(sign(&keys[0]).as_bytes()).unwrap();
    for key in &keys[1..] {
        envelope.signatures.extend(Envelope::parse(sign(key).as_bytes()).unwrap().signatures);
    }
    let mut trusted = ["expired", "ann,anna", "bob"].into_iter().zip(&keys);
    let mut trusted: Vec<_> =
        trusted.by_ref().map(|(name, key)| TrustedKey::new(name, key.public_key())).collect();
    trusted[0].valid_before = Some(NOW - time::Duration::DAY);
    let verdict = folder.verify(&envelope.to_json().unwrap(), &Trust::new(trusted.clone()));
    let names: Vec<&str> = verdict.good().unwrap().names().collect();
    assert_eq!(names, ["ann", "anna", "bob"]);
    let verdict = folder.verify(&envelope.to_json().unwrap(), &Trust::new([trusted[0].clone()]));
    assert_eq!(verdict.word(), "expired");
}

#[test]
fn a_file_that_is_not_what_was_read_before_is_an_error() {
    let folder = Folder::new();
    let signature = sign_file(&folder.path("package"), &key(), SignatureForm::OpenSsh).unwrap();
    let trusted = Trust::new([TrustedKey::new("us", key().public_key())]);
    let verify = |sha256: [u8; 32]| {
        verify_known_file(&folder.path("package"), sha256, signature.as_bytes(), &trusted, NOW)
    };
    let right = *cofferdam_audit::Hash::of(CONTENT).as_bytes();
    assert!(verify(right).unwrap().good().is_some());
    assert!(verify([0; 32]).unwrap_err().to_string().contains("it changed"));
}

#[test]
fn only_some_statements_approve_of_what_they_are_about() {
    let folder = Folder::new();
    let trusted = Trust::new([TrustedKey::new("us", key().public_key())]);
    let digest = cofferdam_audit::Hash::of(CONTENT).to_string();
    let signed = |kind: &str, predicate: serde_json::Value| {
        let subject = vec![ResourceDescriptor::new("package", "sha256", &digest)];
        let envelope = Envelope::sign(&Statement::new(subject, kind, predicate), &key()).unwrap();
        let verdict = folder.verify(&envelope.to_json().unwrap(), &trusted);
        verdict.good().unwrap().clone()
    };
    assert!(!signed("https://cofferdam.dev/attestation/deployment/v1", json!({})).is_approval());
    assert!(signed(PACKAGE_TYPE, json!({})).is_approval());
    let v02 = json!({"builder": {"id": "https://b"}, "buildType": "https://t"});
    let build = signed("https://slsa.dev/provenance/v0.2", v02);
    assert_eq!(build.provenance().unwrap().unwrap().builder, "https://b");
    let error = signed("https://slsa.dev/provenance/v1", json!({})).provenance().unwrap_err();
    assert!(error.to_string().contains("/runDetails/builder/id"), "{error}");
}

/// Files that other implementations wrote; `tests/fixtures/README.md` says which and how.
#[test]
fn files_that_other_implementations_signed_are_good_here() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let content = fixtures.join("content.txt");
    for (signature, public) in [
        ("sigstore-js-dsse.sigstore.json", "p256.pub"),
        ("sigstore-js-message.sigstore.json", "p256.pub"),
        ("securesystemslib-ed25519.dsse.json", "ed25519.pub"),
        ("securesystemslib-p256.dsse.json", "p256.pub"),
    ] {
        let public = PublicKey::read_file(&fixtures.join(public)).unwrap();
        let trusted = Trust::new([TrustedKey::new("them", public)]);
        let signature = fs::read(fixtures.join(signature)).unwrap();
        let verdict = verify_file(&content, Some(&signature), &trusted, NOW).unwrap();
        assert!(verdict.good().is_some(), "{verdict}");
        assert!(verify_bytes(b"other", Some(&signature), &trusted, NOW).good().is_none());
    }
}
