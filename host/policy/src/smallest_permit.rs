//! Writes the narrowest statement that would permit what was asked.

use std::fmt::Write as _;

use crate::cedar_text::quote;
use crate::policy::Policy;
use crate::question::Question;
use crate::scene::Scene;

/// How much of a digest makes an identifier that people can tell apart.
const SHORT_DIGEST_CHARS: usize = 12;

/// A permit for this question, asked by this hook or package, in this stage and on this target.
pub(crate) fn smallest_permit(policy: &Policy, scene: &Scene<'_>, question: &Question) -> String {
    let action = question.action().key();
    let target = scene.context().target.as_str();
    let mut conditions = Vec::new();
    let (digest, whom) = match scene.hook() {
        Some(hook) => {
            // The request was made from this stage, so the schema knows it.
            let stage = scene.stage().unwrap_or_default();
            conditions.push(format!("principal in Stage::{}", quote(stage)));
            (hook.digest.as_str(), format!("hook {}", hook.name))
        }
        None => {
            let package = scene.package();
            conditions.push(format!("resource.digest == {}", quote(&package.digest)));
            (package.digest.as_str(), format!("package {} {}", package.id, package.version))
        }
    };
    if !matches!(question, Question::RunHook | Question::SetLimits) {
        conditions.push(format!("context.target == {}", quote(target)));
    }
    if let Question::Http { method, .. } = question {
        conditions.push(format!("context.method == {}", quote(method)));
    }
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "@id({})\n@reason({})\npermit (\n    principal == {},\n    action == Action::{},\n    \
         resource == {}\n)\nwhen {{ {} }};\n",
        quote(&free_id(policy, scene, question, digest)),
        quote(&format!("{whom} may {question}")),
        scene.principal(),
        quote(action),
        scene.resource(question),
        conditions.join(" && "),
    );
    text
}

/// An identifier that no statement has: what is asked, about what, by whom.
fn free_id(policy: &Policy, scene: &Scene<'_>, question: &Question, digest: &str) -> String {
    let hex = digest.strip_prefix("sha256:").unwrap_or(digest);
    let short: String = hex.chars().take(SHORT_DIGEST_CHARS).collect();
    let resource = scene.resource(question);
    let mut first = format!("allow.{}.{}", question.action().key(), resource.id().unescaped());
    if let Question::Http { method, .. } = question {
        first = format!("{first}.{method}");
    }
    // One module may ask the same at two stages.
    let stage = scene.stage().map(|stage| format!(".{stage}")).unwrap_or_default();
    first = format!("{first}{stage}.{short}");
    let others = (2..).map(|number| format!("{first}.{number}"));
    std::iter::once(first.clone())
        .chain(others)
        .find(|id| policy.position(id).is_none())
        .unwrap_or(first)
}
