//! Where we differ from the original on purpose: a list with reasons, which must stay true.

use std::path::Path;

use serde_json::Value;

/// The listed deviations.
#[derive(Debug, Default)]
pub struct Deviations {
    reasons: Vec<(String, String)>,
}

impl Deviations {
    /// Reads the list: `[[deviation]]` tables with `cases` and `reason`.
    pub fn load(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).expect("the list of deviations");
        let list: Value = toml::from_str(&text).expect("a list of deviations");
        let mut reasons = Vec::new();
        for deviation in list["deviation"].as_array().into_iter().flatten() {
            let reason = deviation["reason"].as_str().expect("a reason");
            for case in deviation["cases"].as_array().expect("the cases that deviate") {
                reasons.push((case.as_str().expect("a case").to_owned(), reason.to_owned()));
            }
        }
        Self { reasons }
    }

    /// Why a case deviates.
    pub fn reason(&self, case: &str) -> Option<&str> {
        self.reasons.iter().find(|(id, _)| id == case).map(|(_, reason)| reason.as_str())
    }
}

/// The verdict on a case with its deviation considered: a listed one has to differ.
pub fn judge_with(deviation: Option<&str>, verdict: Result<(), String>) -> Result<(), String> {
    match (deviation, verdict) {
        (Some(reason), Ok(())) => {
            Err(format!("is listed as a deviation, but agrees; it said: {reason}"))
        }
        (Some(_), Err(_)) => Ok(()),
        (None, verdict) => verdict,
    }
}
