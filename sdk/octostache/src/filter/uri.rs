//! Reading URIs the way .NET's `Uri` does.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Schemes with a port of their own; the others that we know have an authority but no port.
const PORTS: [(&str, u16); 10] = [
    ("ftp", 21),
    ("gopher", 70),
    ("http", 80),
    ("https", 443),
    ("ldap", 389),
    ("net.tcp", 808),
    ("nntp", 119),
    ("telnet", 23),
    ("ws", 80),
    ("wss", 443),
];
/// Schemes without a port that have an authority all the same.
const WITHOUT_PORT: [&str; 2] = ["file", "net.pipe"];
/// The port of mail, whose URIs have a host but no slashes.
const MAIL_PORT: u16 = 25;
/// What stays as it is in a URI besides letters and digits.
const KEPT: &str = "-._~!$&'()*+,;=:@/?#[]%";

/// What a text is as a URI.
pub(super) enum Reading {
    /// No URI at all.
    Invalid,
    /// One without a scheme.
    Relative,
    Absolute(Uri),
}

/// What kind of host a URI has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostKind {
    /// There is no place for one.
    Unknown,
    /// It is empty, or no name that the domain name system knows.
    Basic,
    Dns,
    IPv4,
    IPv6,
}

/// An absolute URI, its parts as .NET shows them.
#[derive(Debug)]
pub(super) struct Uri {
    pub(super) scheme: String,
    /// Whether `//` stands behind the scheme.
    pub(super) slashes: bool,
    pub(super) user_info: String,
    /// Whether an `@` stands behind the user, who may be empty.
    pub(super) has_user: bool,
    /// In lower case; an IPv6 address in brackets.
    pub(super) host: String,
    pub(super) host_kind: HostKind,
    /// As written, or the default; `None` if the scheme has none.
    pub(super) port: Option<u16>,
    pub(super) default_port: Option<u16>,
    /// Escaped.
    pub(super) path: String,
    /// Escaped, with its `?`.
    pub(super) query: String,
    /// Escaped, with its `#`.
    pub(super) fragment: String,
    /// Whether the path starts with a drive letter.
    pub(super) drive: bool,
}

