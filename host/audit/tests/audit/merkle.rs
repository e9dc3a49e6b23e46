//! Hashes and notes against values that others published, and readers against any input.

use proptest::prelude::*;

use cofferdam_audit::{
    ConsistencyProof, DeploymentReceipt, Envelope, Hash, InclusionProof, PublicKey,
    SignedCheckpoint, TreeEntry, TreeEntryKind, Trust, Witness, tree_digest,
};

/// The cosigned checkpoint in C2SP's tlog-cosignature, read and written.
const PUBLISHED: &str = "example.com/behind-the-sofa\n20852163\n\
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
\u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
\u{2014} witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

#[test]
fn a_published_checkpoint_is_read_and_written_byte_for_byte() {
    let signed = SignedCheckpoint::parse(PUBLISHED).unwrap();
    assert_eq!(signed.checkpoint.origin, "example.com/behind-the-sofa");
    assert_eq!(signed.checkpoint.size, 20_852_163);
    assert_eq!(signed.to_string(), PUBLISHED);
    let key = crate::sample::key().public_key();
    assert!(signed.verify(&[key]).unwrap_err().to_string().contains("not signed by any of the 1"));
}

#[test]
fn notes_of_another_form_are_refused() {
    let wrong = [
        String::new(),
        PUBLISHED.replace("\n\n", "\n"),
        PUBLISHED.replace("20852163", "020852163"),
        PUBLISHED.replace("20852163", "-1"),
        PUBLISHED.replace("jxq2I=", "jxq2J="),
        PUBLISHED.replace('\u{2014}', "-"),
        PUBLISHED.replace("\n\u{2014} w", "\r\n\u{2014} w"),
        PUBLISHED.trim_end().to_owned(),
        PUBLISHED.replace(" witness.example.com/w1", " witness+1"),
        PUBLISHED.replace("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=", ""),
    ];
    for note in wrong {
        assert!(SignedCheckpoint::parse(&note).is_err(), "{note}");
    }
}

#[test]
fn a_witness_key_must_fit_its_id() {
    let key = PublicKey::parse(
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA6rWI3G1sz07DnfFlrouTcysQlj2P+jpNSOEWD9OJ3X",
    )
    .unwrap();
    let vkey = Witness::new("witness.example/1", &key).unwrap().to_vkey();
    assert_eq!(Witness::parse_vkey(&vkey).unwrap().name(), "witness.example/1");
    assert!(Witness::parse_vkey(&vkey.replace("example/1", "example/2")).is_err());
    assert!(Witness::new("two words", &key).is_err());
}

fn file(path: &str, content: &[u8]) -> TreeEntry {
    let kind = TreeEntryKind::File {
        size_bytes: content.len() as u64,
        sha256: *Hash::of(content).as_bytes(),
    };
    TreeEntry { path: path.to_owned(), mode: 0o644, kind }
}

#[test]
fn the_tree_digest_does_not_depend_on_the_order_and_on_nothing_else() {
    let folder = TreeEntry { path: String::from("a"), mode: 0o755, kind: TreeEntryKind::Folder };
    let entries = [folder.clone(), file("a/b", b"1"), file("a.txt", b"2")];
    let digest = tree_digest(entries.clone()).unwrap();
    // Computed from the description in docs/audit.md by another program.
    assert_eq!(
        digest.to_string(),
        "ae24bd788187075487a01407b38130afd6e7dc2fb9b2be7f1ad8a3a87e30435f"
    );
    let mut reversed = entries.clone();
    reversed.reverse();
    assert_eq!(tree_digest(reversed).unwrap(), digest);

    let executable = TreeEntry { mode: 0o755, ..file("a/b", b"1") };
    let link = TreeEntryKind::Link { target: String::from("1") };
    let link = TreeEntry { kind: link, ..file("a/b", b"1") };
    for other in [file("a/b", b"2"), file("a/c", b"1"), executable, link] {
        let changed = [folder.clone(), other, file("a.txt", b"2")];
        assert_ne!(tree_digest(changed).unwrap(), digest);
    }
    assert!(tree_digest([file("a", b""), file("a", b"")]).is_err());
    for path in ["", "/a", "a/", "a//b", "../a", "a/./b"] {
        assert!(tree_digest([file(path, b"")]).is_err(), "{path:?}");
    }
}

/// Text that looks like what the readers want for a while.
fn almost_right() -> impl Strategy<Value = String> {
    let proof = format!("c2sp.org/tlog-proof@v1\nindex 3\n\n{PUBLISHED}");
    let growth = format!("cofferdam.dev/tlog-consistency@v1\nold 3\n\n{PUBLISHED}");
    let signer = "alice namespaces=\"git\",valid-after=\"20200101Z\" ssh-ed25519 AAAA";
    let envelope = r#"{"payload":"e30=","payloadType":"x","signatures":[{"sig":"AA=="}]}"#;
    let pem = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAQ==\n-----END SSH SIGNATURE-----\n";
    let seeds = [PUBLISHED, &proof, &growth, signer, envelope, pem].map(str::to_owned);
    let edit = (any::<prop::sample::Index>(), 0..20usize, ".{0,12}");
    (prop::sample::select(seeds.to_vec()), edit).prop_map(|(seed, (at, removed, inserted))| {
        let mut chars: Vec<char> = seed.chars().collect();
        let start = at.index(chars.len());
        let end = (start + removed).min(chars.len());
        chars.splice(start..end, inserted.chars());
        chars.into_iter().collect()
    })
}

proptest! {
    #[test]
    fn no_input_makes_a_reader_panic(text in almost_right()) {
        if let Ok(signed) = SignedCheckpoint::parse(&text) {
            prop_assert_eq!(signed.to_string(), &*text, "what is read is written the same");
        }
        if let Ok(proof) = InclusionProof::parse(&text) {
            prop_assert!(proof.verify(b"record", &[]).is_err());
        }
        let _ = ConsistencyProof::parse(&text);
        let _ = Witness::parse_vkey(&text);
        let _ = PublicKey::parse(&text);
        let _ = cofferdam_audit::SigningKey::parse(&text);
        let _ = Trust::parse_allowed_signers(&text);
        let _ = Envelope::parse(text.as_bytes());
        let _ = DeploymentReceipt::verify(text.as_bytes(), &[]);
        let now = time::OffsetDateTime::UNIX_EPOCH;
        let trust = Trust::default();
        let verdict = cofferdam_audit::verify_bytes(b"", Some(text.as_bytes()), &trust, now);
        prop_assert!(verdict.good().is_none());
    }
}
