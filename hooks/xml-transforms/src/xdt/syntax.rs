//! The little language of `Transform` and `Locator` attributes: `Name` or `Name(arguments)`.

use super::failure::Failure;

/// A parsed attribute value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) name: String,
    /// What stands between the parentheses; `None` when there is nothing.
    pub(super) arguments: Option<String>,
}

impl Call {
    /// Reads `Name` or `Name(arguments)`, white space around it allowed.
    pub(super) fn parse(value: &str) -> Result<Self, Failure> {
        let value = value.trim();
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let end = value.find(|c| !is_word(c)).unwrap_or(value.len());
        let (name, rest) = value.split_at(end);
        let rest = rest.trim_start();
        let arguments = match rest.strip_prefix('(') {
            None if rest.is_empty() => None,
            None => return Err(Failure::BadAttributeValue),
            Some(rest) => Some(rest.strip_suffix(')').ok_or(Failure::BadAttributeValue)?),
        };
        if name.is_empty() {
            return Err(Failure::BadAttributeValue);
        }
        let arguments = arguments.filter(|text| !text.is_empty()).map(str::to_owned);
        Ok(Self { name: name.to_owned(), arguments })
    }

    /// The arguments one by one; see [`split`].
    pub(super) fn argument_list(&self) -> Vec<String> {
        self.arguments.as_deref().map(split).unwrap_or_default()
    }
}

/// Splits at commas outside of parentheses. A single argument is left as it is, several are
/// trimmed. Quotes and brackets protect nothing.
fn split(arguments: &str) -> Vec<String> {
    if !arguments.contains(',') {
        return vec![arguments.to_owned()];
    }
    let mut list = Vec::new();
    let mut depth = 0_i64;
    let mut start = 0;
    for (at, c) in arguments.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                list.push(arguments[start..at].trim().to_owned());
                start = at + 1;
            }
            _ => {}
        }
    }
    list.push(arguments[start..].trim().to_owned());
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_arguments() {
        let call = |value| Call::parse(value).map(|call| (call.name.clone(), call.argument_list()));
        let expect = |name: &str, list: &[&str]| {
            Ok((name.to_owned(), list.iter().map(|&each| each.to_owned()).collect()))
        };
        assert_eq!(call(" Match ( n ) "), expect("Match", &[" n "]));
        assert_eq!(call("X()"), expect("X", &[]));
        assert_eq!(call("X(a, b )"), expect("X", &["a", "b"]));
        assert_eq!(call("X(starts-with(@a,'b'), c)"), expect("X", &["starts-with(@a,'b')", "c"]));
        assert_eq!(call("X([@a='1,2'])"), expect("X", &["[@a='1", "2']"]));
        for bad in ["", " ", "X(a", "X:a", "#X#", "X(a) b", "(a)"] {
            assert_eq!(call(bad), Err(Failure::BadAttributeValue), "{bad}");
        }
    }
}
