//! `cofferdam history`: the journal of a root.

use std::path::{Path, PathBuf};

use clap::Args;
use cofferdam_deployment::journal::{Entry, EntryStatus, HookEntry};
use cofferdam_deployment::{Journal, JournalError};
use serde::Serialize;
use time::format_description::well_known::Rfc3339;

use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::render::console::change_word;
use crate::render::printable::printable;
use crate::render::style::{Role, Style};

/// Lists the deployments to a root, the latest first.
///
/// One that began and did not end is `running` while somebody works on the root, and `interrupted`
/// otherwise.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// The root
    #[arg(long, value_name = "FOLDER")]
    root: PathBuf,
    /// Only this many
    #[arg(long, short = 'n', value_name = "N", default_value_t = 20)]
    limit: usize,
    /// One deployment in full, with what its hooks changed
    #[arg(long, value_name = "ID")]
    deployment: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Full<'a> {
    #[serde(flatten)]
    entry: &'a Entry,
    hooks: &'a [HookEntry],
}

impl HistoryArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        let journal = existing_journal(&self.root)?;
        let entries = journal.entries_now().map_err(journal_failure)?;
        let style = Style::for_stream(&std::io::stdout());
        match &self.deployment {
            None if self.json => {
                let shown: Vec<&Entry> = entries.iter().take(self.limit).collect();
                println!("{}", serde_json::to_string_pretty(&shown).or_exit(Exit::Bug)?);
            }
            None => entries.iter().take(self.limit).for_each(|entry| print_line(entry, style)),
            Some(id) => {
                // A few characters of an id are enough when only one deployment has them.
                let mut matching =
                    entries.iter().filter(|entry| entry.id.to_string().starts_with(id));
                let (Some(entry), None) = (matching.next(), matching.next()) else {
                    return Err(Failure::new(
                        Exit::BadInput,
                        format!(
                            "no deployment, or more than one, has an id that begins with `{id}`"
                        ),
                    ));
                };
                let hooks = journal.hooks(entry.id).map_err(journal_failure)?;
                if self.json {
                    let full = Full { entry, hooks: &hooks };
                    println!("{}", serde_json::to_string_pretty(&full).or_exit(Exit::Bug)?);
                } else {
                    print_line(entry, style);
                    print_details(entry, &hooks, style);
                }
            }
        }
        Ok(Exit::Success)
    }
}

/// The journal of a root that something was deployed to.
pub(crate) fn existing_journal(root: &Path) -> Result<Journal, Failure> {
    Journal::open_existing(root).map_err(journal_failure)?.ok_or_else(|| {
        let nothing =
            format!("there is no journal in `{}`: nothing was deployed to it", root.display());
        Failure::new(Exit::BadInput, nothing)
    })
}

pub(crate) fn journal_failure(error: JournalError) -> Failure {
    Failure::new(Exit::System, error)
}

fn print_line(entry: &Entry, style: Style) {
    let role = match entry.status {
        EntryStatus::Succeeded => Role::Good,
        EntryStatus::Running => Role::Accent,
        _ => Role::Bad,
    };
    let place = [entry.environment.as_deref(), entry.tenant.as_deref()];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    let gone = if entry.folder_removed { " (folder removed)" } else { "" };
    println!(
        "{}  {}  {:<11}  {} {}  {}  {}{gone}",
        entry.id,
        entry
            .started
            .replace_nanosecond(0)
            .unwrap_or(entry.started)
            .format(&Rfc3339)
            .unwrap_or_default(),
        style.paint(role, entry.status.key()),
        printable(&entry.package_id),
        printable(&entry.package_version),
        printable(&place.join(", ")),
        printable(&entry.folder),
    );
}

fn print_details(entry: &Entry, hooks: &[HookEntry], style: Style) {
    println!("  package  sha256 {}", entry.package_sha256);
    if !entry.package_signers.is_empty() {
        println!("  signed   by {}", printable(&entry.package_signers.join(", ")));
    }
    if let Some(folder) = &entry.installation_folder {
        println!("  copied   to {}", printable(&folder.display().to_string()));
    }
    if let Some(failure) = &entry.failure {
        println!("  {} {}", style.paint(Role::Bad, "failed:"), printable(failure));
    }
    for hook in hooks {
        let verdict = if hook.succeeded { "" } else { ", failed" };
        println!(
            "  {} {} ({}{verdict}), sha256 {}",
            hook.stage,
            style.paint(Role::Strong, printable(&hook.name)),
            hook.source,
            hook.sha256
        );
        for change in &hook.changes {
            println!("    {} {}", change_word(change.what), printable(&change.path));
        }
    }
}
