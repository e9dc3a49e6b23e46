//! Looking into bytes for the encoding that an XML declaration names, before they are text.

/// The name of the encoding in the XML declaration that `bytes` start with, as written.
///
/// `bytes` have to be in an encoding that writes ASCII as ASCII, without a byte order mark; for
/// others (UTF-16) the answer is `None`.
#[must_use]
pub fn declared_encoding(bytes: &[u8]) -> Option<&str> {
    let end = bytes.iter().position(|&byte| byte == b'>')?;
    let declaration = std::str::from_utf8(&bytes[..end]).ok()?.strip_prefix("<?xml")?;
    let (before, rest) = declaration.split_once("encoding")?;
    if !before.ends_with([' ', '\t', '\r', '\n']) {
        return None;
    }
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest[1..].split_once(quote).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::declared_encoding;

    #[test]
    fn finds_the_name() {
        let found = |text: &'static str| declared_encoding(text.as_bytes());
        assert_eq!(found("<?xml version='1.0' encoding = \"x-y\" ?><a/>"), Some("x-y"));
        assert_eq!(found("<?xml version='1.0'?><a encoding='x'/>"), None);
        assert_eq!(found("<a encoding='x'/>"), None);
        assert_eq!(declared_encoding(b"<?xml encoding='\xE9'?>"), None);
    }
}
