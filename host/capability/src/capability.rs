//! The things a hook may be allowed to do beyond computing in its enclosure.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::AddressRange;

/// How a folder may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Files may be read, nothing may change.
    ReadOnly,
    /// Files may be read, written, created and removed.
    ReadWrite,
}

/// Which clock a hook reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum ClockSource {
    /// The machine's clocks.
    Real,
    /// A wall clock that stands still, and a monotonic clock that advances by a fixed step with
    /// every reading, so that two runs read the same.
    Fixed {
        /// What the wall clock shows, in seconds since 1970-01-01 UTC.
        unix_seconds: u64,
    },
}

/// Where a hook's random bytes come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum RandomSource {
    /// The operating system's generator.
    Real,
    /// A generator that yields the same bytes for the same seed. Not for secrets.
    Seeded {
        /// The seed.
        seed: u64,
    },
}

/// One thing a hook may ask policy for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Capability {
    /// Read a variable.
    Variable {
        /// The variable's name; names compare ignoring case.
        name: String,
    },
    /// Use a folder outside the enclosure.
    Folder {
        /// The folder on the target, absolute.
        host: PathBuf,
        /// How it may be used.
        access: Access,
    },
    /// Make HTTP requests.
    Http(HttpRule),
    /// Open TCP connections.
    Tcp(Endpoint),
    /// Request a native action that the operator configured.
    Action {
        /// The action's name.
        name: String,
    },
    /// Read one environment variable of the supervisor's process.
    Environment {
        /// The environment variable's exact name.
        name: String,
    },
    /// Read a clock.
    Clock(ClockSource),
    /// Read random bytes.
    Random(RandomSource),
}

impl Capability {
    /// The kind of capability, as policies and the audit log spell it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Variable { .. } => "variable",
            Self::Folder { .. } => "folder",
            Self::Http(_) => "http",
            Self::Tcp(_) => "tcp",
            Self::Action { .. } => "action",
            Self::Environment { .. } => "environment",
            Self::Clock(_) => "clock",
            Self::Random(_) => "random",
        }
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable { name } => write!(f, "variable `{name}`"),
            Self::Folder { host, access: Access::ReadOnly } => {
                write!(f, "folder `{}` (read only)", host.display())
            }
            Self::Folder { host, access: Access::ReadWrite } => {
                write!(f, "folder `{}` (read and write)", host.display())
            }
            Self::Http(rule) => write!(f, "HTTP {rule}"),
            Self::Tcp(endpoint) => write!(f, "TCP {endpoint}"),
            Self::Action { name } => write!(f, "host action `{name}`"),
            Self::Environment { name } => write!(f, "environment variable `{name}`"),
            Self::Clock(ClockSource::Real) => f.write_str("the machine's clock"),
            Self::Clock(ClockSource::Fixed { unix_seconds }) => {
                write!(f, "a clock fixed at {unix_seconds} s after 1970")
            }
            Self::Random(RandomSource::Real) => f.write_str("the machine's random numbers"),
            Self::Random(RandomSource::Seeded { seed }) => {
                write!(f, "random numbers from seed {seed}")
            }
        }
    }
}

/// Which requests a hook may make to one origin.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HttpRule {
    /// The origin.
    pub origin: Origin,
    /// Upper-case methods; empty means every method.
    pub methods: Vec<String>,
    /// Addresses that are not public and to which the origin's name may lead all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub addresses: Vec<AddressRange>,
}

impl HttpRule {
    /// Whether a request of this method to this origin is covered.
    #[must_use]
    pub fn covers(&self, origin: &Origin, method: &str) -> bool {
        self.origin == *origin
            && (self.methods.is_empty() || self.methods.iter().any(|m| m == method))
    }
}

impl fmt::Display for HttpRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.methods.as_slice() {
            [] => write!(f, "any method to {}", self.origin),
            methods => write!(f, "{} to {}", methods.join(", "), self.origin),
        }?;
        match self.addresses.as_slice() {
            [] => Ok(()),
            ranges => {
                let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
                write!(f, ", also at {}", ranges.join(", "))
            }
        }
    }
}

