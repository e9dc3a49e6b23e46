//! HTTP: by origin and method, to real servers on this machine.

use base64::Engine as _;

use crate::asking::{Asking, GRANTED, NOT_GRANTED};
use crate::guest::Kind;
use crate::server::Server;
use crate::tls_server::TlsServer;

/// A policy that lets the granted hook make these requests.
fn policy(http: &str, more: &str) -> String {
    format!("[[grant]]\nid = \"site.http\"\nhook = \"{GRANTED}\"\nhttp = [{http}]\n{more}\n")
}

fn hello() -> Server {
    Server::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello".to_vec())
}

#[test]
fn a_granted_origin_and_method_are_reached_and_nothing_else_is() {
    let (server, other) = (hello(), hello());
    let (origin, elsewhere) = (server.origin(), other.origin());
    let policy = policy(&format!("{{ origin = \"{origin}\", methods = [\"POST\"] }}"), "");
    let mut asking = Asking::new().policy(&policy);
    let questions = [
        format!("http POST {origin}/path?query the body"),
        format!("http GET {origin}/"),
        format!("http DELETE {origin}/"),
        format!("http post {origin}/"),
        format!("http POST {elsewhere}/"),
        format!("http POST {}/", origin.replace("http:", "https:")),
        format!("http POST {}/", origin.replace("127.0.0.1", "localhost")),
        format!("http POST http://user@127.0.0.1:{}/", server.port()),
    ];
    let questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    let answers = asking.ask(Kind::Component, &questions);
    let granted = answers.of(GRANTED);
    assert_eq!(granted[questions[0]], "200 hello", "{}", answers.ran.stderr);
    for question in &questions[1..] {
        assert_eq!(granted[question], "failed: ErrorCode::HttpRequestDenied", "{question}");
    }
    for (question, answer) in answers.of(NOT_GRANTED) {
        assert_eq!(answer, "failed: ErrorCode::HttpRequestDenied", "{question}");
    }
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:?}");
    assert!(received[0].starts_with("POST /path?query HTTP/1.1\r\n"), "{received:?}");
    assert!(received[0].contains("x-test: yes") && received[0].ends_with("the body"));
    assert!(other.received().is_empty());

    assert!(answers.used(GRANTED).contains(&"http".to_owned()));
    assert!(!answers.used(NOT_GRANTED).contains(&"http".to_owned()));
    // A refusal names what was asked for, what the grant covers, and the smallest permit.
    let refused = answers.refused(GRANTED);
    let get = refused.iter().find(|text| text.starts_with(&format!("GET {origin}"))).unwrap();
    assert!(get.contains(&format!("the grant covers POST to {origin}")), "{get}");
    assert!(get.contains("`site.http") && get.contains("this would permit it: @id("), "{get}");
    assert!(get.contains("context.method == \"GET\""), "{get}");
    let nobody = answers.refused(NOT_GRANTED);
    assert!(nobody[0].contains("the grant covers no HTTP requests"), "{nobody:?}");
}

/// What an attestation says, out of its envelope.
fn attested(file: &std::path::Path) -> serde_json::Value {
    let envelope: serde_json::Value =
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let payload = base64::engine::general_purpose::STANDARD
        .decode(envelope["payload"].as_str().unwrap())
        .unwrap();
    let text = String::from_utf8(payload).unwrap();
    assert!(!text.contains("hunter2") && !text.contains("/path"), "{text}");
    let statement: serde_json::Value = serde_json::from_str(&text).unwrap();
    statement["predicate"].clone()
}

