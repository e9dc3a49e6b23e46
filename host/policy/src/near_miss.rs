//! Why a permit does not apply: the first of its parts that is not true, with the values in it.

use std::fmt;

use cedar_policy::Request;

use crate::part::Part;
use crate::policy::Policy;
use crate::question::Question;
use crate::scene::Scene;
use crate::statement::Statement;

/// How many near misses are worth reading.
const MOST_NEAR_MISSES: usize = 3;

/// A permit that would have allowed what was asked, had one thing been different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The permit.
    pub statement: String,
    /// Its reason.
    pub reason: Option<String>,
    /// The first part that is not true, in Cedar.
    pub part: String,
    /// The values that the part looks at: path and value, in Cedar. For a part that cannot be
    /// evaluated, what went wrong.
    pub values: Vec<(String, String)>,
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` would permit it, but `{}` is not true", self.statement, self.part)?;
        for (index, (path, value)) in self.values.iter().enumerate() {
            let joint = if index == 0 { ": " } else { ", " };
            write!(f, "{joint}{path} is {value}")?;
        }
        Ok(())
    }
}

/// The permits that come nearest to allowing what was asked, the nearest first.
pub(crate) fn near_misses(
    policy: &Policy,
    scene: &Scene<'_>,
    question: &Question,
) -> Vec<NearMiss> {
    let Ok(request) = scene.request(question) else { return Vec::new() };
    let permits = policy
        .statements()
        .iter()
        .filter(|statement| statement.is_permit() && !statement.is_shipped)
        .filter(|statement| statement.actions.contains(&question.action()));
    let mut found: Vec<(usize, &Statement)> = permits
        .filter_map(|statement| {
            let fails = |part: &Part| part.holds(scene, &request) != Ok(true);
            Some((statement.parts().iter().position(fails)?, statement))
        })
        .collect();
    found.sort_by_key(|(parts_before, _)| std::cmp::Reverse(*parts_before));
    found.truncate(MOST_NEAR_MISSES);
    found.into_iter().map(|(at, statement)| near_miss(statement, at, scene, &request)).collect()
}

fn near_miss(
    statement: &Statement,
    position: usize,
    scene: &Scene<'_>,
    request: &Request,
) -> NearMiss {
    let part = &statement.parts()[position];
    let values = match part.holds(scene, request) {
        Ok(_) => part.values(scene, request),
        Err(error) => vec![("the outcome".to_owned(), error)],
    };
    NearMiss {
        statement: statement.id.clone(),
        reason: statement.reason.clone(),
        part: part.text.clone(),
        values,
    }
}
