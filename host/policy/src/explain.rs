//! Which statements decided, in sentences.

use std::fmt;

use cofferdam_capability::Reason;

use crate::answer::Answer;
use crate::judge::Judgement;
use crate::near_miss::{NearMiss, near_misses};
use crate::policy::Policy;
use crate::question::Question;
use crate::refuse::{unaskable_hook, unaskable_package};
use crate::scene::Scene;
use crate::{Context, HookFacts, PackageFacts, Refusal, Verdict};

/// One question, its answer, and what the answer comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Question and answer.
    pub answer: Answer,
    /// For a no: who asked for what, why not, and what would permit it.
    pub refusal: Option<Refusal>,
    /// For a no that nothing forbids: the permits that come nearest, the nearest first.
    pub near_misses: Vec<NearMiss>,
}

/// Everything about one hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookExplanation {
    /// The hook's name, origin and stage, as a clause.
    pub hook: String,
    /// The decision as a whole.
    pub judgement: Judgement,
    /// Every question in a fixed order.
    pub questions: Vec<Explanation>,
}

impl Policy {
    /// Explains one answer about a hook.
    ///
    /// # Errors
    /// When the facts cannot be put before a policy, as an unknown stage.
    pub fn explain_question(
        &self,
        hook: &HookFacts,
        context: &Context,
        question: &Question,
    ) -> Result<Explanation, Refusal> {
        let scene = Scene::of_hook(hook, context, [question])
            .map_err(|error| unaskable_hook(hook, &error))?;
        Ok(self.explain_answer(&scene, self.ask(&scene, question)))
    }

    /// Explains whether a package may be deployed.
    ///
    /// # Errors
    /// When the facts cannot be put before a policy.
    pub fn explain_package(
        &self,
        package: &PackageFacts,
        context: &Context,
    ) -> Result<Explanation, Refusal> {
        let scene = Scene::of_package(package, context)
            .map_err(|error| unaskable_package(package, &error))?;
        let answer = self.ask(&scene, &Question::DeployPackage);
        Ok(self.explain_answer(&scene, answer))
    }

    /// Explains everything that is decided about a hook.
    #[must_use]
    pub fn explain(&self, hook: &HookFacts, context: &Context) -> HookExplanation {
        let judgement = self.judge(hook, context);
        let asked = judgement.answers.iter().map(|answer| &answer.question);
        let questions = match Scene::of_hook(hook, context, asked) {
            Ok(scene) => judgement
                .answers
                .iter()
                .map(|answer| self.explain_answer(&scene, answer.clone()))
                .collect(),
            Err(_) => Vec::new(),
        };
        let hook = format!("the {} hook `{}` at stage {}", hook.origin, hook.name, hook.stage);
        HookExplanation { hook, judgement, questions }
    }

    fn explain_answer(&self, scene: &Scene<'_>, answer: Answer) -> Explanation {
        let refusal = (!answer.allowed).then(|| self.refusal(scene, &[&answer]));
        let nothing_forbids = answer.positions.is_empty() && answer.failed.is_empty();
        let near_misses = if !answer.allowed && nothing_forbids {
            near_misses(self, scene, &answer.question)
        } else {
            Vec::new()
        };
        Explanation { answer, refusal, near_misses }
    }
}

impl fmt::Display for Explanation {
    /// "may read the variable `Db.Host`: `default.read-variables` (...) permits it".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer { question, allowed, decided_by, failed, .. } = &self.answer;
        write!(f, "{} {question}: ", if *allowed { "may" } else { "may not" })?;
        if let Some(failed) = failed.first() {
            return write!(f, "`{}` cannot be evaluated: {}", failed.statement, failed.text);
        }
        if decided_by.is_empty() {
            f.write_str("no statement permits it")?;
            return self.near_misses.iter().try_for_each(|miss| write!(f, "; {miss}"));
        }
        let cited: Vec<String> = decided_by.iter().map(cite).collect();
        let verb = match (*allowed, cited.len()) {
            (true, 1) => "permits",
            (true, _) => "permit",
            (false, 1) => "forbids",
            (false, _) => "forbid",
        };
        write!(f, "{} {verb} it", cited.join(" and "))
    }
}

fn cite(reason: &Reason) -> String {
    match reason.text.as_str() {
        "" => format!("`{}`", reason.statement),
        text => format!("`{}` ({text})", reason.statement),
    }
}

impl fmt::Display for HookExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.judgement.verdict {
            Verdict::Granted(_) => write!(f, "{} may run", self.hook)?,
            Verdict::Refused(refusal) => write!(f, "{} may not run: {refusal}", self.hook)?,
        }
        self.questions.iter().try_for_each(|question| write!(f, "\n  it {question}"))
    }
}
