//! The attestation of a deployment: what it did, in the form that is signed.

use std::collections::BTreeMap;

use cofferdam_audit::{
    Attestation, Decision, DeploymentRecord, DigestKey, Engine, FileChange, FileChangeKind, Hash,
    HookRun as AttestedHook, HostAction, LimitUse, Outcome as AttestedOutcome, OutcomeStatus,
    OutputRecord as AttestedOutput, OutputValue, PolicyRecord, Reproduction, ResourceDescriptor,
    SignatureRecord, Wall,
};
use cofferdam_capability::{LimitName, Reason};
use cofferdam_sandbox::{HookReport, WallState, Walls};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::journal::HookEntry;
use crate::{ChangeKind, HookRun, Outcome, PlannedSignature, Status, variable_digests};

/// The name of this program in attestations.
const PROGRAM: &str = "cofferdam";

impl Outcome {
    /// The attestation of this deployment, ready to be signed. `folder` is the tree digest of the folder that
    /// it left (see [`folder_digest`](crate::folder_digest)), under the name that it has in the
    /// attestation; sensitive outputs are in it as digests with `key`.
    #[must_use]
    pub fn attestation(&self, folder: Option<(&str, Hash)>, key: &DigestKey) -> Attestation {
        let package = Hash::from_bytes(*self.plan.package.sha256.as_bytes());
        Attestation::new((&self.plan.package.file, package), folder, self.record(key))
    }

    pub(crate) fn record(&self, key: &DigestKey) -> DeploymentRecord {
        let hooks = || self.hooks.iter().zip(&self.runs);
        DeploymentRecord {
            deployment: self.deployment.to_string(),
            started: timestamp(self.started),
            finished: timestamp(self.ended),
            engine: self.engine(),
            context: self.context(),
            plan_digest: hash(&self.plan.sha256()),
            policy: PolicyRecord {
                digest: hash(&self.plan.policy_digest),
                decisions: self.decisions(),
            },
            walls: wall_records(&self.plan.walls),
            hooks: hooks().map(|(hook, run)| attested_hook(hook, run)).collect(),
            file_changes: self.hooks.iter().flat_map(file_changes).collect(),
            outputs: self.attested_outputs(key),
            host_actions: self.hooks.iter().flat_map(http_requests).collect(),
            outcome: AttestedOutcome {
                status: match self.status {
                    Status::Succeeded | Status::SkippedRemaining => OutcomeStatus::Succeeded,
                    Status::AlreadyInstalled => OutcomeStatus::Skipped,
                    Status::Failed | Status::Cancelled => OutcomeStatus::Failed,
                },
                reason: self.failure.as_ref().map(|failure| failure.message.clone()),
            },
            signatures: self.plan.package.signatures.iter().map(signature).collect(),
            provenance: self.plan.package.signatures.iter().filter_map(provenance).collect(),
            reproduction: self.reproduction.clone().map(|facts| Reproduction {
                variables: Some(variable_digests::on_record(&self.given_variables, key)),
                ..facts
            }),
        }
    }

    fn engine(&self) -> Engine {
        let engine = &self.plan.engine;
        let mut settings: BTreeMap<String, String> = engine.settings.iter().cloned().collect();
        settings.insert("engine".to_owned(), engine.version.clone());
        settings.insert("features".to_owned(), engine.features.join(","));
        Engine { name: PROGRAM.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned(), settings }
    }

    fn context(&self) -> BTreeMap<String, String> {
        let some = |name: &str, value: &Option<String>| {
            value.as_ref().map(|value| (name.to_owned(), value.clone()))
        };
        let mut context: BTreeMap<String, String> = [
            some("environment", &self.plan.environment),
            some("tenant", &self.plan.tenant),
            some("feed", &self.plan.package.feed),
        ]
        .into_iter()
        .flatten()
        .collect();
        context.insert("target".to_owned(), self.plan.machine.clone());
        context.insert("operator".to_owned(), self.operator.clone());
        context
    }

    fn decisions(&self) -> Vec<Decision> {
        let package = format!("deploy {} {}", self.plan.package.id, self.plan.package.version);
        let hooks = self.hooks.iter().zip(&self.runs).map(|(hook, run)| {
            decision(format!("run the {} hook {}", hook.stage, hook.name), run.grant.reasons())
        });
        std::iter::once(decision(package, &self.plan.reasons)).chain(hooks).collect()
    }

    fn attested_outputs(&self, key: &DigestKey) -> Vec<AttestedOutput> {
        let outputs = self.outputs.iter().zip(&self.output_values);
        outputs
            .map(|(output, value)| AttestedOutput {
                name: output.name.clone(),
                by: output.hook.clone(),
                value: if output.sensitive {
                    OutputValue::Sensitive(key.digest(value.expose_or_empty().as_bytes()))
                } else {
                    OutputValue::Plain(output.value.clone())
                },
            })
            .collect()
    }
}

