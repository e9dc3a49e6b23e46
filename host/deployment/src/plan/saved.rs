//! `SavedPlan`: a plan in a file, with its rehearsal if there was one.

use serde_json::Value;

use crate::{Plan, Rehearsal};

/// The key that a rehearsal is kept under, among those of the plan.
const REHEARSAL: &str = "rehearsal";

/// A plan in a file. Its form is that of [`Plan`], in JSON, with one more key, `rehearsal`: a plan
/// is the same plan whether it was rehearsed or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPlan {
    /// The plan.
    pub plan: Plan,
    /// What the rehearsal showed, if there was one.
    pub rehearsal: Option<Rehearsal>,
}

impl SavedPlan {
    /// The file's content.
    ///
    /// # Errors
    /// Never, in practice: a plan is made of texts, numbers and maps with text keys.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut value = serde_json::to_value(&self.plan)?;
        if let (Some(fields), Some(rehearsal)) = (value.as_object_mut(), &self.rehearsal) {
            fields.insert(REHEARSAL.to_owned(), serde_json::to_value(rehearsal)?);
        }
        serde_json::to_string_pretty(&value).map(|json| json + "\n")
    }

    /// Reads a file's content.
    ///
    /// # Errors
    /// When it is not a plan of this version.
    pub fn from_json(json: &[u8]) -> serde_json::Result<Self> {
        let mut value: Value = serde_json::from_slice(json)?;
        let rehearsal = value.as_object_mut().and_then(|fields| fields.shift_remove(REHEARSAL));
        let rehearsal = rehearsal.map(serde_json::from_value).transpose()?;
        Ok(Self { plan: serde_json::from_value(value)?, rehearsal })
    }
}