/// A web origin: scheme, host and port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin {
    https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// An origin of its parts; the host is put in lower case.
    #[must_use]
    pub fn new(https: bool, host: &str, port: u16) -> Self {
        Self { https, host: host.to_ascii_lowercase(), port }
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// The host name or address, in lower case, IPv6 addresses without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, the scheme's default included.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, default_port) = if self.https { ("https", 443) } else { ("http", 80) };
        let (open, close) = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        write!(f, "{scheme}://{open}{}{close}", self.host)?;
        if self.port == default_port { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

/// Text that is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an origin; write `https://host` or `http://host:port`, without path, user or wildcard"
)]
pub struct InvalidOrigin(
    /// What was written.
    pub String,
);

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        let invalid = || InvalidOrigin(text.to_owned());
        let (https, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            _ => return Err(invalid()),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = split_host_and_port(rest).ok_or_else(invalid)?;
        Ok(Self::new(https, host, port.unwrap_or(if https { 443 } else { 80 })))
    }
}

impl TryFrom<String> for Origin {
    type Error = InvalidOrigin;

    fn try_from(text: String) -> Result<Self, InvalidOrigin> {
        text.parse()
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.to_string()
    }
}

/// A TCP endpoint: host and port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Endpoint {
    /// The host name or address, in lower case, IPv6 addresses without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// Text that is not an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an endpoint; write `host:port`")]
pub struct InvalidEndpoint(
    /// What was written.
    pub String,
);

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, InvalidEndpoint> {
        match split_host_and_port(text) {
            Some((host, Some(port))) => Ok(Self { host: host.to_ascii_lowercase(), port }),
            _ => Err(InvalidEndpoint(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Endpoint {
    type Error = InvalidEndpoint;

    fn try_from(text: String) -> Result<Self, InvalidEndpoint> {
        text.parse()
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.to_string()
    }
}

/// Splits `host`, `host:port`, `[v6]` and `[v6]:port`; `None` when it is none of them.
fn split_host_and_port(text: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = if let Some(rest) = text.strip_prefix('[') {
        let (host, after) = rest.split_once(']')?;
        host.parse::<std::net::Ipv6Addr>().ok()?;
        match after {
            "" => (host, None),
            _ => (host, Some(after.strip_prefix(':')?)),
        }
    } else {
        let (host, port) = match text.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (text, None),
        };
        let is_host = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || c == '_';
        if host.is_empty() || !host.chars().all(is_host) {
            return None;
        }
        (host, port)
    };
    let port = match port {
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => Some(digits.parse().ok()?),
        Some(_) => return None,
        None => None,
    };
    Some((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_normalised() {
        for (text, canonical) in [
            ("https://Example.COM", "https://example.com"),
            ("HTTPS://example.com:443/", "https://example.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_refused() {
        for text in [
            "",
            "example.com",
            "ftp://example.com",
            "https://",
            "https://a/b",
            "https://u@h",
            "https://*.example.com",
            "https://h:",
            "https://h:70000",
            "https://h:+1",
            "https://[::g]",
            "https://h?x",
            "https://[::1]x",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(InvalidOrigin(text.to_owned())));
        }
    }

    #[test]
    fn a_rule_covers_its_origin_and_methods_only() {
        let rule = HttpRule {
            origin: "https://api.example".parse().unwrap(),
            methods: vec!["GET".into()],
            addresses: vec!["private".parse().unwrap()],
        };
        assert_eq!(rule.to_string(), "GET to https://api.example, also at private");
        assert!(rule.covers(&"https://API.example:443".parse().unwrap(), "GET"));
        assert!(!rule.covers(&"https://api.example".parse().unwrap(), "POST"));
        assert!(!rule.covers(&"http://api.example".parse().unwrap(), "GET"));
        assert!(!rule.covers(&"https://api.example:444".parse().unwrap(), "GET"));
    }

    #[test]
    fn endpoints_need_a_port() {
        assert_eq!("DB:5432".parse::<Endpoint>().unwrap().to_string(), "db:5432");
        assert_eq!("[::1]:5432".parse::<Endpoint>().unwrap().to_string(), "[::1]:5432");
        assert!("db".parse::<Endpoint>().is_err());
    }
}
