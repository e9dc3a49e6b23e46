//! From what a hook asks for to a message that says that and nothing else.

use bytes::Bytes;
use cofferdam_sandbox::{HttpFailure, HttpFailureKind, HttpRequest};
use http::header::{self, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Request, Uri};
use http_body_util::Full;

/// Headers that frame a message or concern a connection. `Host` and `Content-Length` are made of the
/// origin and the body.
const FORBIDDEN_HEADERS: [HeaderName; 11] = [
    header::CONNECTION,
    header::EXPECT,
    header::HOST,
    HeaderName::from_static("http2-settings"),
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// The message for a request.
///
/// # Errors
/// When the request says something that it must not, or that no message can hold.
pub(crate) fn of_request(request: &HttpRequest) -> Result<Request<Full<Bytes>>, HttpFailure> {
    let invalid = |why: String| HttpFailure::new(HttpFailureKind::InvalidRequest, why);
    let method = Method::from_bytes(request.method.as_bytes())
        .map_err(|_| invalid("its method is not one".to_owned()))?;
    if method == Method::CONNECT {
        return Err(invalid("CONNECT opens a tunnel, and tunnels are for nobody".to_owned()));
    }
    let path = if request.path_and_query.is_empty() { "/" } else { &request.path_and_query };
    let path: PathAndQuery = path
        .parse()
        .ok()
        .filter(|path: &PathAndQuery| path.as_str().starts_with('/'))
        .ok_or_else(|| invalid("its path is not one".to_owned()))?;
    let mut message = Request::new(Full::new(Bytes::from(request.body.clone())));
    *message.method_mut() = method;
    *message.uri_mut() = Uri::from(path);
    let origin = request.rule.origin.to_string();
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    let host = HeaderValue::from_str(authority)
        .map_err(|_| invalid("its origin cannot stand in a header".to_owned()))?;
    message.headers_mut().insert(header::HOST, host);
    for (name, value) in &request.headers {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| invalid("a header's name is not one".to_owned()))?;
        if FORBIDDEN_HEADERS.contains(&name) {
            return Err(invalid(format!("a hook cannot set the header `{name}`")));
        }
        if name == header::CONTENT_LENGTH {
            // Made of the body, of which all is there.
            continue;
        }
        let value = HeaderValue::from_bytes(value)
            .map_err(|_| invalid(format!("the value of the header `{name}` is not one")))?;
        message.headers_mut().append(name, value);
    }
    Ok(message)
}

#[cfg(test)]
mod tests {
    use cofferdam_capability::HttpRule;

    use super::*;

    fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> HttpRequest {
        let origin = "http://h.example:8080".parse().unwrap();
        HttpRequest {
            method: method.into(),
            rule: HttpRule { origin, methods: Vec::new(), addresses: Vec::new() },
            path_and_query: path.into(),
            headers: headers.iter().map(|(n, v)| ((*n).into(), v.as_bytes().into())).collect(),
            body: b"body".to_vec(),
        }
    }

    #[test]
    fn a_message_says_what_was_asked_for() {
        let asked = request("POST", "/a?b=c", &[("x", "1"), ("x", "2"), ("content-length", "9")]);
        let message = of_request(&asked).unwrap();
        assert_eq!(message.uri().to_string(), "/a?b=c");
        assert_eq!(message.headers()["host"], "h.example:8080");
        assert_eq!(message.headers().get_all("x").iter().count(), 2);
        assert!(!message.headers().contains_key("content-length"));
    }

    #[test]
    fn what_could_smuggle_or_tunnel_is_refused() {
        for (asked, why) in [
            (request("CONNECT", "/", &[]), "CONNECT opens a tunnel"),
            (request("GET x", "/", &[]), "its method is not one"),
            (request("GET", "http://other/", &[]), "its path is not one"),
            (request("GET", "*", &[]), "its path is not one"),
            (request("GET", "/ HTTP/1.1\r\nx: y", &[]), "its path is not one"),
            (request("GET", "/", &[("Host", "other")]), "cannot set the header `host`"),
            (request("GET", "/", &[("transfer-encoding", "chunked")]), "`transfer-encoding`"),
            (request("GET", "/", &[("upgrade", "websocket")]), "`upgrade`"),
            (request("GET", "/", &[("a b", "c")]), "a header's name is not one"),
            (request("GET", "/", &[("a", "b\r\nc: d")]), "the value of the header `a`"),
        ] {
            let failure = of_request(&asked).unwrap_err();
            assert_eq!(failure.kind, HttpFailureKind::InvalidRequest);
            assert!(failure.why.contains(why), "{failure}");
        }
    }
}
