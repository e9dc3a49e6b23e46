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

impl Explanation {
    /// What the answer comes from, a sentence each: what decided, and what came near.
    fn because(&self) -> Vec<String> {
        let Answer { allowed, decided_by, failed, .. } = &self.answer;
        if let Some(failed) = failed.first() {
            return vec![format!("`{}` cannot be evaluated: {}", failed.statement, failed.text)];
        }
        if decided_by.is_empty() {
            let near = self.near_misses.iter().map(ToString::to_string);
            return std::iter::once("no statement permits it".to_owned()).chain(near).collect();
        }
        let cited: Vec<String> = decided_by.iter().map(cite).collect();
        let verb = match (*allowed, cited.len()) {
            (true, 1) => "permits",
            (true, _) => "permit",
            (false, 1) => "forbids",
            (false, _) => "forbid",
        };
        vec![format!("{} {verb} it", cited.join(" and "))]
    }
}

fn may(allowed: bool) -> &'static str {
    if allowed { "may" } else { "may not" }
}

fn cite(reason: &Reason) -> String {
    match reason.text.as_str() {
        "" => format!("`{}`", reason.statement),
        text => format!("`{}` ({text})", reason.statement),
    }
}

impl fmt::Display for Explanation {
    /// "may read the variable `Db.Host`: `default.read-variables` (...) permits it".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer { question, allowed, .. } = &self.answer;
        write!(f, "{} {question}: {}", may(*allowed), self.because().join("; "))
    }
}

/// Questions that have the same answer for the same reasons, and differ in the name they are about.
struct Group<'e> {
    first: &'e Explanation,
    because: Vec<String>,
    /// What they have in common, and the name that each is about; one without it stands alone.
    names: Option<(&'static str, Vec<String>)>,
}

impl HookExplanation {
    /// The questions in their order, each group where its first one is.
    fn groups(&self) -> Vec<Group<'_>> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        for question in &self.questions {
            let because = question.because();
            let about = question.answer.question.verb_and_name();
            let same = about.as_ref().and_then(|(verb, _)| {
                groups.iter_mut().find(|group| {
                    group.first.answer.allowed == question.answer.allowed
                        && group.because == because
                        && group.names.as_ref().is_some_and(|(other, _)| other == verb)
                })
            });
            match (same.and_then(|group| group.names.as_mut()), about) {
                (Some((_, names)), Some((_, name))) => names.push(name),
                (_, about) => {
                    let names = about.map(|(verb, name)| (verb, vec![name]));
                    groups.push(Group { first: question, because, names });
                }
            }
        }
        groups
    }
}

impl fmt::Display for Group<'_> {
    /// ```text
    ///   it may read these variables:
    ///     `default.read-variables` (...) permits it
    ///       Db.Host
    ///       Db.Name
    /// ```
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Answer { question, allowed, .. } = &self.first.answer;
        let names = self.names.as_ref().filter(|(_, names)| names.len() > 1);
        match names {
            Some((verb, _)) => write!(f, "\n  it {} {verb}:", may(*allowed))?,
            None => write!(f, "\n  it {} {question}:", may(*allowed))?,
        }
        self.because.iter().try_for_each(|sentence| write!(f, "\n    {sentence}"))?;
        let names = names.into_iter().flat_map(|(_, names)| names);
        names.into_iter().try_for_each(|name| write!(f, "\n      {name}"))
    }
}

impl fmt::Display for HookExplanation {
    /// The verdict, and below it each question with its reasons; questions that differ in a name only
    /// are one, with a name a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.judgement.verdict {
            Verdict::Granted(_) => write!(f, "{} may run", self.hook)?,
            Verdict::Refused(refusal) => write!(f, "{} may not run: {refusal}", self.hook)?,
        }
        self.groups().iter().try_for_each(|group| write!(f, "{group}"))
    }
}
