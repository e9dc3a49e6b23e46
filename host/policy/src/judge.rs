//! The whole decision about one hook, or one package.

use std::collections::{BTreeMap, BTreeSet};

use cofferdam_capability::{Grant, Reason};

use crate::answer::Answer;
use crate::candidates::{questions, wanted};
use crate::policy::Policy;
use crate::question::Question;
use crate::reasons::reasons_of_answers;
use crate::refuse::{unaskable_hook, unaskable_package};
use crate::scene::{Scene, principals_of};
use crate::terms::{Assembled, assemble};
use crate::{Context, HookFacts, PackageFacts, Refusal, Verdict, Want};

/// Everything that was asked about one hook, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Whether it may run, and with what.
    pub verdict: Verdict,
    /// Every question with its answer, in a fixed order.
    pub answers: Vec<Answer>,
    /// What the hook's manifest wants, in its order, and whether it gets it.
    pub wants: Vec<WantOutcome>,
}

/// Whether a hook gets what it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WantOutcome {
    /// What it wants.
    pub want: Want,
    /// Why it does not get it; none when it does.
    pub refusal: Option<Refusal>,
}

impl Policy {
    /// Decides whether a package may be deployed at all, and by which statements.
    ///
    /// # Errors
    /// When it may not.
    pub fn decide_package(
        &self,
        package: &PackageFacts,
        context: &Context,
    ) -> Result<Vec<Reason>, Refusal> {
        let scene = Scene::of_package(package, context)
            .map_err(|error| unaskable_package(package, &error))?;
        let answer = self.ask(&scene, &Question::DeployPackage);
        if !answer.allowed {
            return Err(self.refusal(&scene, &[&answer]));
        }
        Ok(reasons_of_answers(self, std::iter::once(&answer)))
    }

    /// Decides whether a hook may run, and with what.
    ///
    /// Cheap enough to be asked again for the same hook when variables were defined meanwhile.
    #[must_use]
    pub fn decide(&self, hook: &HookFacts, context: &Context) -> Verdict {
        self.judge(hook, context).verdict
    }

    /// Decides as [`Policy::decide`] does, and tells every question and answer.
    #[must_use]
    pub fn judge(&self, hook: &HookFacts, context: &Context) -> Judgement {
        let asked = principals_of(hook).and_then(|principals| {
            let questions = questions(hook, context, self.mentions(), &principals);
            let scene = Scene::of_hook(hook, context, &questions)?;
            Ok((questions, scene))
        });
        match asked {
            Ok((questions, scene)) => self.judge_scene(hook, &questions, &scene),
            Err(error) => Judgement {
                verdict: Verdict::Refused(unaskable_hook(hook, &error)),
                answers: Vec::new(),
                wants: Vec::new(),
            },
        }
    }

    fn judge_scene(
        &self,
        hook: &HookFacts,
        questions: &BTreeSet<Question>,
        scene: &Scene<'_>,
    ) -> Judgement {
        let answers: BTreeMap<&Question, Answer> =
            questions.iter().map(|question| (question, self.ask(scene, question))).collect();
        let Assembled { terms, reasons, left_out } =
            assemble(self, hook, scene.context(), &answers);

        let mut wants = Vec::new();
        for want in &hook.wants {
            let concerned = answers_to(want, &answers);
            let no = concerned.iter().any(|answer| !answer.allowed);
            let refusal = if no {
                Some(self.refusal(scene, &concerned))
            } else {
                left_out.iter().find(|left| left.what == want.what).map(|left| left.refusal(hook))
            };
            wants.push(WantOutcome { want: want.clone(), refusal });
        }

        let must_run = [&answers[&Question::RunHook]];
        let limits = &answers[&Question::SetLimits];
        let missing = wants.iter().filter(|outcome| outcome.want.required);
        let verdict = if !must_run[0].allowed {
            Verdict::Refused(self.refusal(scene, &must_run))
        } else if !limits.allowed && (!limits.positions.is_empty() || !limits.failed.is_empty()) {
            // A limit that is not known to hold must not be taken for absent.
            Verdict::Refused(self.refusal(scene, &[limits]))
        } else if let Some(refusal) = missing.filter_map(|outcome| outcome.refusal.clone()).next() {
            Verdict::Refused(refusal)
        } else {
            Verdict::Granted(Grant::issue(terms, reasons))
        };
        Judgement { verdict, answers: answers.into_values().collect(), wants }
    }
}

/// The answers that a want depends on.
fn answers_to<'a>(want: &Want, answers: &'a BTreeMap<&Question, Answer>) -> Vec<&'a Answer> {
    wanted(&want.what)
        .iter()
        .filter_map(|question| match question {
            // A variable that is defined was asked about as what it is.
            Question::Variable { name, .. } => answers.values().find(|answer| {
                matches!(&answer.question, Question::Variable { name: asked, .. }
                    if asked.to_lowercase() == name.to_lowercase())
            }),
            question => answers.get(question),
        })
        .collect()
}
