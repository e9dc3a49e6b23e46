//! Writes values into Cedar text.

use cedar_policy::Expression;

/// A Cedar string literal.
pub(crate) fn quote(text: &str) -> String {
    Expression::new_string(text.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_text_stays_one_literal() {
        for text in
            ["", "plain", "with \"quotes\"", "back\\slash", "line\nbreak", "nul\0", "ümläut 🦀"]
        {
            let statement = format!(
                "permit (principal, action, resource) when {{ context.target == {} }};",
                quote(text)
            );
            let parsed: cedar_policy::Policy = statement.parse().expect("one statement");
            let json = parsed.to_json().expect("as JSON").to_string();
            assert!(json.contains("\"Value\""), "{json}");
        }
    }
}
