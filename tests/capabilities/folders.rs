//! Folders outside the enclosure: read-only, read-write, and not at all.

use std::fs;

use crate::asking::{Asking, GRANTED, NOT_GRANTED};
use crate::guest::{self, BOTH};

const FILES: &[(&str, &str)] = &[("file", "shared"), ("below/file", "deeper")];

fn asking(access: &str) -> (Asking, std::path::PathBuf) {
    let asking = Asking::new();
    let folder = asking.folder("outside/shared", FILES);
    asking.folder("outside/shared-too", &[("file", "beside")]);
    fs::write(asking.target.path("outside/secret"), "of the parent").unwrap();
    let policy = format!(
        "[[grant]]\nhook = \"{GRANTED}\"\nfolders = [{{ path = \"{}\", access = \"{access}\", \
         guest = \"/shared\" }}]\n",
        folder.display()
    );
    (asking.policy(&policy), folder)
}

/// What never works, whatever is granted.
const WAYS_OUT: [&str; 8] = [
    "read /shared/../secret",
    "read /shared/below/../../secret",
    "read /shared/link-out",
    "read /shared/link-absolute",
    "read /shared/folder-out/secret",
    "list /shared/..",
    "read /shared-too/file",
    "hardlink /shared/../secret mine",
];

#[cfg(unix)]
fn plant_links(folder: &std::path::Path) {
    use std::os::unix::fs::symlink;
    symlink("../secret", folder.join("link-out")).unwrap();
    symlink(folder.join("../secret"), folder.join("link-absolute")).unwrap();
    symlink("..", folder.join("folder-out")).unwrap();
}

#[cfg(not(unix))]
fn plant_links(_folder: &std::path::Path) {}

#[test]
fn a_read_only_folder_is_read_and_not_changed() {
    for kind in BOTH {
        let (mut asking, folder) = asking("read-only");
        plant_links(&folder);
        let mut questions = vec!["read /shared/file", "read /shared/below/file"];
        let changes = [
            "write /shared/file x",
            "append /shared/file x",
            "write /shared/new x",
            "remove /shared/file",
            "rename /shared/file /shared/other",
            "rename /shared/file taken",
            "rename ask.txt /shared/file",
            "folder /shared/made",
            "hardlink /shared/file /shared/twice",
            "hardlink /shared/file mine",
        ];
        questions.extend(changes);
        questions.extend(WAYS_OUT);
        let answers = asking.ask(kind, &questions);
        let granted = answers.of(GRANTED);
        assert_eq!(granted["read /shared/file"], "shared", "{}", answers.ran.stderr);
        assert_eq!(granted["read /shared/below/file"], "deeper");
        for question in changes.iter().chain(&WAYS_OUT) {
            assert!(granted[question].starts_with("refused: "), "{kind:?} {question}: {granted:?}");
        }
        // A hook without the grant sees no such folder.
        for (question, answer) in answers.of(NOT_GRANTED) {
            assert!(answer.starts_with("refused: "), "{kind:?} {question}: {answer}");
        }
        assert_eq!(fs::read_to_string(folder.join("file")).unwrap(), "shared");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), if cfg!(unix) { 5 } else { 2 });
        assert!(answers.used(GRANTED).contains(&"folder".to_owned()));
        assert!(!answers.used(NOT_GRANTED).contains(&"folder".to_owned()));
    }
}

#[test]
fn a_read_write_folder_is_changed_and_left_by_no_way() {
    for kind in BOTH {
        let (mut asking, folder) = asking("read-write");
        plant_links(&folder);
        let mut questions =
            vec!["write /shared/new made", "read /shared/new", "append /shared/file +"];
        questions.extend(WAYS_OUT);
        questions.extend(["write /shared/link-out x", "write /shared/folder-out/secret x"]);
        let answers = asking.ask(kind, &questions);
        let granted = answers.of(GRANTED);
        assert_eq!(granted["read /shared/new"], "made", "{}", answers.ran.stderr);
        assert_eq!(granted["append /shared/file +"], "done");
        for question in &questions[3..] {
            assert!(granted[question].starts_with("refused: "), "{kind:?} {question}: {granted:?}");
        }
        assert_eq!(fs::read_to_string(folder.join("file")).unwrap(), "shared+");
        let secret = fs::read_to_string(asking.target.path("outside/secret")).unwrap();
        assert_eq!(secret, "of the parent");
    }
}

/// The same from C: what another language's library does of its own is not what keeps a hook in.
const C_HOOK: &str = r#"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void ask(const char *path, int flags) {
    char text[64] = {0};
    int fd = open(path, flags, 0644);
    if (fd < 0) { printf("%s %d -> refused: %s\n", path, flags != O_RDONLY, strerror(errno)); return; }
    if (flags == O_RDONLY) read(fd, text, sizeof text - 1); else write(fd, "x", 1);
    printf("%s %d -> %s\n", path, flags != O_RDONLY, flags == O_RDONLY ? text : "written");
    close(fd);
}

int main(void) {
    ask("/shared/file", O_RDONLY);
    ask("/shared/file", O_WRONLY);
    ask("/shared/../secret", O_RDONLY);
    ask("/shared/link-out", O_RDONLY);
    /* Descriptors of folders that were granted, used with paths that lead out of them. */
    for (int fd = 3; fd < 8; fd++) {
        int leads = openat(fd, "../secret", O_RDONLY);
        if (leads >= 0) printf("openat %d -> escaped\n", fd);
    }
    return 0;
}
"#;

#[test]
fn a_hook_in_c_is_held_as_well() {
    let Some(module) = guest::c(C_HOOK) else { return };
    let (mut asking, folder) = asking("read-only");
    plant_links(&folder);
    let answers = asking.deploy(&module, "", &[]);
    let granted = answers.of(GRANTED);
    assert_eq!(granted["/shared/file 0"], "shared", "{}", answers.ran.stderr);
    for refused in ["/shared/file 1", "/shared/../secret 0", "/shared/link-out 0"] {
        assert!(granted[refused].starts_with("refused: "), "{refused}: {granted:?}");
    }
    assert_eq!(granted.len(), 4, "{granted:?}");
    assert!(answers.of(NOT_GRANTED).values().all(|answer| answer.starts_with("refused: ")));
    assert_eq!(fs::read_to_string(folder.join("file")).unwrap(), "shared");
}
