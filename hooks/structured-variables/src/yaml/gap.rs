//! Between two nodes there are only blanks, comments, indicators and properties: finding one's way through them.

/// The offset of the first byte from `at` on that is neither a blank, a line break nor part of a comment.
pub(crate) fn skip_blanks_and_comments(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
            // A comment begins a line or follows a blank; anywhere else `#` is a character like others.
            Some(b'#') if at == 0 || matches!(bytes[at - 1], b' ' | b'\t' | b'\r' | b'\n') => {
                at = line_end(text, at);
            }
            _ => return at,
        }
    }
}

/// The offset of the line break that ends the line of `at`, or the end of the text.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find(['\r', '\n']).unwrap_or(rest.len())
}

/// The offset of the line after that of `at`, or the end of the text.
pub(crate) fn next_line(text: &str, at: usize) -> usize {
    let end = line_end(text, at);
    let rest = text.get(end..).unwrap_or_default();
    end + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}

/// The offset of the header of a block scalar (`|` or `>`) in what announces it.
pub(crate) fn block_header(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at = skip_blanks_and_comments(text, at);
        match text.as_bytes().get(at)? {
            b'|' | b'>' => return Some(at),
            b'-' | b'?' | b':' => at += 1,
            _ => return None,
        }
    }
}

/// The offset of the first `-` that announces an element, looking from `from` to before `until`.
pub(crate) fn first_dash(text: &str, from: usize, until: usize) -> Option<usize> {
    let at = skip_blanks_and_comments(text, from);
    (at < until && text.as_bytes().get(at) == Some(&b'-')).then_some(at)
}
