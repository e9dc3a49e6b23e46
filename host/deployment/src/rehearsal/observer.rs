//! `Watcher`: the observer that writes down what hooks do.

use super::report::{
    RehearsedArtifact, RehearsedFailure, RehearsedHook, RehearsedMessage, RehearsedOutput,
    RehearsedRefusal,
};
use crate::{Event, EventKind, HookName, Observer, ObserverError};

/// So many lines of a hook are written down; the console has shown all of them.
const MAX_MESSAGES_PER_HOOK: usize = 1_000;

/// Writes down what hooks do, from the events of a deployment or of a rehearsal.
#[derive(Debug, Default)]
pub struct Watcher {
    pub(super) hooks: Vec<RehearsedHook>,
    pub(super) failure: Option<RehearsedFailure>,
    pub(super) retired: Vec<String>,
    pub(super) notes: Vec<String>,
}

impl Watcher {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The hooks that were seen, in order.
    #[must_use]
    pub fn hooks(&self) -> &[RehearsedHook] {
        &self.hooks
    }

    /// Events name the hook that they are about; it is the one that began last.
    fn present(&mut self, hook: &HookName) -> Option<&mut RehearsedHook> {
        self.hooks.last_mut().filter(|present| present.hook == *hook)
    }

    fn message(&mut self, hook: &HookName, message: RehearsedMessage) {
        let Some(present) = self.present(hook) else { return };
        if present.messages.len() < MAX_MESSAGES_PER_HOOK {
            present.messages.push(message);
        }
    }

    fn note(&mut self, event: &EventKind) {
        match event {
            EventKind::HookStarted { hook, sha256, variables, .. } => {
                self.hooks.push(begun(hook, sha256, variables));
            }
            EventKind::HookLine { hook, level, text, .. } => {
                self.message(hook, RehearsedMessage { level: *level, text: text.clone() });
            }
            EventKind::HookLog { hook, level, message } => {
                self.message(hook, RehearsedMessage { level: *level, text: message.clone() });
            }
            EventKind::Output { hook, name, value, sensitive } => {
                if let Some(present) = self.present(hook) {
                    let (name, value) = (name.clone(), value.clone());
                    present.outputs.push(RehearsedOutput { name, value, sensitive: *sensitive });
                }
            }
            EventKind::CapabilityRefused { hook, asked, why } => {
                if let Some(present) = self.present(hook) {
                    let (asked, why) = (asked.clone(), why.clone());
                    present.refused.push(RehearsedRefusal { asked, why });
                }
            }
            EventKind::HookEnded { hook, succeeded, report, changes } => {
                if let Some(present) = self.present(hook) {
                    present.succeeded = *succeeded;
                    present.report.clone_from(report);
                    present.changes.clone_from(changes);
                }
            }
            EventKind::ArtifactKept { hook, name, size, sha256, .. } => {
                if let Some(present) = self.present(hook) {
                    let (name, sha256) = (name.clone(), sha256.clone());
                    present.artifacts.push(RehearsedArtifact { name, size: *size, sha256 });
                }
            }
            EventKind::Message { text, .. } => self.notes.push(text.clone()),
            EventKind::Failed { convention, name, error, hint } => {
                self.failure = Some(RehearsedFailure {
                    convention: *convention,
                    name: name.clone(),
                    error: error.clone(),
                    hint: hint.clone(),
                });
            }
            EventKind::Retired { folder, .. } => self.retired.push(folder.clone()),
            _ => {}
        }
    }
}

impl Observer for Watcher {
    fn observe(&mut self, event: &Event) -> Result<(), ObserverError> {
        self.note(&event.what);
        Ok(())
    }
}

fn begun(hook: &HookName, sha256: &str, variables: &[String]) -> RehearsedHook {
    RehearsedHook {
        hook: hook.clone(),
        sha256: sha256.to_owned(),
        succeeded: false,
        grant: None,
        variables: variables.to_vec(),
        changes: Vec::new(),
        diffs: Vec::new(),
        outputs: Vec::new(),
        artifacts: Vec::new(),
        messages: Vec::new(),
        refused: Vec::new(),
        requests: Vec::new(),
        report: None,
    }
}
