//! Masks sensitive values in an event, before any observer sees it.

use std::path::PathBuf;

use cofferdam_variables::Masker;

use crate::EventKind;

/// Masks every text of the event that somebody other than Cofferdam chose.
pub(crate) fn mask_event(event: &mut EventKind, masker: &Masker) {
    if masker.is_empty() {
        return;
    }
    let text = |text: &mut String| {
        if let std::borrow::Cow::Owned(masked) = masker.mask(text) {
            *text = masked;
        }
    };
    let path = |path: &mut PathBuf| {
        if let std::borrow::Cow::Owned(masked) = masker.mask(&path.to_string_lossy()) {
            *path = masked.into();
        }
    };
    let some = |value: &mut Option<String>| {
        if let Some(value) = value {
            text(value);
        }
    };
    match event {
        EventKind::Rejected { package_id, package_version, error, hint, refusals, .. } => {
            // Of a package without an identity it is the file's name.
            text(package_id);
            text(package_version);
            text(error);
            some(hint);
            for refusal in refusals {
                text(&mut refusal.asked);
                text(&mut refusal.why);
                some(&mut refusal.smallest_permit);
            }
        }
        EventKind::Started {
            package_feed, root, machine, environment, tenant, operator, ..
        } => {
            some(package_feed);
            path(root);
            text(machine);
            some(environment);
            some(tenant);
            text(operator);
        }
        EventKind::Decided { question, reasons } => {
            text(question);
            reasons.iter_mut().for_each(|reason| text(&mut reason.text));
        }
        EventKind::ConventionSkipped { why, .. } => text(why),
        EventKind::Extracted { folder, .. } => path(folder),
        EventKind::HookStarted { variables, .. } => variables.iter_mut().for_each(text),
        EventKind::HookLine { text: line, truncated: true, .. } => *line = masker.mask_cut(line),
        EventKind::HookLine { text: line, .. } => text(line),
        EventKind::HookLog { message, .. } | EventKind::HookProgress { message, .. } => {
            text(message);
        }
        EventKind::Output { name, value, .. } => {
            text(name);
            text(value);
        }
        EventKind::CapabilityRefused { asked, why, .. } => {
            text(asked);
            text(why);
        }
        EventKind::HttpRequested { exchange, .. } => some(&mut exchange.failure),
        EventKind::UnknownServiceMessage { name, attributes, .. } => {
            text(name);
            for (key, value) in attributes {
                text(key);
                text(value);
            }
        }
        EventKind::HookEnded { changes, .. } => {
            for change in changes {
                text(&mut change.path);
                some(&mut change.link);
            }
        }
        EventKind::ArtifactKept { name, path: kept, .. } => {
            text(name);
            path(kept);
        }
        EventKind::HookFilesDeleted { names } => names.iter_mut().for_each(text),
        EventKind::Message { text: message, .. } => text(message),
        EventKind::Failed { error, hint, .. } => {
            text(error);
            some(hint);
        }
        EventKind::Preparing { root, .. } => path(root),
        EventKind::Interrupted { folder, .. } => some(folder),
        EventKind::Retired { folder, .. } => text(folder),
        // Nothing in these but names, numbers and digests of Cofferdam's own, and capabilities,
        // which policy grants by name.
        EventKind::Waiting { .. }
        | EventKind::ConventionStarted { .. }
        | EventKind::ConventionEnded { .. }
        | EventKind::ExtractionProgress { .. }
        | EventKind::HookConfined { .. }
        | EventKind::CapabilityUsed { .. }
        | EventKind::GrantUnused { .. }
        | EventKind::Ended { .. } => {}
    }
}
