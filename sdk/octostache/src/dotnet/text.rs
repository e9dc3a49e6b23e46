//! How .NET compares and measures text.

/// The key under which names that differ only in case are the same: each character in simple
/// upper case, as .NET's ordinal-ignore-case comparison has it.
pub(crate) fn fold_case(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_lowercase()) {
        return text.to_owned();
    }
    text.chars().map(simple_upper).collect()
}

/// The upper case of a character where that is one character, else the character itself. .NET
/// never maps what is not ASCII to ASCII.
pub(crate) fn simple_upper(c: char) -> char {
    one(c, c.to_uppercase())
}

/// The lower case of a character where that is one character, else the character itself.
pub(crate) fn simple_lower(c: char) -> char {
    one(c, c.to_lowercase())
}

fn one(c: char, mut mapped: impl ExactSizeIterator<Item = char>) -> char {
    match (mapped.len(), mapped.next()) {
        (1, Some(other)) if c.is_ascii() || !other.is_ascii() => other,
        _ => c,
    }
}

/// Whether two texts differ at most in case.
pub(crate) fn equals_ignoring_case(left: &str, right: &str) -> bool {
    left.chars().map(simple_upper).eq(right.chars().map(simple_upper))
}

/// Length in UTF-16 units.
pub(crate) fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// The byte offset behind the first `units` UTF-16 units. Where that would split a character in
/// two (.NET lets it), the whole character stays out.
pub(crate) fn offset_of_unit(text: &str, units: usize) -> usize {
    let mut left = units;
    for (offset, c) in text.char_indices() {
        match left.checked_sub(c.len_utf16()) {
            Some(rest) => left = rest,
            None => return offset,
        }
    }
    text.len()
}
