//! The console: one line a convention as it runs, what hooks print below it, a summary at the end.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use cofferdam_deployment::{
    Change, ChangeKind, Event, EventKind, HookName, Observer, ObserverError, Status,
};
use cofferdam_sandbox::{HttpExchange, LogLevel, OutputStream};

use super::amount::{count, duration, size};
use super::printable::printable;
use super::style::{Role, Style};

/// How much the console shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// What happens.
    Normal,
    /// Also what did not happen, and hooks' verbose messages.
    Verbose,
}

/// Shows events to people.
///
/// Everything that comes from packages and hooks is made harmless for terminals first. A console
/// that cannot be written to never stops a deployment.
pub(crate) struct Console<W: Write> {
    out: W,
    style: Style,
    verbosity: Verbosity,
    bar: Option<ProgressBar>,
    summary: Summary,
}

/// How often a progress bar is drawn again.
const BAR_INTERVAL: Duration = Duration::from_millis(100);

/// Extraction that is quicker than this needs no bar.
const BAR_DELAY: Duration = Duration::from_millis(500);

struct ProgressBar {
    started: Instant,
    drawn: Option<Instant>,
}

#[derive(Default)]
struct Summary {
    steps: Vec<(u8, String, u64)>,
    /// Added, changed, removed.
    changes: [usize; 3],
    outputs: BTreeMap<String, String>,
    artifacts: Vec<(String, PathBuf, u64, String)>,
    folder: Option<PathBuf>,
}

impl Console<std::io::Stderr> {
    /// A console on standard error; with a progress bar if that is a terminal and not in CI.
    pub(crate) fn on_stderr(verbosity: Verbosity) -> Self {
        let stderr = std::io::stderr();
        let style = Style::for_stream(&stderr);
        let live = stderr.is_terminal() && std::env::var_os("CI").is_none();
        let mut console = Self::new(stderr, style, verbosity);
        if live && verbosity >= Verbosity::Normal {
            console.bar = Some(ProgressBar { started: Instant::now(), drawn: None });
        }
        console
    }
}

impl<W: Write> Console<W> {
    pub(crate) fn new(out: W, style: Style, verbosity: Verbosity) -> Self {
        Self { out, style, verbosity, bar: None, summary: Summary::default() }
    }