#[test]
fn requests_are_on_record_and_attested_without_path_and_body() {
    let server = hello();
    let origin = server.origin();
    let policy = policy(&format!("{{ origin = \"{origin}\" }}"), "variables = [\"Token\"]");
    let mut asking = Asking::new()
        .policy(&policy)
        .variables(r#"[{"k":"Token","v":"hunter2-and-more","s":true}]"#)
        .arguments(&["--audit-dir", "audit", "--signing-key", "key"]);
    asking.target.run("key", &["generate", "key"]).expect_code(0);
    let answers = asking.ask(Kind::Component, &[&format!("post-secret {origin}/path Token")]);
    assert!(server.received()[0].contains("token=hunter2-and-more"), "the server gets the secret");
    assert!(!answers.ran.stdout.contains("hunter2") && !answers.ran.stderr.contains("hunter2"));

    let exchange = answers.of_kind("http-requested").next().unwrap();
    assert_eq!(exchange["exchange"]["origin"], origin);
    assert_eq!(exchange["exchange"]["status"], 200);
    let id = answers.result["deployment"].as_str().unwrap();
    let attestation = asking.target.path(&format!("audit/attestations/{id}.json"));
    let action = attested(&attestation)["hostActions"][0].clone();
    assert_eq!((action["name"].as_str(), action["by"].as_str()), (Some("http"), Some(GRANTED)));
    let arguments = serde_json::json!({ "method": "POST", "origin": origin, "status": "200" });
    assert_eq!(action["arguments"], arguments);
    assert_eq!(action["outcome"]["status"], "succeeded");
    let mut log = String::new();
    for file in std::fs::read_dir(asking.target.path("audit")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            log += &std::fs::read_to_string(path).unwrap();
        }
    }
    assert!(log.contains("http-requested") && !log.contains("hunter2"), "{log}");
    assert!(!log.contains("/path?token"), "{log}");
}

#[test]
fn a_redirect_is_the_hooks_to_follow_and_each_hop_is_asked_about() {
    let to = "http://169.254.169.254/latest/meta-data/";
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
    let server = Server::answering(answer.into_bytes());
    let origin = server.origin();
    let mut asking = Asking::new()
        .policy(&policy(&format!("{{ origin = \"{origin}\", methods = [\"GET\"] }}"), ""));
    let questions = [format!("http GET {origin}/"), format!("http GET {to}")];
    let answers = asking.ask(Kind::Component, &[&questions[0], &questions[1]]);
    let granted = answers.of(GRANTED);
    assert_eq!(granted[questions[0].as_str()].trim_end(), format!("302 to {to}"));
    assert_eq!(granted[questions[1].as_str()], "failed: ErrorCode::HttpRequestDenied");
}

#[test]
fn a_granted_name_that_leads_to_this_machine_is_refused_unless_the_policy_says_so() {
    let server = hello();
    // Resolvers take this for 127.0.0.1, as they would a name whose owner points it there.
    let origin = format!("http://127.1:{}", server.port());
    let question = format!("http GET {origin}/");
    let http = format!("{{ origin = \"{origin}\", methods = [\"GET\"] }}");
    let answers = Asking::new().policy(&policy(&http, "")).ask(Kind::Component, &[&question]);
    let said = answers.of(GRANTED)[question.as_str()];
    assert_eq!(said, "failed: ErrorCode::DestinationIpProhibited");
    assert!(server.received().is_empty());
    let refused = answers.refused(GRANTED).join("\n");
    assert!(refused.contains("leads to 127.0.0.1 (the machine itself)"), "{refused}");
    assert!(refused.contains("@addresses(\"127.0.0.1\")"), "{refused}");

    let http =
        format!("{{ origin = \"{origin}\", methods = [\"GET\"], addresses = [\"127.0.0.1\"] }}");
    let answers = Asking::new().policy(&policy(&http, "")).ask(Kind::Component, &[&question]);
    assert_eq!(answers.of(GRANTED)[question.as_str()], "200 hello");
}

#[test]
fn servers_that_do_not_behave_cost_the_hook_its_answer_and_nothing_more() {
    let long = Server::repeating(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 10_000]);
    let garbage = Server::answering(b"SSH-2.0-OpenSSH_9.2\r\n".to_vec());
    let silent = Server::silent();
    let fine = hello();
    let servers = [&long, &garbage, &silent, &fine];
    let rules = servers.map(|server| format!("{{ origin = \"{}\" }}", server.origin())).join(", ");
    let limits = "limits = { http-body-bytes = \"64KiB\", http-time = \"2s\" }";
    let questions = servers.map(|server| format!("http GET {}/", server.origin()));
    let too_long = format!("post-bytes {}/ 70000", fine.origin());
    let mut questions: Vec<&str> = questions.iter().map(String::as_str).collect();
    questions.push(&too_long);
    let answers = Asking::new().policy(&policy(&rules, limits)).ask(Kind::Component, &questions);
    let granted = answers.of(GRANTED);
    assert_eq!(granted[questions[0]], "failed: ErrorCode::HttpResponseBodySize(Some(65536))");
    assert_eq!(granted[questions[1]], "failed: ErrorCode::HttpProtocolError");
    assert_eq!(granted[questions[2]], "failed: ErrorCode::HttpResponseTimeout");
    assert_eq!(granted[questions[3]], "200 hello");
    assert_eq!(granted[too_long.as_str()], "failed: ErrorCode::HttpRequestBodySize(Some(65536))");
    assert_eq!(fine.received().len(), 1, "the long request was not made");
}