fn decision(request: String, reasons: &[Reason]) -> Decision {
    let texts: Vec<&str> = reasons.iter().map(|reason| reason.text.as_str()).collect();
    Decision {
        request,
        is_allowed: true,
        statements: reasons.iter().map(|reason| reason.statement.clone()).collect(),
        reason: (!texts.is_empty()).then(|| texts.join("; ")),
    }
}

/// The record of the walls around a worker.
#[must_use]
pub fn wall_records(walls: &Walls) -> Vec<Wall> {
    let recorded =
        |WallState { name, is_up, detail }| Wall { name: name.to_owned(), is_up, detail };
    walls.each().into_iter().map(recorded).collect()
}

fn attested_hook(hook: &HookEntry, run: &HookRun) -> AttestedHook {
    let report = hook.report.as_ref();
    let source = serde_json::to_value(hook.source).unwrap_or_default();
    AttestedHook {
        name: hook.name.clone(),
        kind: source.as_str().unwrap_or_default().to_owned(),
        stage: hook.stage.clone(),
        module_digest: hash(&hook.sha256),
        signers: hook.signers.clone(),
        signatures: run.signatures.iter().map(signature).collect(),
        grant: serde_json::to_value(&run.grant).unwrap_or_default(),
        used: report
            .map(|report| report.used.iter().map(ToString::to_string).collect())
            .unwrap_or_default(),
        unused: run.unused.iter().map(ToString::to_string).collect(),
        refused: run.refused.clone(),
        limits: run
            .grant
            .limits()
            .iter()
            .map(|(name, limit)| LimitUse {
                name: name.key().to_owned(),
                limit,
                peak: report.and_then(|report| peak(report, name)),
            })
            .collect(),
        outcome: AttestedOutcome {
            status: if hook.succeeded { OutcomeStatus::Succeeded } else { OutcomeStatus::Failed },
            reason: run.failure.clone(),
        },
        wall_ms: report.map_or(0, |report| report.wall_ms),
    }
}

fn signature(planned: &PlannedSignature) -> SignatureRecord {
    SignatureRecord {
        file: planned.file.clone(),
        digest: hash(&planned.sha256),
        verdict: planned.standing.key().to_owned(),
        signers: planned.signers.clone(),
        key: planned.key.clone(),
        statement: planned.statement.clone(),
    }
}

/// The link to a statement about the build: who built, which build, and the digest of the statement.
fn provenance(planned: &PlannedSignature) -> Option<ResourceDescriptor> {
    let build = planned.provenance.as_ref()?;
    let mut link = ResourceDescriptor::new(&build.builder, "sha256", &planned.sha256);
    link.uri.clone_from(&build.invocation);
    Some(link)
}

/// What a hook used of a limit, where that is measured.
fn peak(report: &HookReport, limit: LimitName) -> Option<u64> {
    match limit {
        LimitName::WallTime => Some(report.wall_ms),
        LimitName::CpuTime => Some(report.cpu_ms),
        LimitName::OutputBytes => Some(report.output_bytes),
        LimitName::WrittenBytes => Some(report.written_bytes),
        LimitName::FilesCreated => Some(report.files_created),
        _ => None,
    }
}

/// The HTTP requests that were made for a hook: actions of the host, with their results.
fn http_requests(hook: &HookEntry) -> impl Iterator<Item = HostAction> {
    let exchanges = hook.report.iter().flat_map(|report| &report.http);
    exchanges.map(|exchange| {
        let mut arguments = BTreeMap::from([
            ("method".to_owned(), exchange.method.clone()),
            ("origin".to_owned(), exchange.origin.to_string()),
        ]);
        arguments.extend(exchange.status.map(|status| ("status".to_owned(), status.to_string())));
        HostAction {
            name: "http".to_owned(),
            by: hook.name.clone(),
            arguments,
            outcome: AttestedOutcome {
                status: match exchange.failure {
                    None => OutcomeStatus::Succeeded,
                    Some(_) => OutcomeStatus::Failed,
                },
                reason: exchange.failure.clone(),
            },
        }
    })
}

fn file_changes(hook: &HookEntry) -> impl Iterator<Item = FileChange> {
    hook.changes.iter().map(|change| FileChange {
        path: change.path.clone(),
        change: match change.what {
            ChangeKind::Added => FileChangeKind::Added,
            ChangeKind::Changed => FileChangeKind::Changed,
            ChangeKind::Removed => FileChangeKind::Removed,
        },
        by: hook.name.clone(),
        before: change.sha256_before.as_deref().map(hash),
        after: change.sha256.as_deref().map(hash),
    })
}

/// A digest of ours, which always is 64 hexadecimal digits, with or without `sha256:` in front.
fn hash(text: &str) -> Hash {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let mut bytes = [0; 32];
    // Zeros stand for a digest that nobody could have computed; they verify against nothing.
    if hex::decode_to_slice(digits, &mut bytes).is_err() {
        bytes = [0; 32];
    }
    Hash::from_bytes(bytes)
}

fn timestamp(time: OffsetDateTime) -> String {
    // Formatting fails for years beyond 9999 only.
    time.format(&Rfc3339).unwrap_or_default()
}
