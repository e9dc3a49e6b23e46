//! A variable's value as a piece of JSON, laid out to fit where it goes.

use super::reader::{Container, Reader, Scalar, Token};
use super::{number, string};
use crate::SyntaxError;

/// How a fragment is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Layout<'t> {
    /// Everything on one line; with or without a blank after commas and colons.
    OneLine { spaced: bool },
    /// Each element on its own line.
    Lines {
        newline: &'t str,
        /// What the line starts with that the fragment begins on.
        indent: &'t str,
        /// What each level adds to it.
        unit: &'t str,
    },
}

/// Strict JSON with the values of a text that may take the reader's liberties.
///
/// # Errors
/// If the text is no JSON; none for an empty text.
pub(crate) fn format(text: &str, layout: &Layout<'_>) -> Result<Option<String>, SyntaxError> {
    let mut reader = Reader::new(text);
    let mut out =
        Writer { text: String::with_capacity(text.len()), layout, depth: 0, after: After::Name };
    while let Some((token, range)) = reader.next()? {
        let lexeme = text.get(range).unwrap_or_default();
        match token {
            Token::Start(container) => {
                out.begin_element();
                let opening = match container {
                    Container::Object => "{",
                    Container::Array => "[",
                    Container::Constructor => lexeme,
                };
                out.text.push_str(opening);
                out.depth += 1;
                out.after = After::Opening;
            }
            Token::End(container) => {
                out.depth -= 1;
                if out.after != After::Opening {
                    out.line_break();
                }
                out.text.push(match container {
                    Container::Object => '}',
                    Container::Array => ']',
                    Container::Constructor => ')',
                });
                out.after = After::Element;
            }
            Token::Name(name) => {
                out.begin_element();
                out.text.push_str(&string::encode(&name));
                out.text.push_str(match layout {
                    Layout::OneLine { spaced: false } => ":",
                    _ => ": ",
                });
                out.after = After::Name;
            }
            Token::Scalar(scalar) => {
                out.begin_element();
                match scalar {
                    Scalar::String => {
                        let quote = lexeme.as_bytes().first().copied().unwrap_or(b'"');
                        let decoded = string::decode(lexeme, quote).map(|(decoded, _)| decoded);
                        out.text.push_str(&string::encode(&decoded.unwrap_or_default()));
                    }
                    // Strict JSON has no word for what is left out.
                    Scalar::Undefined => out.text.push_str("null"),
                    Scalar::Number => out.text.push_str(&number::strict(lexeme)),
                    Scalar::Boolean | Scalar::Null => out.text.push_str(lexeme),
                }
                out.after = After::Element;
            }
        }
    }
    Ok((!out.text.is_empty()).then_some(out.text))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Opening,
    Name,
    Element,
}

struct Writer<'l> {
    text: String,
    layout: &'l Layout<'l>,
    depth: usize,
    after: After,
}

impl Writer<'_> {
    fn begin_element(&mut self) {
        match self.after {
            After::Name => {}
            After::Opening => self.line_break(),
            After::Element => {
                self.text.push(',');
                if *self.layout == (Layout::OneLine { spaced: true }) {
                    self.text.push(' ');
                }
                self.line_break();
            }
        }
    }

    fn line_break(&mut self) {
        if let Layout::Lines { newline, indent, unit } = self.layout {
            self.text.push_str(newline);
            self.text.push_str(indent);
            for _ in 0..self.depth {
                self.text.push_str(unit);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_are_laid_out_as_their_surroundings() {
        let text = "{a:[1,{}], /* gone */ 'b':\"x\", c: [ ],}";
        let format = |layout| format(text, &layout).unwrap().unwrap();
        assert_eq!(
            format(Layout::OneLine { spaced: true }),
            r#"{"a": [1, {}], "b": "x", "c": []}"#
        );
        assert_eq!(format(Layout::OneLine { spaced: false }), r#"{"a":[1,{}],"b":"x","c":[]}"#);
        assert_eq!(
            format(Layout::Lines { newline: "\r\n", indent: "\t", unit: "  " }),
            "{\r\n\t  \"a\": [\r\n\t    1,\r\n\t    {}\r\n\t  ],\r\n\t  \"b\": \"x\",\r\n\t  \"c\": []\r\n\t}"
        );
    }
}
