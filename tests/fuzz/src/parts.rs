//! Inputs that are texts of several parts.

/// What stands between two parts: the record separator, which no configuration file has.
const SEPARATOR: char = '\u{1e}';

/// The parts of an input; there is always a first one.
pub(crate) fn parts(input: &str) -> impl Iterator<Item = &str> {
    input.split(SEPARATOR)
}

/// The parts after the first, taken two by two as names and values.
pub(crate) fn pairs<'i>(
    parts: impl Iterator<Item = &'i str>,
) -> impl Iterator<Item = (&'i str, &'i str)> {
    let mut parts = parts.take(MAX_PAIRS * 2);
    std::iter::from_fn(move || Some((parts.next()?, parts.next().unwrap_or_default())))
}

/// More variables than this find nothing that fewer do not.
const MAX_PAIRS: usize = 8;
