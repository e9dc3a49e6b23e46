//! Envelopes that somebody edited: what may differ in one by somebody else's tool, and what never may.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use cofferdam_audit::{
    Envelope, EnvelopeSignature, Expected, SignatureForm, SignatureVerdict, SigningKey, Trust,
    TrustedKey, sign_file, verify_attestation, verify_bytes,
};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

use crate::sample::{attestation, key};

const NOW: OffsetDateTime = datetime!(2026-11-22 12:00 UTC);
const CONTENT: &[u8] = b"the bytes of a package";

/// A signature file by our key, as text.
fn signature() -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("package");
    std::fs::write(&file, CONTENT).unwrap();
    sign_file(&file, &key(), SignatureForm::Dsse).unwrap()
}

/// What is said of a signature file, in a word; our key is the only one that is trusted.
fn word(signature: &[u8]) -> &'static str {
    let trust = Trust::new([TrustedKey::new("us", key().public_key())]);
    let verdict: SignatureVerdict = verify_bytes(CONTENT, Some(signature), &trust, NOW);
    verdict.word()
}

fn edited(envelope: &str, edit: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(envelope).unwrap();
    edit(&mut value);
    value.to_string()
}

/// Replaces the Base64 text of a member.
fn recoded(envelope: &str, pointer: &str, edit: impl FnOnce(&str) -> String) -> String {
    edited(envelope, |value| {
        let member = value.pointer_mut(pointer).unwrap();
        *member = edit(member.as_str().unwrap()).into();
    })
}

const PAYLOAD: &str = "/payload";
const SIG: &str = "/signatures/0/sig";

fn other_alphabet(base64: &str) -> String {
    URL_SAFE.encode(STANDARD.decode(base64).unwrap())
}

/// With this character in the place of the last one before the padding: the bits that Base64 does
/// not use are not zero then.
fn with_trailing_bits(base64: &str) -> String {
    let digits = base64.trim_end_matches('=');
    let (rest, last) = digits.split_at(digits.len() - 1);
    assert!(base64.ends_with("=="), "one byte at the end leaves four bits over");
    let next = char::from(last.as_bytes()[0] + 1);
    format!("{rest}{next}==")
}

#[test]
fn what_the_format_leaves_open_is_accepted_in_signature_files() {
    let good = signature();
    let value: Value = serde_json::from_str(&good).unwrap();
    let first = value["signatures"][0].clone();
    let broken = json!({"keyid": first["keyid"], "sig": STANDARD.encode([0; 64])});
    let strangers = SigningKey::from_seed(&[8; 32]).sign(b"something");
    let strangers = json!({"keyid": "somebody", "sig": STANDARD.encode(strangers)});
    let signatures = |list: Vec<&Value>| edited(&good, |v| v["signatures"] = json!(list));
    for (what, envelope) in [
        ("as it is", good.clone()),
        ("white space", format!("\n{}\n\n", serde_json::to_string_pretty(&value).unwrap())),
        // The hint is not signed, so nothing may rest on it.
        ("no hint", edited(&good, |v| v["signatures"][0] = json!({"sig": first["sig"]}))),
        ("another hint", edited(&good, |v| v["signatures"][0]["keyid"] = "x".into())),
        ("a member more", edited(&good, |v| v["aside"] = json!({"a": [1]}))),
        ("a member more in a signature", edited(&good, |v| v["signatures"][0]["cert"] = 1.into())),
        ("the same twice", signatures(vec![&first, &first])),
        ("a broken one before", signatures(vec![&broken, &first])),
        ("a stranger's after", signatures(vec![&first, &strangers])),
        ("as many as there may be", signatures([vec![&broken; 63], vec![&first]].concat())),
        ("the other alphabet in the payload", recoded(&good, PAYLOAD, other_alphabet)),
        ("the other alphabet in the signature", recoded(&good, SIG, other_alphabet)),
    ] {
        assert_eq!(word(envelope.as_bytes()), "good", "{what}");
    }
    let twice = signatures(vec![&first, &first]);
    let trust = Trust::new([TrustedKey::new("us", key().public_key())]);
    let verdict = verify_bytes(CONTENT, Some(twice.as_bytes()), &trust, NOW);
    assert_eq!(verdict.good().unwrap().names().collect::<Vec<_>>(), ["us"], "one signer, once");
}

