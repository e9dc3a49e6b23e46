//! The variables of a deployment on record: digests of what was given, and what is different another time.

use std::collections::BTreeMap;

use cofferdam_audit::{DigestKey, Reproduction, VariableDigest};
use cofferdam_variables::{Masker, Value, VariableSet};

use crate::settings::names;

/// What goes on record of the variables that were given.
///
/// A plain value that a sensitive one stands in is treated as sensitive: others could try passwords
/// against its digest.
pub(crate) fn on_record(
    variables: &VariableSet,
    key: &DigestKey,
) -> BTreeMap<String, VariableDigest> {
    let masker = Masker::new(variables.iter().map(|(_, value)| value));
    let digest = |value: &Value| {
        let text = value.expose_or_empty();
        if value.is_sensitive() || masker.mask(text) != text {
            VariableDigest::Sensitive(key.digest(text.as_bytes()))
        } else {
            VariableDigest::plain(text)
        }
    };
    variables.iter().map(|(name, value)| (name.to_owned(), digest(value))).collect()
}

/// What is different in variables from those on record, a clause each: "`A` is missing". Sensitive values
/// are compared where the key is known that they were digested with.
pub(crate) fn differences(
    facts: &Reproduction,
    variables: &VariableSet,
    key: Option<&DigestKey>,
) -> Vec<String> {
    let Some(recorded) = &facts.variables else { return Vec::new() };
    let mut found = Vec::new();
    for (name, digest) in recorded {
        let Some(value) = variables.get(name) else {
            found.push(format!("`{name}` is missing"));
            continue;
        };
        let text = value.expose_or_empty();
        let is_same = match digest {
            VariableDigest::Plain(_) => *digest == VariableDigest::plain(text),
            VariableDigest::Sensitive(digest) => {
                key.is_none_or(|key| *digest == key.digest(text.as_bytes()))
            }
        };
        // What was a relative path then is taken from the attestation, as the absolute one.
        let is_recorded_root = name.eq_ignore_ascii_case(names::ROOT) && text == facts.root;
        if !is_same && !is_recorded_root {
            found.push(format!("`{name}` has another value"));
        }
    }
    let was_given = |name: &str| recorded.keys().any(|given| given.eq_ignore_ascii_case(name));
    let new = variables.names().filter(|name| !was_given(name));
    found.extend(new.map(|name| format!("`{name}` was not given then")));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(variables: &[(&str, Value)]) -> VariableSet {
        let mut set = VariableSet::new();
        variables.iter().for_each(|(name, value)| set.set(name, value.clone()));
        set
    }

    fn facts(given: &VariableSet, key: &DigestKey) -> Reproduction {
        Reproduction {
            root: "/srv/apps".into(),
            folder: String::new(),
            features: Vec::new(),
            past: BTreeMap::new(),
            installation_was_empty: None,
            variables: Some(on_record(given, key)),
        }
    }

    #[test]
    fn every_difference_is_named_and_secrets_need_the_key() {
        let key = DigestKey::from_bytes([1; 32]);
        let secret = || Value::sensitive("hunter2hunter2");
        let given = set(&[
            ("Port", Value::plain("80")),
            ("Password", secret()),
            ("Url", Value::plain("db://u:hunter2hunter2@host")),
            ("Gone", Value::plain("")),
            (names::ROOT, Value::plain("apps")),
        ]);
        let facts = facts(&given, &key);
        assert_eq!(differences(&facts, &given, Some(&key)), [""; 0]);

        let other = |password: &str| {
            set(&[
                ("port", Value::plain("81")),
                ("PASSWORD", Value::sensitive(password)),
                ("Url", Value::plain("db://u:other@host")),
                ("New", Value::plain("x")),
                (names::ROOT, Value::plain("/srv/apps")),
            ])
        };
        let plain = ["`Gone` is missing", "`Port` has another value", "`New` was not given then"];
        assert_eq!(differences(&facts, &other("wrong"), None), plain);
        assert_eq!(
            differences(&facts, &other("wrong"), Some(&key)),
            [
                "`Gone` is missing",
                "`Password` has another value",
                "`Port` has another value",
                "`Url` has another value",
                "`New` was not given then"
            ]
        );
        let json = serde_json::to_string(&facts).unwrap();
        let url = format!("{:?}", VariableDigest::plain("db://u:hunter2hunter2@host"));
        assert!(!json.contains("hunter2") && !json.contains(&url[11..40]), "{json}");
    }
}
