//! One question and its answer.

use cofferdam_capability::Reason;

use crate::question::Question;

/// What policy answers to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// Whether the answer is yes.
    pub allowed: bool,
    /// The statements that decided: the permits of a yes, the forbids of a no. Empty when no
    /// statement permits.
    pub decided_by: Vec<Reason>,
    /// The statements that could not be evaluated, and why not. One is enough for a no.
    pub failed: Vec<Reason>,
    /// Positions in the policy of the statements of `decided_by`.
    pub(crate) positions: Vec<usize>,
}