#[test]
fn what_was_not_signed_is_not_good() {
    let good = signature();
    let no_hint = |value: &mut Value| {
        value["signatures"][0].as_object_mut().unwrap().shift_remove("keyid");
    };
    let zeros = STANDARD.encode([0; 64]);
    let text_type = |value: &mut Value| value["payloadType"] = "text/plain".into();
    let changed = |text: &str| {
        let mut bytes = STANDARD.decode(text).unwrap();
        bytes[30] ^= 1;
        STANDARD.encode(bytes)
    };
    for (what, envelope, expected) in [
        ("another type", edited(&good, text_type), "altered"),
        ("another type, without a hint", edited(&edited(&good, text_type), no_hint), "stranger"),
        (
            "the type in other letters",
            edited(&good, |v| v["payloadType"] = "application/vnd.in-toto+JSON".into()),
            "altered",
        ),
        ("another payload", recoded(&good, PAYLOAD, changed), "altered"),
        (
            "a space after the payload",
            recoded(&good, PAYLOAD, |text| {
                let payload = [STANDARD.decode(text).unwrap(), b" ".to_vec()].concat();
                STANDARD.encode(payload)
            }),
            "altered",
        ),
        ("no signature in it", recoded(&good, SIG, |_| zeros.clone()), "altered"),
        (
            "no signature in it, without a hint",
            edited(&recoded(&good, SIG, |_| zeros.clone()), no_hint),
            "stranger",
        ),
        ("a short signature", recoded(&good, SIG, |_| STANDARD.encode([1; 63])), "altered"),
        ("no signatures", edited(&good, |v| v["signatures"] = json!([])), "stranger"),
    ] {
        assert_eq!(word(envelope.as_bytes()), expected, "{what}");
    }
    // A right signature by a trusted key over the statement as something else, and over no statement.
    let statement = Envelope::parse(good.as_bytes()).unwrap().payload;
    let empty = br#"{"_type":"https://in-toto.io/Statement/v1"}"#.to_vec();
    for (payload_type, payload, expected) in [
        ("application/vnd.in-toto+json", &statement, "good"),
        ("text/plain", &statement, "unreadable"),
        ("application/vnd.in-toto+json", &empty, "unreadable"),
    ] {
        let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
        let sig = key().sign(&[head.as_bytes(), payload].concat()).to_vec();
        let envelope = Envelope {
            payload: payload.clone(),
            payload_type: payload_type.to_owned(),
            signatures: vec![EnvelopeSignature { keyid: None, sig }],
        };
        assert_eq!(word(&envelope.to_json().unwrap()), expected, "{payload_type}");
    }
}

#[test]
fn what_is_no_envelope_is_unreadable_and_says_so() {
    let good = signature();
    let without = |key: &str| edited(&good, |v| drop(v.as_object_mut().unwrap().shift_remove(key)));
    let twice = |member: &str| good.replacen('{', &format!("{{{member},"), 1);
    let unpadded = |text: &str| text.trim_end_matches('=').to_owned();
    for (what, envelope) in [
        ("nothing", String::new()),
        ("a letter after it", format!("{}x", good.trim_end())),
        ("a null byte after it", format!("{good}\0")),
        ("another one after it", format!("{good}{good}")),
        ("a byte order mark", format!("\u{feff}{good}")),
        ("no end", good.trim_end().trim_end_matches('}').to_owned()),
        ("a list", format!("[{good}]")),
        ("no payload", without("payload")),
        ("no type", without("payloadType")),
        ("no list of signatures", without("signatures")),
        ("the payload twice", twice("\"payload\":\"\"")),
        ("the type twice", twice("\"payloadType\":\"text/plain\"")),
        ("the signatures twice", twice("\"signatures\":[]")),
        ("no padding", recoded(&good, SIG, unpadded)),
        ("more padding", recoded(&good, SIG, |text| format!("{text}="))),
        ("bits left over", recoded(&good, SIG, with_trailing_bits)),
        (
            "no padding in the other alphabet",
            recoded(&good, SIG, |text| unpadded(&other_alphabet(text))),
        ),
        (
            "bits left over in the other alphabet",
            recoded(&good, SIG, |text| with_trailing_bits(&other_alphabet(text))),
        ),
        (
            "a line break in it",
            recoded(&good, PAYLOAD, |text| {
                let (start, end) = text.split_at(76);
                format!("{start}\n{end}")
            }),
        ),
        ("a space after it", recoded(&good, PAYLOAD, |text| format!("{text} "))),
        ("both alphabets", recoded(&good, SIG, |text| format!("-/{}", &text[2..]))),
        // Each of them costs a verification for every key that is trusted.
        (
            "too many signatures",
            edited(&good, |v| v["signatures"] = json!(vec![v["signatures"][0].clone(); 65])),
        ),
        ("a number", edited(&good, |v| v["signatures"][0]["sig"] = 1.into())),
    ] {
        assert_ne!(envelope, good, "{what}");
        assert_eq!(word(envelope.as_bytes()), "unreadable", "{what}");
    }
}

/// An attestation is a record, and a record has one spelling.
#[test]
fn an_attestation_is_what_was_written_byte_for_byte() {
    let good = attestation().sign(&key()).unwrap().to_json().unwrap();
    let good = String::from_utf8(good).unwrap();
    let is_good = |json: &str| {
        let keys = [key().public_key()];
        verify_attestation(json.as_bytes(), &keys, &Expected::default()).is_good()
    };
    assert!(is_good(&good) && is_good(&format!("{good}\n")));
    let signature: Value = serde_json::from_str::<Value>(&good).unwrap()["signatures"][0].clone();
    for (what, edit) in [
        ("two line ends", format!("{good}\n\n")),
        ("white space", good.replacen(',', ", ", 1)),
        ("another one after it", format!("{good}{good}")),
        ("another hint", edited(&good, |v| v["signatures"][0]["keyid"] = "x".into())),
        ("no hint", edited(&good, |v| v["signatures"][0] = json!({"sig": signature["sig"]}))),
        (
            "the same signature twice",
            edited(&good, |v| v["signatures"] = json!([signature, signature])),
        ),
        ("no signatures", edited(&good, |v| v["signatures"] = json!([]))),
        ("a member more", edited(&good, |v| v["aside"] = 1.into())),
        ("another type", edited(&good, |v| v["payloadType"] = "application/json".into())),
        ("the other alphabet", good.replace(['+', '/'], "_")),
        ("no padding", recoded(&good, SIG, |text| text.trim_end_matches('=').to_owned())),
    ] {
        assert_ne!(edit, good, "{what}");
        assert!(!is_good(&edit), "{what}");
    }
}
