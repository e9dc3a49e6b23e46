//! `MaskedStream`: masking of a text that arrives in pieces, so that a value split over two is found.

use crate::{MASK, Masker};

/// Masks a text that arrives in pieces. What may be the beginning of a sensitive value is held back
/// until the next piece or the end decides; never more than the longest value.
///
/// The pieces put out, joined, are what [`Masker::mask`] makes of the pieces put in, joined.
#[derive(Debug)]
pub struct MaskedStream<'a> {
    masker: &'a Masker,
    held: String,
    /// So many bytes at the start of `held` belong to a value whose mask was put out already.
    masked_bytes: usize,
}

impl<'a> MaskedStream<'a> {
    pub(crate) fn new(masker: &'a Masker) -> Self {
        Self { masker, held: String::new(), masked_bytes: 0 }
    }

    /// Takes the next piece, and gives what can be shown by now.
    #[must_use = "what is not shown is lost"]
    pub fn push(&mut self, piece: &str) -> String {
        self.held.push_str(piece);
        let decided = self.held.len() - self.masker.unfinished_bytes(&self.held);
        self.release(decided)
    }

    /// Takes the end of the text, and gives what was held back.
    #[must_use = "what is not shown is lost"]
    pub fn finish(mut self) -> String {
        self.release(self.held.len())
    }

    /// Puts out the first `decided` bytes, and of a value that reaches beyond them the mask.
    fn release(&mut self, decided: usize) -> String {
        let mut shown = String::new();
        let mut done = self.masked_bytes.min(decided);
        let mut masked_until = self.masked_bytes;
        for range in self.masker.sensitive_ranges(&self.held) {
            if range.start >= decided {
                break;
            }
            if range.start >= masked_until {
                shown.push_str(&self.held[done..range.start]);
                shown.push_str(MASK);
            }
            masked_until = masked_until.max(range.end);
            done = masked_until.min(decided);
        }
        shown.push_str(&self.held[done..decided]);
        self.masked_bytes = masked_until.saturating_sub(decided);
        self.held.drain(..decided);
        shown
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Value;

    fn in_pieces(masker: &Masker, pieces: &[&str]) -> String {
        let mut stream = masker.stream();
        let mut shown: String = pieces.iter().map(|piece| stream.push(piece)).collect();
        shown.push_str(&stream.finish());
        shown
    }

    #[test]
    fn a_value_split_over_pieces_is_masked() {
        let masker = Masker::new(&[Value::sensitive("hunter2")]);
        assert_eq!(in_pieces(&masker, &["pw=hun", "t", "er2", "!"]), "pw=***!");
    }

    #[test]
    fn what_turns_out_harmless_is_shown() {
        let masker = Masker::new(&[Value::sensitive("hunter2")]);
        let mut stream = masker.stream();
        assert_eq!(stream.push("the hunt"), "the ");
        assert_eq!(stream.push(" is on"), "hunt is on");
        assert_eq!(stream.finish(), "");
    }

    proptest! {
        #[test]
        fn pieces_make_no_difference(
            secrets in prop::collection::vec("[ab]{4,6}", 1..4),
            pieces in prop::collection::vec("[abc]{0,5}", 0..12),
        ) {
            let values: Vec<_> = secrets.iter().map(Value::sensitive).collect();
            let masker = Masker::new(&values);
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let whole = pieces.concat();
            prop_assert_eq!(in_pieces(&masker, &pieces), masker.mask(&whole).into_owned());
        }
    }
}
