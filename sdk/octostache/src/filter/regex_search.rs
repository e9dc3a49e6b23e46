//! Searches with a regular expression whose backtracking is bounded over a whole evaluation.

use std::cell::{Cell, OnceCell};

use fancy_regex::{Captures, Error as EngineError, Regex, RegexBuilder, RuntimeError};

use super::regex_syntax::{Translation, translate};
use crate::limits::{REGEX_BACKTRACK_LIMIT, REGEX_SIZE_LIMIT_BYTES};
use crate::{Error, Limit};

/// How many steps back a search may take: at the first try, at the second, and so on.
///
/// The engine does not tell how many it took, only that they were too many. So each search begins
/// with few, is paid for what it was allowed, and is repeated with eight times as many when these
/// did not do: that pays at most eight times, and does at most a seventh, more than necessary. An
/// expression without look-around and back references takes none, and pays nothing. With back
/// references each step compares texts, and costs more the longer the text is. All of them
/// together are less than [`REGEX_BACKTRACK_LIMIT`].
const ALLOWANCES: [u32; 9] = [0, 16, 128, 1_024, 8_192, 65_536, 524_288, 4_194_304, 33_554_432];

/// How many bytes of text a step of an expression with back references may compare for the price
/// of one that has none.
const COMPARED_BYTES_PER_STEP: usize = 256;

/// A compiled expression.
pub(super) struct Search<'p> {
    /// As it was written.
    pattern: &'p str,
    translation: Translation,
    /// One for each of [`ALLOWANCES`], made when it is needed.
    engines: [OnceCell<Regex>; ALLOWANCES.len()],
    /// How many steps back the evaluation has left.
    left: &'p Cell<u64>,
}

impl<'p> Search<'p> {
    /// Compiles an expression in .NET's syntax.
    pub(super) fn new(pattern: &'p str, left: &'p Cell<u64>) -> Result<Self, Error> {
        let translation = translate(pattern)
            .map_err(|reason| Error::InvalidRegex { pattern: pattern.to_owned(), reason })?;
        let search = Self { pattern, translation, engines: Default::default(), left };
        search.engine(0)?;
        Ok(search)
    }

    /// From .NET's number of a group to its place in the pattern.
    pub(super) fn groups(&self) -> &[usize] {
        &self.translation.groups
    }

    /// The place of the group of a name.
    pub(super) fn place_of(&self, name: &str) -> Option<usize> {
        self.engine(0).ok()?.capture_names().position(|known| known == Some(name))
    }

    /// Whether there is a match anywhere.
    pub(super) fn is_match(&self, text: &str) -> Result<bool, Error> {
        self.with_enough(text, |engine| engine.is_match(text))
    }

    /// The first match that begins at `from` or behind it.
    pub(super) fn first_from<'t>(
        &self,
        text: &'t str,
        from: usize,
    ) -> Result<Option<Captures<'t, str>>, Error> {
        self.with_enough(text, |engine| engine.captures_from_pos(text, from))
    }

    /// Searches with ever more steps back, until they are enough or the evaluation has none left.
    fn with_enough<T>(
        &self,
        text: &str,
        search: impl Fn(&Regex) -> Result<T, EngineError>,
    ) -> Result<T, Error> {
        let price = match self.translation.refers_back {
            true => 1 + text.len() / COMPARED_BYTES_PER_STEP,
            false => 1,
        } as u64;
        for (place, allowance) in ALLOWANCES.into_iter().enumerate() {
            let cost = price.saturating_mul(allowance.into());
            self.left.set(self.left.get().checked_sub(cost).ok_or(EXHAUSTED)?);
            match search(self.engine(place)?) {
                Ok(found) => return Ok(found),
                Err(EngineError::RuntimeError(RuntimeError::BacktrackLimitExceeded)) => {}
                Err(EngineError::RuntimeError(RuntimeError::StackOverflow)) => {
                    return Err(EXHAUSTED);
                }
                Err(other) => return Err(self.invalid(&other)),
            }
        }
        Err(EXHAUSTED)
    }

    fn engine(&self, place: usize) -> Result<&Regex, Error> {
        if let Some(engine) = self.engines[place].get() {
            return Ok(engine);
        }
        let engine = RegexBuilder::new(&self.translation.pattern)
            .backtrack_limit(ALLOWANCES[place] as usize)
            .delegate_size_limit(REGEX_SIZE_LIMIT_BYTES)
            .build()
            .map_err(|error| self.invalid(&error))?;
        Ok(self.engines[place].get_or_init(|| engine))
    }

    fn invalid(&self, error: &EngineError) -> Error {
        Error::InvalidRegex { pattern: self.pattern.to_owned(), reason: error.to_string() }
    }
}

const EXHAUSTED: Error =
    Error::Limit { limit: Limit::RegexBacktracking, allowed: REGEX_BACKTRACK_LIMIT as u64 };
