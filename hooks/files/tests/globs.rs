//! Globs over real folders: what they find, and that they never leave the folder.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test program"
)]

use std::fs;
use std::path::Path;

use cofferdam_hook_files::{Error, Pattern, PatternError, roots};

/// The tree of Calamari's own tests of its globs.
const TREE: [&str; 9] = [
    "root.config",
    "r.txt",
    "Config/c.config",
    "Config/Feature1/f1.txt",
    "Config/Feature1/f1-a.config",
    "Config/Feature1/f1-b.config",
    "Config/Feature1/f1-c.config",
    "Config/Feature2/f2.config",
    "Config/Feature2/[ab].{x}",
];

fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in TREE {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "content").unwrap();
    }
    folder
}

fn find(root: &Path, pattern: &str) -> Vec<String> {
    let found = Pattern::parse(pattern).unwrap().files(root).unwrap();
    let relative = |path: &std::path::PathBuf| {
        path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/")
    };
    found.files.iter().map(relative).collect()
}

#[test]
fn patterns_find_what_calamari_finds() {
    let folder = tree();
    let cases: [(&str, &[&str]); 22] = [
        ("**/*.txt", &["Config/Feature1/f1.txt", "r.txt"]),
        ("*.txt", &["r.txt"]),
        ("r.txt", &["r.txt"]),
        ("./r.txt", &["r.txt"]),
        ("R.TXT", &[]),
        ("R.T?T", &["r.txt"]),
        ("config/*.config", &["Config/c.config"]),
        ("Config\\*.config", &["Config/c.config"]),
        (
            "Config/Feature1/*-{a,b}.config",
            &["Config/Feature1/f1-a.config", "Config/Feature1/f1-b.config"],
        ),
        (
            "Config/Feature{1,2}/f{1,2}.{config,txt}",
            &["Config/Feature1/f1.txt", "Config/Feature2/f2.config"],
        ),
        (
            "Config/Feature[12]/f[12].{config,txt}",
            &["Config/Feature1/f1.txt", "Config/Feature2/f2.config"],
        ),
        (
            "Config/Feature1/f1-[a-b].{config,txt}",
            &["Config/Feature1/f1-a.config", "Config/Feature1/f1-b.config"],
        ),
        ("**/[ab].{x}", &["Config/Feature2/[ab].{x}"]),
        (
            "Config/{Feature{1,3}/f1-a,c}.config",
            &["Config/Feature1/f1-a.config", "Config/c.config"],
        ),
        ("**", &[]),
        ("Config", &[]),
        ("*", &["r.txt", "root.config"]),
        ("Config/**/c.config", &["Config/c.config"]),
        ("**/**/f2.*", &["Config/Feature2/f2.config"]),
        ("nothing/*.config", &[]),
        ("*/*/f?.???", &["Config/Feature1/f1.txt"]),
        ("{r,r,?}.txt", &["r.txt"]),
    ];
    for (pattern, expected) in cases {
        assert_eq!(find(folder.path(), pattern), expected, "{pattern}");
    }
    assert_eq!(find(folder.path(), "**/*.config").len(), 6);
}

#[test]
fn patterns_that_lead_out_are_refused_however_they_are_spelled() {
    for pattern in ["/etc/passwd", "\\\\server\\share", "C:\\x", "c:x", "{/etc,a}/*", "/", "\\*"] {
        assert_eq!(
            Pattern::parse(pattern),
            Err(PatternError::Absolute(pattern.into())),
            "{pattern}"
        );
    }
    for pattern in
        ["..", "../x", "a/../../x", "a\\..\\x", "{..,a}/x", "[.]./x", "*/..", "a/{b,../c}"]
    {
        assert_eq!(Pattern::parse(pattern), Err(PatternError::Parent(pattern.into())), "{pattern}");
    }
    let folder = Path::new("enclosure");
    assert!(matches!(roots(folder, &["sub", "../x"]), Err(PatternError::Parent(_))));
    assert!(matches!(roots(folder, &["/x"]), Err(PatternError::Absolute(_))));
    assert_eq!(
        roots(folder, &["sub/./a", "."]).unwrap(),
        [folder.to_owned(), folder.join("sub/a")]
    );
}

#[test]
fn bombs_of_groups_and_stars_are_refused_or_cheap() {
    let doubling = "{a,b}".repeat(40);
    assert_eq!(Pattern::parse(&doubling), Err(PatternError::TooManyAlternatives(doubling)));
    let wide = "[\u{0}-\u{10FFFF}]".to_owned();
    assert_eq!(Pattern::parse(&wide), Err(PatternError::TooManyAlternatives(wide)));
    assert_eq!(Pattern::parse(&"a".repeat(5000)), Err(PatternError::TooLong(5000)));
    assert!(Pattern::parse(&"{".repeat(4000)).is_ok());

    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a".repeat(200)), "").unwrap();
    assert!(find(folder.path(), &format!("{}b", "*a".repeat(100))).is_empty());
}

#[cfg(unix)]
#[test]
fn links_are_reported_and_never_followed() {
    use std::os::unix::fs::symlink;
    let outside = tree();
    let folder = tempfile::tempdir().unwrap();
    symlink(outside.path(), folder.path().join("out")).unwrap();
    symlink(outside.path().join("r.txt"), folder.path().join("r.txt")).unwrap();
    symlink(".", folder.path().join("cycle")).unwrap();
    for (pattern, links) in
        [("**/*.txt", vec!["r.txt"]), ("r.txt", vec!["r.txt"]), ("out/r.txt", vec!["out/r.txt"])]
    {
        let found = Pattern::parse(pattern).unwrap().files(folder.path()).unwrap();
        assert!(found.files.is_empty(), "{pattern} left the folder: {found:?}");
        let links: Vec<_> = links.into_iter().map(|link| folder.path().join(link)).collect();
        assert_eq!(found.links, links, "{pattern}");
    }
}

#[test]
fn folders_nested_too_deep_are_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let deep: std::path::PathBuf = std::iter::repeat_n("d", 600).collect();
    fs::create_dir_all(folder.path().join(&deep)).unwrap();
    let result = Pattern::parse("**/*.json").unwrap().files(folder.path());
    assert!(matches!(result, Err(Error::TooDeep { .. })), "{result:?}");
}
