//! `cofferdam policy explain`: what each hook of a deployment may do, and which statements decide that.

use std::path::PathBuf;

use clap::Args;
use cofferdam_capability::Reason;
use cofferdam_deployment::survey;
use cofferdam_policy::{Explanation, HookExplanation, HookFacts, HookOrigin, Refusal};
use serde::Serialize;

use crate::command::plan::plan_failure;
use crate::deployment_args::DeploymentArgs;
use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::render::printable::printable;
use crate::sandbox_args::SandboxArgs;
use crate::surroundings::Surroundings;

/// Says for every hook of a deployment what it may do, which statements decide, and what came near
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The package
    package: PathBuf,
    #[command(flatten)]
    deployment: DeploymentArgs,
    #[command(flatten)]
    sandbox: SandboxArgs,
    /// Only the hook of this name
    #[arg(long, value_name = "NAME")]
    hook: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ExplainedDeployment<'e> {
    /// Whether the package may be deployed.
    package: ExplainedQuestion<'e>,
    hooks: Vec<ExplainedHook<'e>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ExplainedHook<'e> {
    name: &'e str,
    origin: HookOrigin,
    stage: &'e str,
    /// Whether it may run, and has all that it cannot do without.
    allowed: bool,
    questions: Vec<ExplainedQuestion<'e>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct ExplainedQuestion<'e> {
    /// What was asked, as a verb: "read the variable `Db.Host`".
    question: String,
    allowed: bool,
    decided_by: &'e [Reason],
    /// Statements that cannot be evaluated, and why not.
    failed: &'e [Reason],
    /// The permits that come nearest to a yes, a sentence each.
    near_misses: Vec<String>,
    refusal: Option<&'e Refusal>,
}

impl ExplainArgs {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let (settings, program) = self.deployment.resolve(&self.package)?;
        let surroundings = Surroundings::new(&self.sandbox, &program)?;
        let facts = survey(settings, &surroundings.services()).map_err(plan_failure)?;
        let policy = surroundings.policy();
        let package =
            policy.explain_package(&facts.package, &facts.context).or_exit(Exit::BadInput)?;
        let wanted = |name: &str| self.hook.as_deref().is_none_or(|only| only == name);
        let hooks = facts.hooks.iter().filter(|hook| wanted(&hook.name));
        let hooks: Vec<(&HookFacts, HookExplanation)> =
            hooks.map(|hook| (hook, policy.explain(hook, &facts.context))).collect();
        if self.json {
            let explained = ExplainedDeployment {
                package: explained_question(&package),
                hooks: hooks
                    .iter()
                    .map(|(hook, explained)| explained_hook(hook, explained))
                    .collect(),
            };
            println!("{}", serde_json::to_string_pretty(&explained).or_exit(Exit::Bug)?);
            return Ok(Exit::Success);
        }
        println!("the package {}", printable(&package.to_string()));
        for (_, explanation) in &hooks {
            for line in explanation.to_string().lines() {
                println!("{}", printable(line));
            }
        }
        Ok(Exit::Success)
    }
}

fn explained_hook<'e>(hook: &'e HookFacts, explanation: &'e HookExplanation) -> ExplainedHook<'e> {
    ExplainedHook {
        name: &hook.name,
        origin: hook.origin,
        stage: &hook.stage,
        allowed: explanation.judgement.verdict.grant().is_some(),
        questions: explanation.questions.iter().map(explained_question).collect(),
    }
}

fn explained_question(explanation: &Explanation) -> ExplainedQuestion<'_> {
    let answer = &explanation.answer;
    ExplainedQuestion {
        question: answer.question.to_string(),
        allowed: answer.allowed,
        decided_by: &answer.decided_by,
        failed: &answer.failed,
        near_misses: explanation.near_misses.iter().map(ToString::to_string).collect(),
        refusal: explanation.refusal.as_ref(),
    }
}
