//! `Listener`: turns what the sandbox tells of a hook into events, and keeps what it hands out.

use cofferdam_capability::Capability;
use cofferdam_sandbox::{CancelToken, HookEvent, OutputStream};
use cofferdam_variables::{MASK, Value};

use crate::reporter::Reporter;
use crate::{EventKind, HookName, ObserverError};

/// Listens to one run of one hook.
pub(super) struct Listener<'l, 'o> {
    hook: HookName,
    reporter: &'l mut Reporter<'o>,
    cancel: CancelToken,
    explain: &'l Explain<'l>,
    heard: Heard,
}

/// What policy says to a capability that was refused: why not, and what would permit it.
pub(super) type Explain<'e> = dyn Fn(&Capability) -> Option<String> + 'e;

/// What a hook handed out.
pub(super) struct Heard {
    /// Output variables, in order.
    pub(super) outputs: Vec<(String, Value)>,
    /// Artifacts: path and name.
    pub(super) artifacts: Vec<(String, String)>,
    /// What was refused, in words, sensitive values masked.
    pub(super) refused: Vec<String>,
    /// Whether anything was printed on standard error.
    pub(super) printed_errors: bool,
    /// Whether everything was recorded.
    pub(super) record: Result<(), ObserverError>,
}

impl<'l, 'o> Listener<'l, 'o> {
    pub(super) fn new(
        hook: HookName,
        reporter: &'l mut Reporter<'o>,
        cancel: CancelToken,
        explain: &'l Explain<'l>,
    ) -> Self {
        let heard = Heard {
            outputs: Vec::new(),
            artifacts: Vec::new(),
            refused: Vec::new(),
            printed_errors: false,
            record: Ok(()),
        };
        Self { hook, reporter, cancel, explain, heard }
    }

    pub(super) fn into_heard(self) -> Heard {
        self.heard
    }

    /// Hears an event. When one cannot be recorded, the hook is stopped, and nothing more is heard.
    pub(super) fn hear(&mut self, event: HookEvent) {
        if self.heard.record.is_err() {
            return;
        }
        let Some(event) = self.understand(event) else { return };
        if let Err(error) = self.reporter.report(event) {
            self.heard.record = Err(error);
            self.cancel.cancel();
        }
    }

    fn understand(&mut self, event: HookEvent) -> Option<EventKind> {
        let hook = self.hook.clone();
        Some(match event {
            HookEvent::Started { walls } => EventKind::HookConfined { hook, walls },
            HookEvent::Line { stream, level, text, truncated } => {
                self.heard.printed_errors |=
                    stream == OutputStream::Stderr && !text.trim().is_empty();
                EventKind::HookLine { hook, stream, level, text, truncated }
            }
            HookEvent::Log { level, message } => EventKind::HookLog { hook, level, message },
            HookEvent::Progress { percent, message } => {
                EventKind::HookProgress { hook, percent, message }
            }
            HookEvent::Output { name, value, sensitive } => {
                let (value, shown) = self.output(value, sensitive);
                let sensitive = value.is_sensitive();
                self.heard.outputs.push((name.clone(), value));
                EventKind::Output { hook, name, value: shown, sensitive }
            }
            HookEvent::Artifact { path, name } => {
                self.heard.artifacts.push((path, name));
                return None;
            }
            HookEvent::Mask { value } => {
                self.reporter.keep_secret(&Value::sensitive(value));
                return None;
            }
            // The reason is part of the error that the hook ends with.
            HookEvent::FailReason { .. } => return None,
            HookEvent::Used { capability } => EventKind::CapabilityUsed { hook, capability },
            HookEvent::HttpRequested { exchange } => EventKind::HttpRequested { hook, exchange },
            HookEvent::Refused { what, why, capability } => {
                let why = match capability.and_then(|capability| (self.explain)(&capability)) {
                    Some(policy) => format!("{why}; {policy}"),
                    None => why,
                };
                self.heard.refused.push(self.reporter.mask(&what));
                EventKind::CapabilityRefused { hook, asked: what, why }
            }
            HookEvent::UnknownServiceMessage { name, attributes } => {
                EventKind::UnknownServiceMessage { hook, name, attributes }
            }
        })
    }

    /// An output is sensitive if the hook says so, or if a sensitive value stands in it.
    fn output(&mut self, text: String, sensitive: bool) -> (Value, String) {
        if sensitive {
            let value = Value::sensitive(text);
            self.reporter.keep_secret(&value);
            return (value, MASK.to_owned());
        }
        let masked = self.reporter.mask(&text);
        if masked == text { (Value::plain(text), masked) } else { (Value::sensitive(text), masked) }
    }
}
