//! Service messages: what scripts print for Octopus instead of for people.
//!
//! `##octopus[name attribute="BASE64" ...]`, as Calamari's script output parser reads them:
//! quotes of either kind, values Base64 of UTF-8, names of messages exact, names of attributes in
//! any case. The differences: what is not a valid message stays a printed line, and a message
//! that never ends does so at a limit.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::LogLevel;

/// What every message begins with.
pub(crate) const MARKER: &[u8] = b"##octopus[";

/// The most attributes of a message; the richest known one has seven.
const MAX_ATTRIBUTES: usize = 32;

/// What a message means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceMessage {
    /// `setVariable`: an output variable.
    SetVariable {
        /// Its name, not blank.
        name: String,
        /// Its value.
        value: String,
        /// Whether it is secret.
        sensitive: bool,
    },
    /// `stdout-*`: the level of what is printed from now on.
    Level(LogLevel),
    /// `createArtifact`: a file to keep.
    CreateArtifact {
        /// Its path as the hook wrote it, not blank.
        path: String,
        /// The name to keep it under.
        name: String,
    },
    /// `progress`: how far the hook is.
    Progress {
        /// From 0 to 100.
        percent: u8,
        /// What it does.
        message: String,
    },
    /// `resultMessage`: why the hook is going to fail.
    ResultMessage(String),
    /// `mask`: a secret.
    Mask(String),
    /// Something valid that means nothing here, because a name is blank.
    Ignored,
    /// Any other name.
    Unknown {
        /// Its name.
        name: String,
        /// Its attributes, decoded, in their order.
        attributes: Vec<(String, String)>,
    },
}

/// Reads the text between the brackets. `None` when it is not a message.
pub(crate) fn parse(content: &[u8]) -> Option<ServiceMessage> {
    let content: Vec<u8> = content.iter().copied().filter(|b| !b"\r\n".contains(b)).collect();
    let text = std::str::from_utf8(&content).ok()?;
    let (name, mut rest) = split_name(text)?;
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() || rest == "/" {
            return Some(interpret(name, attributes));
        }
        let (key, after) = rest.split_once('=')?;
        let quote = after.trim_start().chars().next().filter(|c| *c == '"' || *c == '\'')?;
        let (value, after) = after.trim_start()[1..].split_once(quote)?;
        let key = key.trim_end();
        if !is_name(key) || attributes.len() == MAX_ATTRIBUTES {
            return None;
        }
        attributes.push((key.to_owned(), decode(value)?));
        rest = after;
    }
}

fn split_name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    is_name(name).then_some((name, rest))
}

fn is_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    !text.is_empty() && text.chars().all(allowed)
}

fn decode(value: &str) -> Option<String> {
    let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    String::from_utf8(STANDARD.decode(value).ok()?).ok()
}

fn interpret(name: &str, attributes: Vec<(String, String)>) -> ServiceMessage {
    let get = |key: &str| {
        attributes.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v.clone())
    };
    let is_blank = |text: &Option<String>| text.as_ref().is_none_or(|t| t.trim().is_empty());
    match name {
        "setVariable" => match get("name") {
            name if is_blank(&name) => ServiceMessage::Ignored,
            name => ServiceMessage::SetVariable {
                name: name.unwrap_or_default(),
                value: get("value").unwrap_or_default(),
                sensitive: get("sensitive").is_some_and(|s| s.eq_ignore_ascii_case("true")),
            },
        },
        "createArtifact" => match get("path") {
            path if is_blank(&path) => ServiceMessage::Ignored,
            path => {
                let path = path.unwrap_or_default();
                let given = get("name").filter(|name| !name.trim().is_empty());
                let last = path.rsplit(['/', '\\']).next().unwrap_or(&path).to_owned();
                ServiceMessage::CreateArtifact { name: given.unwrap_or(last), path }
            }
        },
        "progress" => ServiceMessage::Progress {
            percent: percent(&get("percentage").unwrap_or_default()),
            message: get("message").unwrap_or_default(),
        },
        "resultMessage" => ServiceMessage::ResultMessage(get("message").unwrap_or_default()),
        "mask" => ServiceMessage::Mask(get("value").unwrap_or_default()),
        "stdout-default" => ServiceMessage::Level(LogLevel::Info),
        "stdout-verbose" => ServiceMessage::Level(LogLevel::Verbose),
        "stdout-warning" => ServiceMessage::Level(LogLevel::Warning),
        "stdout-highlight" => ServiceMessage::Level(LogLevel::Highlight),
        "stdout-wait" => ServiceMessage::Level(LogLevel::Wait),
        _ => ServiceMessage::Unknown { name: name.to_owned(), attributes },
    }
}

/// A percentage, with or without decimals, brought into range; 0 for what is none.
fn percent(text: &str) -> u8 {
    let number: f64 = text.trim().trim_end_matches('%').parse().unwrap_or(0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the range of a percentage"
    )]
    let percent = number.clamp(0.0, 100.0) as u8;
    percent
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(text: &str) -> String {
        STANDARD.encode(text)
    }

    #[test]
    fn the_messages_of_the_reference_are_understood() {
        let set = format!(
            "setVariable name='{}' VALUE=\"{}\"  sensitive='{}'",
            encoded("A"),
            encoded("x\ny"),
            encoded("True")
        );
        assert_eq!(
            parse(set.as_bytes()),
            Some(ServiceMessage::SetVariable {
                name: "A".into(),
                value: "x\ny".into(),
                sensitive: true
            })
        );
        let artifact = format!("createArtifact path='{}'", encoded("logs/a.txt"));
        assert_eq!(
            parse(artifact.as_bytes()),
            Some(ServiceMessage::CreateArtifact {
                path: "logs/a.txt".into(),
                name: "a.txt".into()
            })
        );
        assert_eq!(parse(b"stdout-warning"), Some(ServiceMessage::Level(LogLevel::Warning)));
        let progress = format!("progress percentage='{}'", encoded("250"));
        assert_eq!(
            parse(progress.as_bytes()),
            Some(ServiceMessage::Progress { percent: 100, message: String::new() })
        );
        assert_eq!(
            parse(b"delete-target machine='eA=='"),
            Some(ServiceMessage::Unknown {
                name: "delete-target".into(),
                attributes: vec![("machine".into(), "x".into())]
            })
        );
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for text in [
            "",
            " setVariable",
            "setVariable name",
            "setVariable name=QQ==",
            "setVariable name='QQ==",
            "setVariable name='not base64!'",
            "setVariable name='/w=='", // not UTF-8
            "set<Variable",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        let many = format!("x{}", " a=''".repeat(MAX_ATTRIBUTES + 1));
        assert_eq!(parse(many.as_bytes()), None);
    }

    #[test]
    fn blank_names_mean_nothing() {
        let blank = format!("setVariable name='{}' value='eA=='", encoded("  "));
        assert_eq!(parse(blank.as_bytes()), Some(ServiceMessage::Ignored));
        assert_eq!(parse(b"createArtifact"), Some(ServiceMessage::Ignored));
    }
}
