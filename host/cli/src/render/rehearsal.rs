//! A rehearsal, for people.

use cofferdam_capability::{Capability, ClockSource, Grant, RandomSource};
use cofferdam_deployment::{
    Change, ChangeKind, EntryKind, FileDiff, Rehearsal, RehearsedHook, StubbedRequest,
};
use cofferdam_sandbox::LogLevel;

use super::amount::{count, size};
use super::printable::printable;
use super::style::{Role, Style};

/// Prints what hooks would change, output and ask for.
pub(crate) fn print(rehearsal: &Rehearsal, style: Style) {
    let (role, verdict) = if rehearsal.status.is_success() {
        (Role::Good, "would succeed")
    } else {
        (Role::Bad, "would fail")
    };
    println!("\n{} {}", style.paint(Role::Strong, "rehearsal:"), style.paint(role, verdict));
    if let Some(failure) = &rehearsal.failure {
        println!(
            "  {} {} {}: {}",
            style.paint(Role::Bad, "fails at"),
            failure.convention,
            failure.name,
            indented(&failure.error, "    ")
        );
        if let Some(hint) = &failure.hint {
            println!("  {} {}", style.paint(Role::Accent, "hint:"), indented(hint, "    "));
        }
    }
    if let Some(folder) = &rehearsal.folder {
        println!("  folder   {}", printable(folder));
    }
    if let Some(digest) = &rehearsal.tree_digest {
        println!("  tree     {digest}");
    }
    if rehearsal.hooks.is_empty() {
        println!("  no hook would run");
    }
    rehearsal.hooks.iter().for_each(|hook| print_hook(hook, style));
    for folder in &rehearsal.retired {
        println!("{} {}", style.paint(Role::Quiet, "would remove"), printable(folder));
    }
    for note in &rehearsal.notes {
        println!("{} {}", style.paint(Role::Warning, "note:"), indented(note, "  "));
    }
}

fn print_hook(hook: &RehearsedHook, style: Style) {
    let name = &hook.hook;
    let verdict = if hook.succeeded {
        style.paint(Role::Good, "succeeds")
    } else {
        style.paint(Role::Bad, "fails")
    };
    let number = match name.convention {
        0 => "  ".to_owned(),
        number => format!("{number:>2}"),
    };
    println!(
        "{} {} ({}, {}) {verdict}",
        style.paint(Role::Accent, number),
        style.paint(Role::Strong, printable(&name.name)),
        printable(&name.stage),
        name.source,
    );
    for message in &hook.messages {
        let role = match message.level {
            LogLevel::Error => Role::Bad,
            LogLevel::Warning => Role::Warning,
            _ => Role::Quiet,
        };
        let line = style.paint(role, indented(&message.text, "             ")).to_string();
        println!("     says    {line}");
    }
    print_changes(hook, style);
    for output in &hook.outputs {
        println!("     output  {} = {}", printable(&output.name), printable(&output.value));
    }
    for artifact in &hook.artifacts {
        let (name, bytes) = (printable(&artifact.name), size(artifact.size));
        println!("     keeps   {name} ({bytes}), sha256 {}", artifact.sha256);
    }
    hook.requests.iter().for_each(|request| print_request(request, style));
    print_use(hook, style);
}

fn print_changes(hook: &RehearsedHook, style: Style) {
    if hook.changes.is_empty() {
        println!("     files   changes none");
    }
    for change in &hook.changes {
        let (role, mark) = match change.what {
            ChangeKind::Added => (Role::Good, "+"),
            ChangeKind::Changed => (Role::Accent, "~"),
            ChangeKind::Removed => (Role::Bad, "-"),
        };
        println!(
            "     file    {} {}{}",
            style.paint(role, mark),
            printable(&change.path),
            details(change)
        );
        if let Some(diff) = hook.diffs.iter().find(|diff| diff.path == change.path) {
            print_diff(diff, style);
        }
    }
}

fn details(change: &Change) -> String {
    match (change.kind, &change.link, &change.sha256) {
        (EntryKind::Folder, ..) => "/".to_owned(),
        (_, Some(target), _) => format!(" -> {}", printable(target)),
        (_, _, Some(digest)) => format!(" ({}, sha256 {digest})", size(change.size)),
        _ => String::new(),
    }
}

fn print_diff(file: &FileDiff, style: Style) {
    const INDENT: &str = "               ";
    if file.diff.hunks.is_empty() {
        println!("{INDENT}{}", style.paint(Role::Quiet, "only sensitive values differ"));
    }
    for line in file.diff.hunks.lines() {
        let role = match line.as_bytes().first() {
            Some(b'+') => Role::Good,
            Some(b'-') => Role::Bad,
            _ => Role::Quiet,
        };
        println!("{INDENT}{}", style.paint(role, printable(line)));
    }
    if file.diff.cut {
        println!("{INDENT}{}", style.paint(Role::Quiet, "(the rest is left out)"));
    }
}

fn print_request(request: &StubbedRequest, style: Style) {
    let what = format!("{} {}", request.method, request.url);
    let what = printable(&what);
    match request.status {
        Some(status) => println!("     asks    {what}: a stub answered {status}"),
        None => println!(
            "     asks    {what}: {}",
            style.paint(Role::Warning, "refused, no stub answers it")
        ),
    }
}

fn print_use(hook: &RehearsedHook, style: Style) {
    let used: &[Capability] = hook.report.as_ref().map_or(&[], |report| &report.used);
    let (variables, others): (Vec<_>, Vec<_>) =
        used.iter().partition(|capability| matches!(capability, Capability::Variable { .. }));
    let names: Vec<String> = variables.iter().map(ToString::to_string).collect();
    if !names.is_empty() {
        println!("     uses    {}", printable(&names.join(", ")));
    }
    for capability in others {
        println!("     uses    {}", printable(&capability.to_string()));
    }
    for refusal in &hook.refused {
        println!(
            "     {} {}: {}",
            style.paint(Role::Warning, "refused"),
            printable(&refusal.asked),
            printable(&refusal.why)
        );
    }
    if let Some(grant) = &hook.grant {
        println!(
            "     reads   up to {} that it is given",
            count(hook.variables.len() as u64, "variable")
        );
        for capability in unused(grant, used) {
            let line = format!("     unused  {capability} is granted and was not used");
            println!("{}", style.paint(Role::Warning, printable(&line)));
        }
    }
}

/// What is granted beyond the enclosure and the variables and was not used, as far as use is seen.
fn unused(grant: &Grant, used: &[Capability]) -> Vec<Capability> {
    let terms = grant.terms();
    let clock = (terms.clock == ClockSource::Real).then_some(Capability::Clock(terms.clock));
    let random = (terms.random == RandomSource::Real).then_some(Capability::Random(terms.random));
    let http = terms.http.iter().cloned().map(Capability::Http);
    let granted = clock.into_iter().chain(random).chain(http);
    granted.filter(|capability| !used.contains(capability)).collect()
}

/// Each line made harmless, all but the first with this in front.
fn indented(text: &str, indent: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| printable(line).into()).collect();
    lines.join(&format!("\n{indent}"))
}
