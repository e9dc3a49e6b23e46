//! HTTP requests of components, carried out by the caller and never by the worker.

use std::fmt;
use std::time::Duration;

use cofferdam_capability::HttpRule;

use crate::HttpFailureKind;

/// A request that a hook wants to make and its grant allows.
///
/// `Debug` shows neither path, header values nor the body, which may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method, in the letters that the hook used.
    pub method: String,
    /// The rule of the grant that covers it. It says where the request goes, and to which addresses
    /// the origin's name may lead.
    pub rule: HttpRule,
    /// Path and query: `/path?query`. As the hook gave it; may be anything.
    pub path_and_query: String,
    /// Header names in lower case, and values, in order. As the hook gave them.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, within the limit `http-body-bytes`.
    pub body: Vec<u8>,
}

impl HttpRequest {
    /// The absolute address: `https://host:port/path?query`.
    #[must_use]
    pub fn url(&self) -> String {
        let path = if self.path_and_query.is_empty() { "/" } else { &self.path_and_query };
        format!("{}{path}", self.rule.origin)
    }
}

/// What came back.
///
/// `Debug` shows neither header values nor the body, which may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status code.
    pub status: u16,
    /// Header names in lower case, and values, in order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, at most [`HttpBounds::max_body_bytes`] long.
    pub body: Vec<u8>,
}

/// How long a request may take, and how much may come back.
pub struct HttpBounds<'a> {
    /// The whole, from resolving the name to the last byte.
    pub time: Duration,
    /// Connecting, and agreeing on encryption, each.
    pub connect_time: Duration,
    /// From sending the request to the head of the response.
    pub first_byte_time: Duration,
    /// Between parts of the response's body.
    pub between_bytes_time: Duration,
    /// The longest body of a response, in bytes.
    pub max_body_bytes: usize,
    /// Whether nobody waits for the answer any more: the run was cancelled or is out of time. To be
    /// asked a few times a second.
    pub give_up: &'a dyn Fn() -> bool,
}

/// Why a request was not carried out. The hook gets the kind as an error code; the sentence is for
/// people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the request failed because {kind}: {why}")]
pub struct HttpFailure {
    /// What kind of failure it is.
    pub kind: HttpFailureKind,
    /// What happened, without anything of path, headers or bodies.
    pub why: String,
}

impl HttpFailure {
    /// A failure of this kind.
    #[must_use]
    pub fn new(kind: HttpFailureKind, why: impl Into<String>) -> Self {
        Self { kind, why: why.into() }
    }
}

/// Carries out HTTP requests for hooks.
///
/// The sandbox asks only for requests whose origin and method the grant covers, one at a time. A
/// broker must not follow redirects on its own, because a redirect can lead to another origin, and
/// has to look at the addresses that the origin's name leads to.
pub trait HttpBroker {
    /// Carries out one request, within its bounds.
    ///
    /// # Errors
    /// When the broker will not or cannot do it; the hook goes on.
    fn send(
        &mut self,
        request: HttpRequest,
        bounds: &HttpBounds<'_>,
    ) -> Result<HttpResponse, HttpFailure>;
}

fn names(headers: &[(String, Vec<u8>)]) -> Vec<&str> {
    headers.iter().map(|(name, _)| name.as_str()).collect()
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("rule", &self.rule)
            .field("headers", &names(&self.headers))
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("headers", &names(&self.headers))
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

impl fmt::Debug for HttpBounds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpBounds")
            .field("time", &self.time)
            .field("max_body_bytes", &self.max_body_bytes)
            .finish_non_exhaustive()
    }
}
