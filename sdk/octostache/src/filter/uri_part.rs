//! `UriPart`.

use super::call::{Call, Outcome};
use super::uri::{HostKind, Reading, Uri, read, unescape};

type Part = fn(&Uri) -> String;

/// Every part (in any case) and how it is made.
const PARTS: [(&str, Part); 20] = [
    ("AbsolutePath", |uri| shown_path(uri).to_owned()),
    ("AbsoluteUri", absolute_uri),
    ("Authority", authority),
    ("DnsSafeHost", |uri| uri.host.trim_matches(['[', ']']).to_owned()),
    ("Fragment", |uri| uri.fragment.clone()),
    ("Host", |uri| uri.host.clone()),
    ("HostAndPort", host_and_port),
    ("HostNameType", host_name_type),
    ("IsAbsoluteUri", |_| true.to_string()),
    ("IsDefaultPort", |uri| (uri.port == uri.default_port).to_string()),
    ("IsFile", |uri| (uri.scheme == "file").to_string()),
    ("IsLoopback", |uri| is_loopback(uri).to_string()),
    ("IsUnc", |uri| is_unc(uri).to_string()),
    ("Path", local_path),
    ("PathAndQuery", |uri| format!("{}{}", shown_path(uri), uri.query)),
    ("Port", |uri| uri.port.map_or("-1".to_owned(), |port| port.to_string())),
    ("Query", |uri| uri.query.clone()),
    ("Scheme", |uri| uri.scheme.clone()),
    ("SchemeAndServer", scheme_and_server),
    ("UserInfo", |uri| uri.user_info.clone()),
];

/// The only part that a relative URI has.
const RELATIVE_PART: &str = "IsAbsoluteUri";

/// A part of a URI. What goes wrong is said in the result: that is how Octopus has it.
pub(super) fn uri_part(call: &Call<'_>) -> Outcome {
    let Some(text) = call.argument else { return Ok(None) };
    let Some(wanted) = call.options.first() else {
        return Ok(Some("[UriPart error: no argument given]".to_owned()));
    };
    let part = PARTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    Ok(Some(match (read(text), part) {
        (Reading::Invalid, _) => text.to_owned(),
        (_, None) => format!("[UriPart {wanted} error: argument '{wanted}' not supported]"),
        (Reading::Absolute(uri), Some((_, part))) => part(&uri),
        (Reading::Relative, Some((RELATIVE_PART, _))) => false.to_string(),
        (Reading::Relative, Some(_)) => {
            format!("[UriPart {wanted} error: This operation is not supported for a relative URI.]")
        }
    }))
}

/// The path; `/` where there is none behind an authority.
fn shown_path(uri: &Uri) -> &str {
    if uri.slashes && uri.path.is_empty() { "/" } else { &uri.path }
}

/// Host, and port if it is not the default.
fn authority(uri: &Uri) -> String {
    match uri.port.filter(|_| uri.port != uri.default_port) {
        Some(port) => format!("{}:{port}", uri.host),
        None => uri.host.clone(),
    }
}

fn host_and_port(uri: &Uri) -> String {
    match uri.port {
        Some(port) => format!("{}:{port}", uri.host),
        None => uri.host.clone(),
    }
}

fn scheme_and_server(uri: &Uri) -> String {
    let slashes = if uri.slashes { "//" } else { "" };
    format!("{}:{slashes}{}", uri.scheme, authority(uri))
}

fn absolute_uri(uri: &Uri) -> String {
    let slashes = if uri.slashes { "//" } else { "" };
    let user = if uri.has_user { format!("{}@", uri.user_info) } else { String::new() };
    let root = if uri.drive { "/" } else { "" };
    let path = shown_path(uri);
    let Uri { scheme, query, fragment, .. } = uri;
    format!("{scheme}:{slashes}{user}{}{root}{path}{query}{fragment}", authority(uri))
}

fn host_name_type(uri: &Uri) -> String {
    format!("{:?}", uri.host_kind)
}

fn is_unc(uri: &Uri) -> bool {
    uri.scheme == "file" && !uri.host.is_empty()
}

fn is_loopback(uri: &Uri) -> bool {
    match uri.host_kind {
        HostKind::Unknown => false,
        HostKind::Basic => uri.host.is_empty(),
        HostKind::IPv4 => uri.host.starts_with("127."),
        HostKind::IPv6 => uri.host == "[::1]",
        HostKind::Dns => matches!(uri.host.as_str(), "localhost" | "loopback"),
    }
}

/// The path of a file as the system writes it, else the unescaped path.
fn local_path(uri: &Uri) -> String {
    let path = unescape(&uri.path);
    if is_unc(uri) {
        return format!("\\\\{}{}", uri.host, path.replace('/', "\\"));
    }
    if uri.drive { path.replace('/', "\\") } else { unescape(shown_path(uri)) }
}
