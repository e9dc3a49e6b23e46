//! Asks Cedar one question.

use cedar_policy::{AuthorizationError, Authorizer, Decision, PolicySet};
use cofferdam_capability::Reason;

use crate::answer::Answer;
use crate::policy::Policy;
use crate::question::Question;
use crate::refuse::unaskable_hook;
use crate::scene::Scene;
use crate::{Context, HookFacts, Refusal};

impl Policy {
    /// Answers a question from the statements that can have a say.
    pub(crate) fn ask(&self, scene: &Scene<'_>, question: &Question) -> Answer {
        let positions = scene.with_traits(question, |traits| self.index().candidates(traits));
        self.ask_statements(scene, question, &positions)
    }

    /// Answers a question about a hook from every statement, however long that takes. Slower than
    /// the other ways of asking, and with the same answer: for comparing the two.
    ///
    /// # Errors
    /// When the facts cannot be put before a policy.
    pub fn answer_without_slicing(
        &self,
        hook: &HookFacts,
        context: &Context,
        question: &Question,
    ) -> Result<Answer, Refusal> {
        let scene = Scene::of_hook(hook, context, [question])
            .map_err(|error| unaskable_hook(hook, &error))?;
        let every: Vec<usize> = (0..self.statements().len()).collect();
        Ok(self.ask_statements(&scene, question, &every))
    }

    /// Answers a question from the statements at these positions.
    ///
    /// Cedar leaves out statements that cannot be evaluated, which turns a failing `forbid` into an
    /// open door; here, one of them is a no.
    pub(crate) fn ask_statements(
        &self,
        scene: &Scene<'_>,
        question: &Question,
        positions: &[usize],
    ) -> Answer {
        let mut answer = Answer {
            question: question.clone(),
            allowed: false,
            decided_by: Vec::new(),
            failed: Vec::new(),
            positions: Vec::new(),
        };
        let cannot_ask = |text: String| Reason { statement: "cofferdam".to_owned(), text };
        let statements = positions.iter().map(|position| &self.statements()[*position]);
        let slice = match PolicySet::from_policies(statements.map(|s| s.cedar.clone())) {
            Ok(slice) => slice,
            Err(error) => {
                answer.failed.push(cannot_ask(error.to_string()));
                return answer;
            }
        };
        let request = match scene.request(question) {
            Ok(request) => request,
            Err(error) => {
                answer.failed.push(cannot_ask(error.to_string()));
                return answer;
            }
        };
        let response = Authorizer::new().is_authorized(&request, &slice, scene.entities());
        for AuthorizationError::PolicyEvaluationError(error) in response.diagnostics().errors() {
            answer.failed.push(Reason {
                statement: error.policy_id().to_string(),
                text: error.inner().to_string(),
            });
        }
        answer.failed.sort_by(|a, b| a.statement.cmp(&b.statement));
        for id in response.diagnostics().reason() {
            answer.positions.extend(self.position(id.as_ref()));
        }
        answer.positions.sort_unstable();
        answer.decided_by = answer
            .positions
            .iter()
            .map(|position| &self.statements()[*position])
            .map(|statement| Reason {
                statement: statement.id.clone(),
                text: statement.reason.clone().unwrap_or_default(),
            })
            .collect();
        answer.allowed = response.decision() == Decision::Allow && answer.failed.is_empty();
        answer
    }
}
