//! Requests to real servers, most of which do not behave.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail anywhere")]

mod server;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use cofferdam_capability::HttpRule;
use cofferdam_http::{Authorities, Broker, MAX_RESPONSE_HEAD_BYTES, MAX_RESPONSE_HEADERS};
use cofferdam_sandbox::{
    HttpBounds, HttpBroker, HttpFailure, HttpFailureKind, HttpRequest, HttpResponse,
};
use server::Server;

const BODY_BYTES: usize = 100_000;

/// Bounds that a test does not mean to reach, but for those it changes.
fn bounds(give_up: &dyn Fn() -> bool) -> HttpBounds<'_> {
    let long = Duration::from_secs(60);
    HttpBounds {
        time: long,
        connect_time: long,
        first_byte_time: long,
        between_bytes_time: long,
        max_body_bytes: BODY_BYTES,
        give_up,
    }
}

fn request(origin: &str) -> HttpRequest {
    HttpRequest {
        method: "GET".into(),
        rule: HttpRule {
            origin: origin.parse().unwrap(),
            methods: Vec::new(),
            addresses: Vec::new(),
        },
        path_and_query: "/path?query".into(),
        headers: vec![("x-test".into(), b"yes".to_vec())],
        body: b"the body".to_vec(),
    }
}

fn send(request: HttpRequest, bounds: &HttpBounds<'_>) -> Result<HttpResponse, HttpFailure> {
    Broker::new(Arc::new(Authorities::of_this_machine())).send(request, bounds)
}

fn get(origin: &str) -> Result<HttpResponse, HttpFailure> {
    send(request(origin), &bounds(&|| false))
}

#[track_caller]
fn fails(result: Result<HttpResponse, HttpFailure>, kind: HttpFailureKind, part: &str) {
    let failure = result.unwrap_err();
    assert_eq!(failure.kind, kind, "{failure}");
    assert!(failure.why.contains(part), "{failure}");
}

#[test]
fn a_request_arrives_as_it_was_asked_for_and_its_response_comes_back() {
    let server = Server::answering(
        b"HTTP/1.1 201 Created\r\nx-a: 1\r\nx-a: 2\r\ncontent-length: 5\r\n\r\nhello".to_vec(),
    );
    let response = get(&server.origin()).unwrap();
    assert_eq!((response.status, response.body.as_slice()), (201, &b"hello"[..]));
    let values: Vec<&[u8]> = response
        .headers
        .iter()
        .filter(|(name, _)| name == "x-a")
        .map(|(_, value)| value.as_slice())
        .collect();
    assert_eq!(values, [b"1", b"2"]);
    let received = server.received();
    assert!(received[0].starts_with("GET /path?query HTTP/1.1\r\n"), "{received:?}");
    let host = server.origin().replace("http://", "host: ");
    assert!(received[0].contains(&format!("{host}\r\n")), "{received:?}");
    assert!(received[0].contains("x-test: yes\r\n") && received[0].ends_with("the body"));
}

#[test]
fn a_redirect_is_handed_back_and_not_followed() {
    let server = Server::answering(
        b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n"
            .to_vec(),
    );
    assert_eq!(get(&server.origin()).unwrap().status, 302);
    assert_eq!(server.received().len(), 1);
}

#[test]
fn what_is_too_long_is_cut_off() {
    let exactly = [
        format!("HTTP/1.1 200 OK\r\ncontent-length: {BODY_BYTES}\r\n\r\n").into_bytes(),
        vec![b'x'; BODY_BYTES],
    ];
    let server = Server::answering(exactly.concat());
    assert_eq!(get(&server.origin()).unwrap().body.len(), BODY_BYTES);

    let long = Server::repeating(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 10_000]);
    fails(get(&long.origin()), HttpFailureKind::ResponseBodyTooLong, "longer than 100000 bytes");

    // One that only claims to be long is refused for what it sends, not for what it says.
    let claim = b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\nx".to_vec();
    let server = Server::answering(claim);
    fails(get(&server.origin()), HttpFailureKind::ResponseIncomplete, "ended before");

    let head = Server::repeating(b"HTTP/1.1 200 OK\r\n".to_vec(), b"x-y: zzzzzzzz\r\n".to_vec());
    let failure = get(&head.origin()).unwrap_err();
    assert_eq!(failure.kind, HttpFailureKind::ResponseHeadTooLong, "{failure}");
    let one = [b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'x'; MAX_RESPONSE_HEAD_BYTES]].concat();
    let failure = get(&Server::answering(one).origin()).unwrap_err();
    assert_eq!(failure.kind, HttpFailureKind::ResponseHeadTooLong, "{failure}");
    let many = "x: y\r\n".repeat(MAX_RESPONSE_HEADERS + 1);
    let many = format!("HTTP/1.1 200 OK\r\n{many}content-length: 0\r\n\r\n").into_bytes();
    let failure = get(&Server::answering(many).origin()).unwrap_err();
    assert_eq!(failure.kind, HttpFailureKind::ResponseHeadTooLong, "{failure}");
}

