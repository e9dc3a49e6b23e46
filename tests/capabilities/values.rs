//! Variables and environment variables: what a hook is not given, it does not have.

use crate::asking::{Asking, GRANTED, NOT_GRANTED};
use crate::guest::{self, BOTH};

const VARIABLES: &str = r#"[
    {"k":"Plain","v":"plain value"},
    {"k":"Db.Password","v":"hunter2-and-more","s":true},
    {"k":"Api.Key","v":"swordfish-and-more","s":true}
]"#;

#[test]
fn a_sensitive_variable_is_read_where_it_was_granted_by_name() {
    for kind in BOTH {
        let policy = format!("[[grant]]\nhook = \"{GRANTED}\"\nvariables = [\"Db.Password\"]\n");
        let mut asking = Asking::new().policy(&policy).variables(VARIABLES);
        let questions = ["variable Plain", "variable Db.Password", "variable Api.Key", "names x"];
        let answers = asking.ask(kind, &questions);
        let (granted, other) = (answers.of(GRANTED), answers.of(NOT_GRANTED));
        assert_eq!(granted["variable Plain"], "plain value", "{}", answers.ran.stderr);
        // It had the value: what is printed of it is masked.
        assert_eq!(granted["variable Db.Password"], "***");
        assert_eq!(granted["variable Api.Key"], "nothing");
        assert_eq!(other["variable Plain"], "plain value");
        assert_eq!(other["variable Db.Password"], "nothing");
        assert!(granted["names x"].contains("Db.Password"));
        assert!(!granted["names x"].contains("Api.Key"), "{granted:?}");
        assert!(!other["names x"].contains("Password"), "{other:?}");
    }
}

#[test]
fn an_environment_variable_of_the_host_is_read_where_it_was_granted() {
    for kind in BOTH {
        let policy =
            format!("[[grant]]\nhook = \"{GRANTED}\"\nenvironment-variables = [\"SITE_PROXY\"]\n");
        let mut asking = Asking::new()
            .policy(&policy)
            .environment("SITE_PROXY", "http://proxy")
            .environment("SITE_SECRET", "of-the-host");
        let questions = ["variable SITE_PROXY", "variable SITE_SECRET", "variable PATH", "names x"];
        let answers = asking.ask(kind, &questions);
        let (granted, other) = (answers.of(GRANTED), answers.of(NOT_GRANTED));
        assert_eq!(granted["variable SITE_PROXY"], "http://proxy", "{}", answers.ran.stderr);
        assert_eq!(other["variable SITE_PROXY"], "nothing");
        for answers in [granted, other] {
            assert_eq!(answers["variable SITE_SECRET"], "nothing");
            assert_eq!(answers["variable PATH"], "nothing");
            assert!(!answers["names x"].contains("SITE_SECRET"), "{answers:?}");
        }
    }
}

/// A hook without the C library: it asks the host for the environment and prints it as it comes.
const WAT_HOOK: &str = include_str!("../end-to-end/environment.wat");

#[test]
fn a_hook_that_asks_the_host_itself_gets_no_other_environment() {
    let policy =
        format!("[[grant]]\nhook = \"{GRANTED}\"\nenvironment-variables = [\"SITE_PROXY\"]\n");
    let mut asking = Asking::new()
        .policy(&policy)
        .environment("SITE_PROXY", "http://proxy")
        .environment("SITE_SECRET", "of-the-host");
    let answers = asking.deploy(WAT_HOOK.as_bytes(), "", &[]);
    let has = |hook: &str, text: &str| answers.lines(hook).iter().any(|line| line.contains(text));
    assert!(has(GRANTED, "SITE_PROXY=http://proxy"), "{}", answers.ran.stderr);
    assert!(!has(NOT_GRANTED, "SITE_PROXY"));
    assert!(!has(GRANTED, "SITE_SECRET") && !has(NOT_GRANTED, "SITE_SECRET"));
}

/// The same from C, which also looks for what other programs left in memory.
const C_HOOK: &str = r#"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    const char *value = getenv("Db.Password");
    printf("variable -> %s\n", value ? value : "nothing");
    int dirty = 0;
    for (int round = 0; round < 64; round++) {
        unsigned char *block = malloc(65536);
        if (!block) break;
        for (int i = 0; i < 65536; i++) dirty += block[i] == 'h' && !memcmp(block + i, "hunter2", 7);
    }
    printf("left in memory -> %d\n", dirty);
    return 0;
}
"#;

#[test]
fn a_hook_in_c_has_what_it_was_granted() {
    let Some(module) = guest::c(C_HOOK) else { return };
    let policy = format!("[[grant]]\nhook = \"{GRANTED}\"\nvariables = [\"Db.Password\"]\n");
    let mut asking = Asking::new().policy(&policy).variables(VARIABLES);
    let answers = asking.deploy(&module, "", &[]);
    assert_eq!(answers.of(GRANTED)["variable"], "***", "{}", answers.ran.stderr);
    assert_eq!(answers.of(NOT_GRANTED)["variable"], "nothing");
    assert_eq!(answers.of(NOT_GRANTED)["left in memory"], "0");
}
