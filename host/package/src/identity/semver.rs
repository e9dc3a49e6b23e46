//! Semantic versions as Octopus reads them: one to four numbers, a pre-release, build metadata.

use std::cmp::Ordering;

/// Numbers in a version at most.
const MAX_NUMBERS: usize = 4;

/// The parts that decide which version is newer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Parsed<'a> {
    numbers: [&'a str; MAX_NUMBERS],
    pre_release: Option<&'a str>,
}

impl<'a> Parsed<'a> {
    /// Reads `1.2.3.4-pre.1+meta`.
    pub(crate) fn strict(text: &'a str) -> Option<Self> {
        let (text, metadata) = match text.split_once('+') {
            Some((text, metadata)) => (text, Some(metadata)),
            None => (text, None),
        };
        let (numbers_text, pre_release) = match text.split_once('-') {
            Some((numbers, pre_release)) => (numbers, Some(pre_release)),
            None => (text, None),
        };
        let is_label = |label: &str| {
            label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
        };
        if !metadata.is_none_or(is_label) || !pre_release.is_none_or(is_label) {
            return None;
        }
        let mut numbers = ["0"; MAX_NUMBERS];
        for (at, number) in numbers_text.split('.').enumerate() {
            if number.is_empty() || !number.bytes().all(|digit| digit.is_ascii_digit()) {
                return None;
            }
            *numbers.get_mut(at)? = number;
        }
        Some(Self { numbers, pre_release })
    }

    /// Reads anything: `v` in front is dropped, and from the first thing that is no number on it is a pre-release.
    pub(crate) fn lenient(text: &'a str) -> Self {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let mut rest = text.split_once('+').map_or(text, |(text, _)| text);
        let mut numbers = ["0"; MAX_NUMBERS];
        for slot in &mut numbers {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                break;
            }
            (*slot, rest) = rest.split_at(digits);
            match rest.strip_prefix('.') {
                Some(after) if after.starts_with(|char: char| char.is_ascii_digit()) => {
                    rest = after
                }
                _ => break,
            }
        }
        let label = rest.trim_start_matches(['.', '-', '_', '\\']);
        Self { numbers, pre_release: (!label.is_empty()).then_some(label) }
    }
}

impl Ord for Parsed<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let numbers = self.numbers.iter().zip(&other.numbers);
        numbers
            .map(|(a, b)| compare_numbers(a, b))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
            .then_with(|| match (self.pre_release, other.pre_release) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(a), Some(b)) => compare_labels(a, b),
            })
    }
}

impl PartialOrd for Parsed<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Compares numbers of any length.
pub(super) fn compare_numbers(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// Semantic Versioning 2.0.0, 11.4, but ignoring case, as NuGet and Octopus do.
fn compare_labels(a: &str, b: &str) -> Ordering {
    let is_number =
        |part: &str| !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => match (is_number(a), is_number(b)) {
                (true, true) => compare_numbers(a, b),
                (true, false) => Ordering::Less,
                (false, true) => Ordering::Greater,
                (false, false) => a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase()),
            },
        };
        if order.is_ne() {
            return order;
        }
    }
}
