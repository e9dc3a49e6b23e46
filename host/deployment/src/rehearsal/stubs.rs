//! `Stubs`: what answers the network in a rehearsal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use cofferdam_capability::LimitName;
use cofferdam_sandbox::{
    HttpBounds, HttpBroker, HttpFailure, HttpFailureKind, HttpRequest, HttpResponse,
};
use serde::Deserialize;

use super::report::StubbedRequest;

/// A hook in a loop may ask for ever; so many requests are written down.
const MAX_NOTED_REQUESTS: usize = 1_000;

/// What answers the HTTP requests of hooks in a rehearsal. Without a stub that fits, a request is
/// refused; none ever reaches the network.
///
/// ```
/// use cofferdam_deployment::Stubs;
///
/// let stubs = Stubs::parse(r#"
///     [[http]]
///     method = "GET"                          # any, when absent
///     url = "https://api.example/health*"     # `*` stands for anything
///     status = 200                            # the default
///     headers = { content-type = "application/json" }
///     body = '{"healthy": true}'              # or body-file = "health.json"
/// "#, std::path::Path::new(""))?;
/// # Ok::<(), cofferdam_deployment::InvalidStubs>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Stubs {
    http: Arc<Vec<Stub>>,
    log: StubLog,
}

/// The requests that were asked for since it was last looked at.
#[derive(Debug, Clone, Default)]
pub struct StubLog(Arc<Mutex<Vec<StubbedRequest>>>);

/// A file of stubs that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidStubs {
    /// It, or a body that it names, cannot be read.
    #[error("cannot read `{}`: {source}", .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// It is no TOML, or has keys that mean nothing.
    #[error("the stubs cannot be understood: {0}")]
    Syntax(#[from] toml::de::Error),
    /// A table contradicts itself or holds what HTTP does not.
    #[error("[[http]] number {number}: {why}")]
    Stub {
        /// The table's number, from 1.
        number: usize,
        /// What is wrong with it.
        why: &'static str,
    },
}

