//! Which line ending a text uses.

/// A line ending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Newline {
    /// `\n`
    Lf,
    /// `\r\n`
    CrLf,
}

impl Newline {
    /// The more frequent ending in `text`; of two equally frequent ones the first to appear; none without any.
    ///
    /// A lone CR does not count. (Calamari takes CRLF for a text without any line ending; here the caller decides.)
    #[must_use]
    pub fn majority(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let (mut lf, mut crlf) = (0_usize, 0_usize);
        let mut first = None;
        for (index, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n') {
            let this = if index > 0 && bytes[index - 1] == b'\r' { Self::CrLf } else { Self::Lf };
            first.get_or_insert(this);
            match this {
                Self::Lf => lf += 1,
                Self::CrLf => crlf += 1,
            }
        }
        match lf.cmp(&crlf) {
            std::cmp::Ordering::Greater => Some(Self::Lf),
            std::cmp::Ordering::Less => Some(Self::CrLf),
            std::cmp::Ordering::Equal => first,
        }
    }

    /// The characters of the ending.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
        }
    }
}
