//! What is in the vocabulary and does not exist yet: refused, saying so, whatever policy permits.

use std::net::TcpListener;

use crate::asking::{Asking, GRANTED, NOT_GRANTED};
use crate::guest::{self, BOTH, Kind};

#[test]
fn sockets_are_refused_whatever_policy_permits() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let policy = format!(
        "[[grant]]\nhook = \"{GRANTED}\"\ntcp = [\"127.0.0.1:{port}\", \"localhost:{port}\"]\n"
    );
    let questions = [
        format!("connect 127.0.0.1:{port}"),
        format!("connect localhost:{port}"),
        "listen 127.0.0.1:0".to_owned(),
        "datagram 127.0.0.1:0".to_owned(),
    ];
    let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    for kind in BOTH {
        let answers = Asking::new().policy(&policy).ask(kind, &questions);
        for hook in [GRANTED, NOT_GRANTED] {
            for (question, answer) in answers.of(hook) {
                assert!(answer.starts_with("refused: "), "{kind:?} {question}: {answer}");
            }
            // In preview 1 there is not even a way to ask.
            if kind == Kind::Component {
                let refused = answers.refused(hook).join("\n");
                assert!(refused.contains("opens no TCP or UDP connections"), "{refused}");
            }
        }
        assert!(listener.accept().is_err(), "somebody connected");
    }
}

#[test]
fn host_actions_are_refused_whatever_policy_permits() {
    let policy = format!("[[grant]]\nhook = \"{GRANTED}\"\nactions = [\"restart\"]\n");
    let answers = Asking::new().policy(&policy).ask(Kind::Component, &["action restart"]);
    for hook in [GRANTED, NOT_GRANTED] {
        assert_eq!(answers.of(hook)["action restart"], "refused: Refusal::NotAvailable");
        let refused = answers.refused(hook).join("\n");
        assert!(refused.contains("the host action `restart`"), "{refused}");
        assert!(refused.contains("this version of Cofferdam cannot carry out actions"));
    }
}

#[test]
fn a_hook_that_requires_what_does_not_exist_is_refused_before_anything_is_extracted() {
    for (grant, want, why) in [
        ("tcp = [\"db.example:5432\"]", "tcp = \"db.example:5432\"", "opens no TCP connections"),
        ("actions = [\"restart\"]", "action = \"restart\"", "carries out no host actions"),
    ] {
        let policy = format!("[[grant]]\nhook = \"{GRANTED}\"\n{grant}\n");
        let manifest = format!("[[want]]\nhook = \"{GRANTED}\"\n{want}\nrequired = true\n");
        let mut asking = Asking::new().policy(&policy);
        let files = [("cofferdam-hook.toml", manifest.as_str())];
        let answers = asking.deploy(&guest::rust(Kind::Component), "", &files);
        answers.ran.expect_code(5).expect_error(why);
        assert!(!asking.target.is_deployed("1.0.1", "ask.txt"));
    }
}
