//! What is generated from the arguments: completions, man pages, the command reference.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::exit::Exit;
use crate::failure::{Failure, OrExit};

/// Prints a completion script for a shell.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Writes man pages into a folder.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder; it is made when missing
    folder: PathBuf,
}

/// Prints docs/commands.md.
#[derive(Debug, Args)]
pub(crate) struct ReferenceArgs {}

impl CompletionsArgs {
    pub(crate) fn run(self, command: &mut Command) -> Result<Exit, Failure> {
        clap_complete::generate(self.shell, command, "cofferdam", &mut std::io::stdout());
        Ok(Exit::Success)
    }
}

impl ManArgs {
    pub(crate) fn run(self, command: &Command) -> Result<Exit, Failure> {
        std::fs::create_dir_all(&self.folder).or_exit(Exit::System)?;
        clap_mangen::generate_to(command.clone(), &self.folder).or_exit(Exit::System)?;
        Ok(Exit::Success)
    }
}

impl ReferenceArgs {
    pub(crate) fn run(self, command: &Command) -> Result<Exit, Failure> {
        print!("{}", reference(command));
        Ok(Exit::Success)
    }
}

/// The command reference, as Markdown.
fn reference(command: &Command) -> String {
    let mut text = String::from(
        "# Commands\n\nGenerated from the program (`cofferdam reference`); a test keeps it up to date.\n",
    );
    let mut command = command.clone();
    command.build();
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        section(&mut text, sub, &format!("cofferdam {}", sub.get_name()));
    }
    text
}

fn section(text: &mut String, command: &Command, path: &str) {
    if command.get_name() == "help" {
        return;
    }
    let mut command = command.clone().term_width(100);
    let help = command.render_long_help().to_string();
    // Writing to a string cannot fail.
    let _ = write!(text, "\n## `{path}`\n\n```text\n");
    for line in help.trim_end().lines() {
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text.push_str("```\n");
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        section(text, sub, &format!("{path} {}", sub.get_name()));
    }
}