#[derive(Debug)]
struct Stub {
    method: Option<String>,
    url: String,
    response: HttpResponse,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StubsFile {
    #[serde(default)]
    http: Vec<HttpTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct HttpTable {
    method: Option<String>,
    url: String,
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    body: Option<String>,
    body_file: Option<PathBuf>,
}

fn ok() -> u16 {
    200
}

impl Stubs {
    /// Reads a file of stubs. Bodies in files are looked for beside it.
    ///
    /// # Errors
    /// See [`InvalidStubs`].
    pub fn load(path: &Path) -> Result<Self, InvalidStubs> {
        let read = |source| InvalidStubs::Read { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(read)?;
        Self::parse(&text, path.parent().unwrap_or(Path::new("")))
    }

    /// Reads stubs. Bodies in files are looked for in `folder`.
    ///
    /// # Errors
    /// See [`InvalidStubs`].
    pub fn parse(text: &str, folder: &Path) -> Result<Self, InvalidStubs> {
        let file: StubsFile = toml::from_str(text)?;
        let stubs = file.http.into_iter().enumerate().map(|(index, table)| {
            let stub = |why| InvalidStubs::Stub { number: index + 1, why };
            table.into_stub(folder, &stub)
        });
        Ok(Self { http: Arc::new(stubs.collect::<Result<_, _>>()?), log: StubLog::default() })
    }

    /// Where its brokers write down what they are asked for.
    #[must_use]
    pub fn log(&self) -> &StubLog {
        &self.log
    }

    /// Who answers the requests of one hook.
    #[must_use]
    pub fn broker(&self) -> Box<dyn HttpBroker> {
        Box::new(self.clone())
    }
}

impl HttpTable {
    fn into_stub(
        self,
        folder: &Path,
        invalid: &dyn Fn(&'static str) -> InvalidStubs,
    ) -> Result<Stub, InvalidStubs> {
        if !(100..=599).contains(&self.status) {
            return Err(invalid("`status` must be from 100 to 599"));
        }
        let body = match (self.body, self.body_file) {
            (Some(_), Some(_)) => return Err(invalid("write `body` or `body-file`, not both")),
            (body, None) => body.unwrap_or_default().into_bytes(),
            (None, Some(file)) => {
                let path = folder.join(file);
                std::fs::read(&path).map_err(|source| InvalidStubs::Read { path, source })?
            }
        };
        if body.len() as u64 > LimitName::HttpBodyBytes.facts().default {
            return Err(invalid("the body is longer than hooks receive by default"));
        }
        let headers = self.headers.into_iter();
        let headers =
            headers.map(|(name, value)| (name.to_ascii_lowercase(), value.into_bytes())).collect();
        Ok(Stub {
            method: self.method.map(|method| method.to_ascii_uppercase()),
            url: self.url,
            response: HttpResponse { status: self.status, headers, body },
        })
    }
}

impl Stub {
    fn fits(&self, request: &HttpRequest) -> bool {
        self.method.as_ref().is_none_or(|method| *method == request.method)
            && matches(&self.url, &request.url())
    }
}

impl HttpBroker for Stubs {
    fn send(
        &mut self,
        request: HttpRequest,
        bounds: &HttpBounds<'_>,
    ) -> Result<HttpResponse, HttpFailure> {
        let url = request.url();
        let response = self.http.iter().find(|stub| stub.fits(&request)).map(|stub| &stub.response);
        self.log.note(StubbedRequest {
            method: request.method.clone(),
            url: url.clone(),
            status: response.map(|response| response.status),
        });
        match response {
            None => {
                let why = format!(
                    "this is a rehearsal, and no stub answers {} {url}; add one to the file of \
                     `--stubs`",
                    request.method
                );
                Err(HttpFailure::new(HttpFailureKind::Denied, why))
            }
            Some(response) if response.body.len() > bounds.max_body_bytes => {
                let why = "the stub's response is longer than `http-body-bytes` allows";
                Err(HttpFailure::new(HttpFailureKind::ResponseBodyTooLong, why))
            }
            Some(response) => Ok(response.clone()),
        }
    }
}

impl StubLog {
    fn note(&self, request: StubbedRequest) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() < MAX_NOTED_REQUESTS {
            requests.push(request);
        }
    }

    /// What was asked for since the last time.
    pub(super) fn take(&self) -> Vec<StubbedRequest> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether a text is as a pattern says, in which `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use cofferdam_capability::HttpRule;

    use super::*;

    fn request(method: &str, origin: &str, path: &str) -> HttpRequest {
        HttpRequest {
            method: method.to_owned(),
            rule: HttpRule { origin: origin.parse().unwrap(), methods: vec![], addresses: vec![] },
            path_and_query: path.to_owned(),
            headers: vec![],
            body: vec![],
        }
    }

    fn send(stubs: &Stubs, request: HttpRequest) -> Result<HttpResponse, HttpFailure> {
        let time = std::time::Duration::from_secs(1);
        let bounds = HttpBounds {
            time,
            connect_time: time,
            first_byte_time: time,
            between_bytes_time: time,
            max_body_bytes: 1000,
            give_up: &|| false,
        };
        stubs.broker().send(request, &bounds)
    }

    #[test]
    fn the_first_stub_that_fits_answers_and_everything_is_noted() {
        let text = r#"
            [[http]]
            method = "get"
            url = "https://api.example/v*/health"
            headers = { Content-Type = "text/plain" }
            body = "fine"
            [[http]]
            url = "https://api.example/*"
            status = 404
        "#;
        let stubs = Stubs::parse(text, Path::new("")).unwrap();
        let api = "https://api.example";
        let health = send(&stubs, request("GET", api, "/v1/health")).unwrap();
        assert_eq!((health.status, health.body.as_slice()), (200, b"fine".as_slice()));
        assert_eq!(health.headers, [("content-type".to_owned(), b"text/plain".to_vec())]);
        let other = send(&stubs, request("POST", api, "/v1/health")).unwrap();
        assert_eq!(other.status, 404);
        let refused = send(&stubs, request("GET", "https://evil.example", "/")).unwrap_err();
        assert!(refused.to_string().contains("GET https://evil.example/"), "{refused}");
        let noted: Vec<_> = stubs.log().take().into_iter().map(|request| request.status).collect();
        assert_eq!(noted, [Some(200), Some(404), None]);
        assert!(stubs.log().take().is_empty());
    }

    #[test]
    fn mistakes_are_named() {
        for (text, expected) in [
            ("[[http]]\nurl = \"x\"\nstatus = 42", "number 1: `status`"),
            ("[[http]]\nurl = \"x\"\nbody = \"\"\nbody-file = \"f\"", "not both"),
            ("[[http]]\nurl = \"x\"\nbody-file = \"no-such-file\"", "no-such-file"),
            ("[[http]]\nuri = \"x\"", "uri"),
        ] {
            let error = Stubs::parse(text, Path::new("")).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a*", "a", true),
            ("a*c", "abc", true),
            ("a*c", "abcd", false),
            ("*b*", "abc", true),
            ("*bb*", "abc", false),
            ("a*b*b", "ab", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