#[test]
fn a_hook_that_floods_requests_is_ended_by_the_limit() {
    let server = hello();
    let rule = format!("{{ origin = \"{}\", methods = [\"GET\"] }}", server.origin());
    let policy = policy(&rule, "limits = { http-requests = \"5\" }");
    for (what, made) in [(server.origin(), 5), ("http://elsewhere.example".to_owned(), 0)] {
        let before = server.received().len();
        let mut asking = Asking::new().policy(&policy);
        let answers = asking.ask(Kind::Component, &[&format!("flood {what}/")]);
        let ran = answers.ran.expect_code(1);
        ran.expect_error("`http-requests`");
        assert_eq!(server.received().len() - before, made);
    }
}

#[test]
fn encrypted_connections_are_made_to_servers_that_the_machine_trusts_and_to_no_others() {
    let server = TlsServer::start();
    let origin = format!("https://localhost:{}", server.port());
    let question = format!("http GET {origin}/");
    let rule = format!("{{ origin = \"{origin}\" }}");
    let authority =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/capabilities/tls/authority.pem");
    let trusting = Asking::new().environment("SSL_CERT_FILE", authority);
    let answers = trusting.policy(&policy(&rule, "")).ask(Kind::Component, &[&question]);
    assert_eq!(answers.of(GRANTED)[question.as_str()], "200 secret", "{}", answers.ran.stderr);

    // The name in the certificate is not the one that was asked for.
    let wrong = format!("https://127.0.0.1:{}", server.port());
    let (wrong_question, rule) =
        (format!("http GET {wrong}/"), format!("{{ origin = \"{wrong}\" }}"));
    let trusting = Asking::new().environment("SSL_CERT_FILE", authority);
    let answers = trusting.policy(&policy(&rule, "")).ask(Kind::Component, &[&wrong_question]);
    let said = answers.of(GRANTED)[wrong_question.as_str()];
    assert_eq!(said, "failed: ErrorCode::TlsCertificateError");

    let rule = format!("{{ origin = \"{origin}\" }}");
    let answers = Asking::new().policy(&policy(&rule, "")).ask(Kind::Component, &[&question]);
    let said = answers.of(GRANTED)[question.as_str()];
    assert!(
        // A machine without any authority cannot encrypt at all.
        ["failed: ErrorCode::TlsCertificateError", "failed: ErrorCode::ConfigurationError"]
            .contains(&said),
        "{said}"
    );
}

#[test]
fn a_rehearsal_answers_from_stubs_after_policy_was_asked() {
    let asking = Asking::new();
    let target = &asking.target;
    // The name leads nowhere: what is answered did not come from a network.
    let granted = "{ origin = \"https://stubbed.invalid\", methods = [\"GET\"] }";
    target.write("site.toml", policy(granted, ""));
    target.write(
        "stubs.toml",
        "[[http]]\nurl = \"https://stubbed.invalid/health*\"\nstatus = 201\nbody = \"stubbed\"\n",
    );
    let questions = [
        "http GET https://stubbed.invalid/health?deep",
        "http GET https://stubbed.invalid/other",
        "http POST https://stubbed.invalid/health",
    ];
    let module = crate::guest::rust(Kind::Component);
    for hook in [GRANTED, NOT_GRANTED] {
        target.write(&format!("content-1.0.0/{hook}"), &module);
    }
    let package = target.package("1.0.0", &[("ask.txt", &questions.join("\n"))]);
    let package = package.to_str().unwrap();
    let plan = [package, "--root", "applications", "--policy", "site.toml", "--rehearse"];
    let ran = target.run("plan", &[&plan[..], &["--stubs", "stubs.toml"]].concat()).expect_code(0);
    let said = |answer: &str| ran.stdout.matches(answer).count();
    assert_eq!(said(&format!("{} -> 201 stubbed", questions[0])), 1, "{}", ran.stdout);
    for (question, times) in [(questions[0], 1), (questions[1], 2), (questions[2], 2)] {
        let refused = format!("{question} -> failed: ErrorCode::HttpRequestDenied");
        assert_eq!(said(&refused), times, "{question}\n{}", ran.stdout);
    }
    assert!(!target.root().exists());
}