    fn show(&mut self, event: &EventKind) -> std::io::Result<()> {
        if !matches!(event, EventKind::ExtractionProgress { .. }) {
            self.clear_bar()?;
        }
        self.summary.note(event);
        match event {
            EventKind::Failed { .. } => {}
            _ if self.verbosity == Verbosity::Quiet => return Ok(()),
            _ => {}
        }
        let style = self.style;
        match event {
            EventKind::Waiting { holder } => match holder {
                Some(holder) => writeln!(
                    self.out,
                    "{} process {} {} since {}",
                    style.paint(Role::Warning, "waiting:"),
                    holder.pid,
                    printable(&holder.doing),
                    printable(&holder.since),
                ),
                None => writeln!(
                    self.out,
                    "{} another deployment to this root is starting",
                    style.paint(Role::Warning, "waiting:")
                ),
            },
            EventKind::Started {
                package_id,
                package_version,
                environment,
                tenant,
                machine,
                walls,
                ..
            } => {
                let place = [Some(machine), environment.as_ref(), tenant.as_ref()];
                let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
                writeln!(
                    self.out,
                    "{} to {}",
                    style
                        .paint(Role::Strong, printable(&format!("{package_id} {package_version}"))),
                    printable(&place.join(", ")),
                )?;
                writeln!(self.out, "{}", style.paint(Role::Quiet, format!("walls: {walls}")))
            }
            EventKind::Interrupted { package_id, package_version, folder, removed, .. } => {
                writeln!(
                    self.out,
                    "{} an earlier deployment of {} {} was interrupted{}",
                    style.paint(Role::Warning, "note:"),
                    printable(package_id),
                    printable(package_version),
                    match (folder, removed) {
                        (Some(folder), true) =>
                            format!("; its folder {} is removed", printable(folder)),
                        (Some(folder), false) =>
                            format!("; its folder {} is kept", printable(folder)),
                        (None, _) => String::new(),
                    }
                )
            }
            EventKind::Decided { question, reasons } if self.verbosity == Verbosity::Verbose => {
                writeln!(
                    self.out,
                    "{}",
                    style.paint(Role::Quiet, format!("policy: {}", printable(question)))
                )?;
                for reason in reasons {
                    let line = format!(
                        "  by `{}`: {}",
                        printable(&reason.statement),
                        printable(&reason.text)
                    );
                    writeln!(self.out, "{}", style.paint(Role::Quiet, line))?;
                }
                Ok(())
            }
            EventKind::ConventionStarted { number, name } => {
                writeln!(self.out, "{} {name}", style.paint(Role::Accent, format!("{number:>2}")))
            }
            EventKind::ConventionSkipped { number, name, why }
                if self.verbosity == Verbosity::Verbose =>
            {
                let line = format!("{number:>2} {name}: {}", printable(why));
                writeln!(self.out, "{}", style.paint(Role::Quiet, line))
            }
            EventKind::ExtractionProgress { package_bytes_read, package_bytes_total, entries } => {
                self.draw_bar(*package_bytes_read, *package_bytes_total, *entries)
            }
            EventKind::Extracted { folder, entries, bytes } => writeln!(
                self.out,
                "   {}, {} to {}",
                count(*entries, "entry"),
                size(*bytes),
                printable(&folder.display().to_string())
            ),
            EventKind::HookStarted { hook, .. } => {
                writeln!(self.out, "   {}", style.paint(Role::Strong, hook_title(hook)))
            }
            EventKind::HookLine { stream, level, text, truncated, .. } => {
                let role = match stream {
                    OutputStream::Stderr => Some(Role::Warning),
                    OutputStream::Stdout => None,
                };
                let text = if *truncated { format!("{text} [...]") } else { text.clone() };
                self.hook_text(*level, role, &text)
            }
            EventKind::HookLog { level, message, .. } => {
                message.lines().try_for_each(|line| self.hook_text(*level, None, line))
            }
            EventKind::HookProgress { percent, message, .. }
                if self.verbosity == Verbosity::Verbose =>
            {
                let line = format!("     {percent:>3} % {}", printable(message));
                writeln!(self.out, "{}", style.paint(Role::Quiet, line))
            }
            EventKind::CapabilityRefused { asked, why, .. } => writeln!(
                self.out,
                "     {} {}: {}",
                style.paint(Role::Warning, "refused:"),
                printable(asked),
                printable(why)
            ),
            EventKind::GrantUnused { unused, .. } => {
                let unused: Vec<String> = unused.iter().map(ToString::to_string).collect();
                writeln!(
                    self.out,
                    "     {} it did not use {}",
                    style.paint(Role::Quiet, "granted in vain:"),
                    printable(&unused.join(", "))
                )
            }
            EventKind::HttpRequested { exchange, .. }
                if exchange.failure.is_some() || self.verbosity == Verbosity::Verbose =>
            {
                let (role, line) = http_line(exchange);
                writeln!(self.out, "     {}", style.paint(role, printable(&line)))
            }
            EventKind::UnknownServiceMessage { name, .. }
                if self.verbosity == Verbosity::Verbose =>
            {
                let line = format!("     service message `{}` is passed on", printable(name));
                writeln!(self.out, "{}", style.paint(Role::Quiet, line))
            }
            EventKind::HookFilesDeleted { names } if self.verbosity == Verbosity::Verbose => {
                let line = format!("   deleted {}", printable(&names.join(", ")));
                writeln!(self.out, "{}", style.paint(Role::Quiet, line))
            }
            EventKind::Message { level, text } => {
                for line in text.lines() {
                    self.text("   ", *level, None, line)?;
                }
                Ok(())
            }
            EventKind::Failed { convention, name, error, hint } => {
                writeln!(
                    self.out,
                    "{} convention {convention} ({name}): {}",
                    style.paint(Role::Bad, "failed:"),
                    printable(error)
                )?;
                match hint {
                    Some(hint) => writeln!(
                        self.out,
                        "{} {}",
                        style.paint(Role::Accent, "hint:"),
                        printable(hint)
                    ),
                    None => Ok(()),
                }
            }
            EventKind::Retired { folder, .. } => {
                writeln!(self.out, "   removed {} (retention)", printable(folder))
            }
            EventKind::Ended { status, elapsed_ms } => self.end(status, *elapsed_ms),
            _ => Ok(()),
        }
    }

    /// What a hook said, indented below it, with a bar at the left that no hook can draw over.
    fn hook_text(
        &mut self,
        level: LogLevel,
        role: Option<Role>,
        text: &str,
    ) -> std::io::Result<()> {
        self.text("     ", level, role, text)
    }

    fn text(
        &mut self,
        indent: &str,
        level: LogLevel,
        role: Option<Role>,
        text: &str,
    ) -> std::io::Result<()> {
        let role = match level {
            LogLevel::Verbose if self.verbosity < Verbosity::Verbose => return Ok(()),
            LogLevel::Verbose | LogLevel::Wait => Some(Role::Quiet),
            LogLevel::Info => role,
            LogLevel::Warning => Some(Role::Warning),
            LogLevel::Error => Some(Role::Bad),
            LogLevel::Highlight => Some(Role::Strong),
        };
        // Without colour, a level must still be told from another.
        let mark = match level {
            LogLevel::Warning => "warning: ",
            LogLevel::Error => "error: ",
            _ => "",
        };
        let text = printable(text);
        match role {
            Some(role) => {
                writeln!(self.out, "{indent}{}", self.style.paint(role, format!("{mark}{text}")))
            }
            None => writeln!(self.out, "{indent}{mark}{text}"),
        }
    }