#[test]
fn what_is_no_response_is_not_taken_for_one() {
    let cases: [(&[u8], HttpFailureKind); 5] = [
        (b"SSH-2.0-OpenSSH_9.2\r\n", HttpFailureKind::ResponseMalformed),
        (b"\0\xff\0\xff\0\xff\r\n\r\n", HttpFailureKind::ResponseMalformed),
        (b"", HttpFailureKind::ResponseIncomplete),
        (b"HTTP/1.1 200 OK\r\ncontent-le", HttpFailureKind::ResponseIncomplete),
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
            HttpFailureKind::ResponseIncomplete,
        ),
    ];
    for (answer, kind) in cases {
        let failure = get(&Server::answering(answer.to_vec()).origin()).unwrap_err();
        assert_eq!(failure.kind, kind, "{failure} for {:?}", String::from_utf8_lossy(answer));
    }
}

#[test]
fn a_slow_server_is_left_at_each_of_the_bounds() {
    let silent = Server::silent();
    let short = Duration::from_millis(200);
    let never = || false;
    let first = HttpBounds { first_byte_time: short, ..bounds(&never) };
    let result = send(request(&silent.origin()), &first);
    fails(result, HttpFailureKind::ResponseTimeout, "did not answer within 200 ms");

    // A byte now and then keeps the connection alive, but not for ever.
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n".to_vec();
    let dripping = Server::dripping(head, Duration::from_millis(50));
    let whole = HttpBounds { time: Duration::from_millis(600), ..bounds(&never) };
    let result = send(request(&dripping.origin()), &whole);
    fails(result, HttpFailureKind::ResponseTimeout, "it took longer than 600 ms");

    let pausing = Server::pausing(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nx".to_vec());
    let pause = HttpBounds { between_bytes_time: short, ..bounds(&never) };
    let result = send(request(&pausing.origin()), &pause);
    fails(result, HttpFailureKind::ResponseTimeout, "paused for 200 ms");
}

#[test]
fn a_run_that_ends_does_not_wait_for_its_request() {
    let silent = Server::silent();
    let asked = AtomicU32::new(0);
    let give_up = || asked.fetch_add(1, Ordering::Relaxed) > 2;
    let started = Instant::now();
    let result = send(request(&silent.origin()), &bounds(&give_up));
    fails(result, HttpFailureKind::Abandoned, "the run ended");
    assert!(started.elapsed() < Duration::from_secs(50), "it waited for the bound instead");
}

#[test]
fn a_name_that_leads_to_the_machine_itself_is_refused_before_anything_is_sent() {
    let server = Server::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec());
    let port = server.port();
    // Resolvers take this for 127.0.0.1; the grant names it as little as a name of the DNS would.
    let disguised = format!("http://127.1:{port}");
    let result = get(&disguised);
    fails(result, HttpFailureKind::AddressDenied, "leads to 127.0.0.1 (the machine itself)");
    assert!(server.received().is_empty());

    let mut named = request(&disguised);
    named.rule.addresses = vec!["loopback".parse().unwrap()];
    assert_eq!(send(named, &bounds(&|| false)).unwrap().status, 200);
    assert_eq!(get(&format!("http://localhost:{port}")).unwrap().status, 200);
}

#[test]
fn metadata_services_and_private_networks_are_not_even_connected_to() {
    for (origin, kind) in [
        ("http://169.254.43518", "the metadata service of a cloud"),
        ("http://10.1", "a private network"),
        ("http://0", "reserved for special use"),
    ] {
        fails(get(origin), HttpFailureKind::AddressDenied, kind);
    }
}

#[test]
fn names_that_are_not_known_and_ports_where_nobody_listens_are_told_apart() {
    let failure = get("http://name.invalid").unwrap_err();
    assert_eq!(failure.kind, HttpFailureKind::NameUnknown, "{failure}");
    let port = server::closed_port();
    let failure = get(&format!("http://127.0.0.1:{port}")).unwrap_err();
    assert_eq!(failure.kind, HttpFailureKind::Unreachable, "{failure}");
}

#[test]
fn a_server_that_does_not_encrypt_is_not_spoken_to_in_the_clear() {
    let server = Server::answering(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec());
    let failure = get(&format!("https://127.0.0.1:{}", server.port())).unwrap_err();
    assert!(
        matches!(failure.kind, HttpFailureKind::Tls | HttpFailureKind::Unavailable),
        "{failure}"
    );
    assert!(server.received().iter().all(|text| !text.contains("HTTP/1.1")));
}