/// Reads a URI or a Windows path.
pub(super) fn read(text: &str) -> Reading {
    let text = text.trim();
    if let Some(uri) = windows_path(text) {
        return Reading::Absolute(uri);
    }
    if text.starts_with("\\\\") {
        return Reading::Invalid;
    }
    if let [letter, b':' | b'|', behind @ ..] = text.as_bytes()
        && letter.is_ascii_alphabetic()
    {
        // A drive without a path from its root is nothing, and alone it is a name.
        return if behind.is_empty() { Reading::Relative } else { Reading::Invalid };
    }
    let Some((scheme, rest)) = text.split_once(':') else { return Reading::Relative };
    if !is_scheme(scheme) {
        return Reading::Relative;
    }
    let scheme = scheme.to_ascii_lowercase();
    if scheme == "file"
        && let Some(uri) = windows_path(rest.strip_prefix('/').unwrap_or(rest))
        && uri.drive
    {
        return Reading::Absolute(uri);
    }
    let has_authority =
        WITHOUT_PORT.contains(&scheme.as_str()) || PORTS.iter().any(|(name, _)| *name == scheme);
    if has_authority && !rest.starts_with("//") {
        return Reading::Relative;
    }
    match with_scheme(scheme, rest) {
        Some(uri) => Reading::Absolute(uri),
        None => Reading::Invalid,
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// `C:\folder\file` or `\\server\share\file`
fn windows_path(text: &str) -> Option<Uri> {
    let bytes = text.as_bytes();
    let drive = bytes.len() > 2
        && bytes[0].is_ascii_alphabetic()
        && matches!(bytes[1], b':' | b'|')
        && matches!(bytes[2], b'\\' | b'/');
    if drive {
        let path = escape(&text.replace('\\', "/")).replace('?', "%3F").replace('#', "%23");
        return Some(Uri { drive: true, host_kind: HostKind::Basic, ..file(without_dots(&path)) });
    }
    let unc = text.strip_prefix("\\\\")?.replace('\\', "/");
    let slash = unc.find('/').unwrap_or(unc.len());
    let (host, path) = unc.split_at(slash);
    let (host, host_kind) = read_host(host)?;
    Some(Uri { host, host_kind, ..file(without_dots(&escape(path))) })
}

fn file(path: String) -> Uri {
    Uri {
        scheme: "file".to_owned(),
        slashes: true,
        user_info: String::new(),
        has_user: false,
        host: String::new(),
        host_kind: HostKind::Basic,
        port: None,
        default_port: None,
        path,
        query: String::new(),
        fragment: String::new(),
        drive: false,
    }
}

fn with_scheme(scheme: String, rest: &str) -> Option<Uri> {
    let known_port = PORTS.iter().find(|(name, _)| *name == scheme).map(|(_, port)| *port);
    let (rest, fragment) = cut(rest, '#');
    let (rest, query) = cut(rest, '?');
    let (query, fragment) = (escape(query), escape(fragment));
    let Some(behind) = rest.strip_prefix("//") else {
        return without_slashes(scheme, rest, query, fragment);
    };
    if scheme == "file" {
        let local = behind.strip_prefix('/').unwrap_or(behind);
        if let Some(uri) = windows_path(local) {
            return Some(Uri { query, fragment, ..uri });
        }
    }
    let slash = behind.find('/').unwrap_or(behind.len());
    let (authority, path) = behind.split_at(slash);
    let (user_info, server) = cut_user(authority);
    let (host, port) = split_port(server)?;
    let (host, host_kind) = match read_ipv4(host) {
        Some(address) if known_port.is_some() => (address.to_string(), HostKind::IPv4),
        _ => read_host(host)?,
    };
    if host.is_empty() && known_port.is_some() {
        return None;
    }
    let backslashes_count = known_port.is_some() || WITHOUT_PORT.contains(&scheme.as_str());
    let path = if backslashes_count { path.replace('\\', "/") } else { path.to_owned() };
    Some(Uri {
        user_info: escape(user_info.unwrap_or_default()),
        has_user: user_info.is_some(),
        host,
        host_kind,
        port: port.or(known_port),
        default_port: known_port,
        query,
        fragment,
        scheme,
        ..file(without_dots(&escape(&path)))
    })
}

/// The user in front of the first `@`, if there is one, and what is behind it.
fn cut_user(authority: &str) -> (Option<&str>, &str) {
    match authority.split_once('@') {
        Some((user, server)) => (Some(user), server),
        None => (None, authority),
    }
}

/// `mailto:user@host`, `urn:anything`; `None` if the host of a mail is none.
fn without_slashes(scheme: String, rest: &str, query: String, fragment: String) -> Option<Uri> {
    let bare = Uri { slashes: false, query, fragment, ..file(String::new()) };
    if scheme != "mailto" {
        let path = escape(rest);
        return Some(Uri { scheme, host_kind: HostKind::Unknown, path, ..bare });
    }
    let (user_info, host) = cut_user(rest);
    let (host, host_kind) = read_host(host)?;
    Some(Uri {
        scheme,
        user_info: escape(user_info.unwrap_or_default()),
        has_user: user_info.is_some(),
        host,
        host_kind,
        port: Some(MAIL_PORT),
        default_port: Some(MAIL_PORT),
        ..bare
    })
}

/// Cuts in front of a sign.
fn cut(text: &str, sign: char) -> (&str, &str) {
    text.split_at(text.find(sign).unwrap_or(text.len()))
}

fn split_port(server: &str) -> Option<(&str, Option<u16>)> {
    let bracket = server.rfind(']').unwrap_or(0);
    match server[bracket..].rfind(':') {
        None => Some((server, None)),
        Some(at) => {
            let digits = &server[bracket + at + 1..];
            let host = &server[..bracket + at];
            if digits.is_empty() {
                return Some((host, None));
            }
            Some((host, Some(digits.parse().ok()?)))
        }
    }
}

fn read_host(host: &str) -> Option<(String, HostKind)> {
    if host.is_empty() {
        return Some((String::new(), HostKind::Basic));
    }
    if let Some(inner) = host.strip_prefix('[') {
        let address = inner.strip_suffix(']')?;
        // Behind `%` stands the zone, which is not shown.
        let address = address.split_once('%').map_or(address, |(address, _)| address);
        let address: Ipv6Addr = address.parse().ok()?;
        return Some((format!("[{address}]"), HostKind::IPv6));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some((address.to_string(), HostKind::IPv4));
    }
    let label = |label: &str| label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let name = host.strip_suffix('.').unwrap_or(host);
    if !name.split('.').all(|part| !part.is_empty() && label(part)) {
        return None;
    }
    let starts_oddly = name.split('.').any(|part| part.starts_with(['-', '_']));
    let kind = if starts_oddly { HostKind::Basic } else { HostKind::Dns };
    let host = host.to_lowercase();
    Some((if host == "loopback" { "localhost".to_owned() } else { host }, kind))
}

/// An address as web schemes may have it: one to four numbers, each decimal, octal (`010`) or hexadecimal (`0x8`); the last
/// one fills all bytes that are left.
fn read_ipv4(host: &str) -> Option<Ipv4Addr> {
    let mut numbers = Vec::new();
    for part in host.split('.') {
        let (digits, base) = match part.strip_prefix('0') {
            Some(rest) if rest.starts_with(['x', 'X']) => (&rest[1..], 16),
            Some(rest) if !rest.is_empty() => (rest, 8),
            _ => (part, 10),
        };
        if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
            return None;
        }
        numbers.push(u32::from_str_radix(digits, base).ok()?);
    }
    let (last, leading) = numbers.split_last()?;
    if leading.len() > 3 {
        return None;
    }
    let mut address = 0;
    for (place, number) in leading.iter().enumerate() {
        address |= u32::from(u8::try_from(*number).ok()?) << (24 - 8 * place);
    }
    let room = 32 - 8 * leading.len();
    if room < 32 && last >> room != 0 {
        return None;
    }
    Some(Ipv4Addr::from(address | last))
}

/// Escapes what must be, and unescapes what need not have been.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let code = rest.strip_prefix('%').and_then(|rest| rest.get(..2)).and_then(hexadecimal);
        if let Some(code) = code {
            let c = char::from(code);
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') {
                out.push(c);
            } else {
                out.push_str(&rest[..3]);
            }
            rest = &rest[3..];
            continue;
        }
        if c != '%' && (c.is_ascii_alphanumeric() || KEPT.contains(c)) {
            out.push(c);
        } else {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a string does not fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

fn hexadecimal(digits: &str) -> Option<u8> {
    if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        u8::from_str_radix(digits, 16).ok()
    } else {
        None
    }
}

/// The text with all escapes undone.
pub(super) fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let code = text.as_bytes()[at..]
            .strip_prefix(b"%")
            .and_then(|rest| rest.get(..2))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(hexadecimal);
        match code {
            Some(code) => {
                bytes.push(code);
                at += 3;
            }
            None => {
                bytes.push(text.as_bytes()[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The path without `.` and `..`.
fn without_dots(path: &str) -> String {
    if !path.contains("/.") {
        return path.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." && kept.len() > 1 {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    kept.join("/")
}
