//! HTTP requests of components, carried out by the caller and never by the worker.

use std::fmt;

/// A request that a hook wants to make and its grant allows.
///
/// `Debug` shows neither header values nor the body, which may be secret.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method, in upper case.
    pub method: String,
    /// The absolute address: `https://host:port/path?query`.
    pub url: String,
    /// Header names in lower case, and values, in order.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, at most [`MAX_HTTP_BODY_BYTES`].
    pub body: Vec<u8>,
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
    /// The body; a longer one than [`MAX_HTTP_BODY_BYTES`] is an error for the hook.
    pub body: Vec<u8>,
}

/// The largest body of a request or a response, in bytes: a start-up check or a call to an API
/// fits, a download does not, and supervisor and worker hold it in memory.
pub const MAX_HTTP_BODY_BYTES: usize = 8 * 1024 * 1024;

/// Why a request was not carried out; the hook gets the sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HttpRefusal {
    /// Not allowed.
    #[error("the request was denied: {0}")]
    Denied(String),
    /// Allowed, but it came to nothing.
    #[error("the request failed: {0}")]
    Failed(String),
}

/// Carries out HTTP requests for hooks.
///
/// The sandbox asks only for requests whose origin and method the grant covers; a broker must not
/// follow redirects on its own, because a redirect can lead to another origin.
pub trait HttpBroker {
    /// Carries out one request, within a time that the broker bounds.
    ///
    /// # Errors
    /// When the broker will not or cannot do it; the hook goes on.
    fn send(&mut self, request: HttpRequest) -> Result<HttpResponse, HttpRefusal>;
}

fn names(headers: &[(String, Vec<u8>)]) -> Vec<&str> {
    headers.iter().map(|(name, _)| name.as_str()).collect()
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &names(&self.headers))
            .field("body_bytes", &self.body.len())
            .finish()
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
