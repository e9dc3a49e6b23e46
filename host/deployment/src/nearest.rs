//! What somebody probably meant.

/// The candidate that `written` is a slip of, if one is near enough.
pub(crate) fn nearest<'c>(
    written: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    let distance = |candidate: &&str| strsim::levenshtein(written, candidate);
    let closest = candidates.into_iter().min_by_key(distance)?;
    // A third of it wrong is a slip, more is another word.
    (distance(&closest) <= written.len() / 3).then_some(closest)
}