    fn draw_bar(&mut self, read: u64, total: u64, entries: u64) -> std::io::Result<()> {
        const WIDTH: u64 = 30;
        let Some(bar) = &mut self.bar else { return Ok(()) };
        if bar.drawn.is_none() && read == 0 {
            bar.started = Instant::now();
        }
        let due = match bar.drawn {
            None => bar.started.elapsed() >= BAR_DELAY,
            Some(drawn) => drawn.elapsed() >= BAR_INTERVAL,
        };
        if !due {
            return Ok(());
        }
        bar.drawn = Some(Instant::now());
        let filled = (WIDTH * read / total.max(1)).min(WIDTH);
        write!(
            self.out,
            "\r   unpacking [{}{}] {:>3} %, {}\u{1b}[K",
            "#".repeat(filled as usize),
            " ".repeat((WIDTH - filled) as usize),
            (100 * read / total.max(1)).min(100),
            count(entries, "entry"),
        )?;
        self.out.flush()
    }

    fn clear_bar(&mut self) -> std::io::Result<()> {
        let drawn = self.bar.as_mut().and_then(|bar| bar.drawn.take());
        if drawn.is_some() { write!(self.out, "\r\u{1b}[K") } else { Ok(()) }
    }

    fn end(&mut self, status: &Status, elapsed_ms: u64) -> std::io::Result<()> {
        let style = self.style;
        let (role, word) = match status {
            Status::Succeeded => (Role::Good, "succeeded"),
            Status::AlreadyInstalled => (Role::Good, "already installed, nothing was done"),
            Status::SkippedRemaining => {
                (Role::Good, "succeeded, the remaining conventions skipped")
            }
            Status::Failed => (Role::Bad, "failed"),
            Status::Cancelled => (Role::Bad, "cancelled"),
        };
        let elapsed = duration(Duration::from_millis(elapsed_ms));
        writeln!(self.out, "{} in {elapsed}", style.paint(role, word))?;
        let summary = std::mem::take(&mut self.summary);
        if let Some(folder) = &summary.folder {
            writeln!(self.out, "  folder     {}", printable(&folder.display().to_string()))?;
        }
        let steps: Vec<String> = summary
            .steps
            .iter()
            .filter(|(_, _, elapsed_ms)| *elapsed_ms > 0)
            .map(|(number, name, ms)| {
                format!("{number} {name} {}", duration(Duration::from_millis(*ms)))
            })
            .collect();
        for (index, step) in steps.iter().enumerate() {
            writeln!(
                self.out,
                "  {} {step}",
                if index == 0 { "time      " } else { "          " }
            )?;
        }
        let [added, changed, removed] = summary.changes;
        if added + changed + removed > 0 {
            writeln!(self.out, "  by hooks   {added} added, {changed} changed, {removed} removed")?;
        }
        for (index, (name, value)) in summary.outputs.iter().enumerate() {
            let label = if index == 0 { "outputs   " } else { "          " };
            writeln!(self.out, "  {label} {} = {}", printable(name), printable(value))?;
        }
        for (index, (name, path, bytes, sha256)) in summary.artifacts.iter().enumerate() {
            let label = if index == 0 { "artifacts " } else { "          " };
            let path = path.display().to_string();
            writeln!(
                self.out,
                "  {label} {} ({}, sha256 {}) {}",
                printable(name),
                size(*bytes),
                sha256.get(..12).unwrap_or(sha256),
                printable(&path),
            )?;
        }
        Ok(())
    }
}

impl Summary {
    fn note(&mut self, event: &EventKind) {
        match event {
            EventKind::ConventionEnded { number, name, elapsed_ms, .. } => {
                self.steps.push((*number, name.clone(), *elapsed_ms));
            }
            EventKind::Extracted { folder, .. } => self.folder = Some(folder.clone()),
            EventKind::HookEnded { changes, .. } => {
                for Change { what, .. } in changes {
                    let index = match what {
                        ChangeKind::Added => 0,
                        ChangeKind::Changed => 1,
                        ChangeKind::Removed => 2,
                    };
                    self.changes[index] += 1;
                }
            }
            EventKind::Output { name, value, .. } => {
                self.outputs.insert(name.clone(), value.clone());
            }
            EventKind::ArtifactKept { name, path, size, sha256, .. } => {
                self.artifacts.push((name.clone(), path.clone(), *size, sha256.clone()));
            }
            _ => {}
        }
    }
}

impl<W: Write> Observer for Console<W> {
    fn observe(&mut self, event: &Event) -> Result<(), ObserverError> {
        // Nobody may be reading any more; the deployment goes on.
        let _ = self.show(&event.what);
        Ok(())
    }
}

/// How a change is told.
pub(crate) fn change_word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Changed => "changed",
        ChangeKind::Removed => "removed",
    }
}

/// `Deploy.wasm (package)`
pub(crate) fn hook_title(hook: &HookName) -> String {
    format!("{} ({})", printable(&hook.name), hook.source)
}

/// What came of an HTTP request that was made for a hook.
pub(crate) fn http_line(exchange: &HttpExchange) -> (Role, String) {
    let HttpExchange { origin, method, status, failure } = exchange;
    match (status, failure) {
        (Some(status), None) => (Role::Quiet, format!("{method} {origin}: {status}")),
        (_, failure) => {
            (Role::Warning, format!("{method} {origin}: {}", failure.as_deref().unwrap_or("?")))
        }
    }
}
