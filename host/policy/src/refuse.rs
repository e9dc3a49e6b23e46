//! Turns a no into a refusal that says who asked for what, why not, and what would permit it.

use crate::answer::Answer;
use crate::near_miss::near_misses;
use crate::policy::Policy;
use crate::question::Question;
use crate::scene::{CannotAsk, Scene};
use crate::smallest_permit::smallest_permit;
use crate::{Context, HookFacts, PackageFacts, Refusal};

impl Policy {
    /// Why a hook may not have one thing; none when policy permits it.
    #[must_use]
    pub fn why_not(
        &self,
        hook: &HookFacts,
        context: &Context,
        question: &Question,
    ) -> Option<Refusal> {
        match Scene::of_hook(hook, context, [question]) {
            Ok(scene) => {
                let answer = self.ask(&scene, question);
                (!answer.allowed).then(|| self.refusal(&scene, &[&answer]))
            }
            Err(error) => Some(unaskable_hook(hook, &error)),
        }
    }

    /// The refusal that one or more answers amount to. At least one of them is a no; those that are
    /// not are left out.
    pub(crate) fn refusal(&self, scene: &Scene<'_>, answers: &[&Answer]) -> Refusal {
        let refused: Vec<&Answer> =
            answers.iter().copied().filter(|answer| !answer.allowed).collect();
        let asked = match scene.hook() {
            Some(hook) => ask_of_hook(hook, &refused),
            None => ask_of_package(scene.package()),
        };
        let failed = refused.iter().flat_map(|answer| &answer.failed).next();
        let forbid = refused.iter().flat_map(|answer| &answer.positions).next();
        if let Some(failed) = failed {
            return Refusal {
                statement: Some(failed.statement.clone()),
                asked,
                why: format!("`{}` cannot be evaluated: {}", failed.statement, failed.text),
                smallest_permit: None,
            };
        }
        if let Some(position) = forbid {
            let statement = &self.statements()[*position];
            return Refusal {
                statement: Some(statement.id.clone()),
                asked,
                why: format!(
                    "{} forbids it, and no permit overrides a forbid; change that statement at {}",
                    statement.cite(),
                    statement.place
                ),
                smallest_permit: None,
            };
        }
        let mut why = "no statement permits it".to_owned();
        let nearest = refused
            .first()
            .and_then(|answer| near_misses(self, scene, &answer.question).into_iter().next());
        if let Some(nearest) = nearest {
            why.push_str(&format!("; {nearest}"));
        }
        let permits: Vec<String> =
            refused.iter().map(|answer| smallest_permit(self, scene, &answer.question)).collect();
        Refusal { statement: None, asked, why, smallest_permit: Some(permits.join("\n")) }
    }
}

fn ask_of_hook(hook: &HookFacts, refused: &[&Answer]) -> String {
    let verbs: Vec<String> = refused.iter().map(|answer| answer.question.to_string()).collect();
    let verbs = if verbs.is_empty() { Question::RunHook.to_string() } else { verbs.join(" and ") };
    format!("the {} hook `{}` at stage {} to {verbs}", hook.origin, hook.name, hook.stage)
}

fn ask_of_package(package: &PackageFacts) -> String {
    format!("the package `{}` {} to {}", package.id, package.version, Question::DeployPackage)
}

/// The refusal of facts that cannot be put before a policy.
pub(crate) fn unaskable_hook(hook: &HookFacts, error: &CannotAsk) -> Refusal {
    unaskable(ask_of_hook(hook, &[]), error)
}

/// The refusal of facts that cannot be put before a policy.
pub(crate) fn unaskable_package(package: &PackageFacts, error: &CannotAsk) -> Refusal {
    unaskable(ask_of_package(package), error)
}

fn unaskable(asked: String, error: &CannotAsk) -> Refusal {
    Refusal { statement: None, asked, why: error.to_string(), smallest_permit: None }
}
