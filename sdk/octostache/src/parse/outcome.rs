//! What a rule of the grammar gives back.

/// Why a rule does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// The text is something else. The offset is the furthest that the rule got: in lenient mode,
    /// text up to there is taken literally.
    At(usize),
    /// The text nests deeper than allowed; this ends the parse.
    TooDeep,
}

/// The node that a rule read, and the offset behind it.
pub(super) type Parsed<T> = Result<(T, usize), Mismatch>;

/// Ordered choice: the second rule is tried where the first does not match; of two failures the
/// one that got further counts.
pub(super) fn or_else<T>(first: Parsed<T>, second: impl FnOnce() -> Parsed<T>) -> Parsed<T> {
    let Err(Mismatch::At(first_at)) = first else { return first };
    match second() {
        Err(Mismatch::At(second_at)) => Err(Mismatch::At(first_at.max(second_at))),
        other => other,
    }
}

/// Reads exactly `wanted`; fails at the first character that differs.
pub(super) fn literal(text: &str, at: usize, wanted: &str) -> Parsed<()> {
    let same = text.as_bytes()[at..]
        .iter()
        .zip(wanted.as_bytes())
        .take_while(|(found, wanted)| found == wanted)
        .count();
    // Everything we look for is ASCII, so `at + same` is a character boundary.
    if same == wanted.len() { Ok(((), at + same)) } else { Err(Mismatch::At(at + same)) }
}

/// Reads an ASCII keyword in any case.
pub(super) fn keyword(text: &str, at: usize, wanted: &str) -> Parsed<()> {
    let same = text.as_bytes()[at..]
        .iter()
        .zip(wanted.as_bytes())
        .take_while(|(found, wanted)| found.eq_ignore_ascii_case(wanted))
        .count();
    if same == wanted.len() { Ok(((), at + same)) } else { Err(Mismatch::At(at + same)) }
}
