//! What is generated from the arguments: completions, man pages, the command reference.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, Command, ValueEnum};
use clap_complete::Shell;
use cofferdam_capability::LIMITS;
use cofferdam_deployment::{OPTIONS, OptionKind};
use cofferdam_package::ExtractLimits;
use cofferdam_variables::PRECEDENCE;

use crate::exit::Exit;
use crate::failure::{Failure, OrCannot};
use crate::render::amount::size;

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

/// Prints docs/commands.md or docs/settings.md.
#[derive(Debug, Args)]
pub(crate) struct ReferenceArgs {
    #[arg(value_enum)]
    page: Page,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Page {
    Commands,
    Settings,
}

impl CompletionsArgs {
    pub(crate) fn run(self, command: &mut Command) -> Result<Exit, Failure> {
        clap_complete::generate(self.shell, command, "cofferdam", &mut std::io::stdout());
        Ok(Exit::Success)
    }
}

impl ManArgs {
    pub(crate) fn run(self, command: &Command) -> Result<Exit, Failure> {
        std::fs::create_dir_all(&self.folder)
            .and_then(|()| clap_mangen::generate_to(command.clone(), &self.folder))
            .or_cannot(Exit::System, "write the manual pages to", &self.folder)?;
        Ok(Exit::Success)
    }
}

impl ReferenceArgs {
    pub(crate) fn run(self, command: &Command) -> Result<Exit, Failure> {
        let page = match self.page {
            Page::Commands => commands_page(command),
            Page::Settings => settings_page(),
        };
        print!("{page}");
        Ok(Exit::Success)
    }
}

/// The command reference, as Markdown.
fn commands_page(command: &Command) -> String {
    let mut text = String::from(
        "# Commands\n\nGenerated from the program (`cofferdam reference commands`); a test keeps it up to date.\n",
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

const SETTINGS_INTRODUCTION: &str = "\
# Settings and variables

Generated from the program (`cofferdam reference settings`); a test keeps it up to date.

Every option below can be given in a settings file, or as the Octopus variable of the same meaning, so that a
variables file made for Calamari works unchanged. Those that are often used have an option of the command line
too; the others can be given there with `--variable`.

## The settings file

`--settings FILE` reads a TOML file. Paths in it are relative to its folder. It is never looked for: nothing is
read that was not named.

```toml
root = \"/srv/applications\"
environment = \"Production\"
features = [\"Octopus.Features.SubstituteInFiles\"]
substitute-files = [\"config/*.ini\"]
features-dir = \"features\"          # the operator's catalogue
artifacts-dir = \"/var/lib/artifacts\"
keep = 5                            # retention: successful deployments beside the current one
keep-days = 30
lock-timeout = \"10m\"
grace-period = \"30s\"
keep-failed-folder = true

policy = \"policy.cedar\"
audit-dir = \"/var/lib/cofferdam/audit\"
signing-key = \"/etc/cofferdam/key\"
former-keys = [\"/etc/cofferdam/key-2025.pub\"] # that signed the log before signing-key did
checkpoint-file = \"/mnt/auditor/checkpoint\" # each new checkpoint of the log, for others to keep

[trust]                             # whose signatures count
allowed-signers = \"allowed_signers\" # an OpenSSH file
keys = [\"ci.pub\"]                   # public keys, under the names of their files

[variables]
\"Acme.Web.Port\" = \"8080\"
\"Acme.Password\" = { value = \"...\", sensitive = true }

[limits]                            # for every hook
memory = \"64MiB\"

[[custom-hook]]
stage = \"PreDeploy\"
file = \"hooks/drain.wasm\"

[[grant]]                           # and [[forbid]]: see the page on policy
hook = \"PreDeploy.wasm\"
variables = [\"Acme.Password\"]
```

## Variables files

`--variables FILE`, repeatable. A JSON object (`{\"Name\": \"value\"}`), a JSON array as Calamari reads it
(`[{\"k\": \"Name\", \"v\": \"value\", \"s\": true}]`, also encrypted), or TOML with a table `[variables]`. A value
marked sensitive (`s`, `sensitive`, `IsSensitive`) is masked wherever it is shown, and is handed to a hook
only where policy names both.

## Precedence

A later place wins.

";

/// The settings reference, as Markdown.
fn settings_page() -> String {
    let mut text = SETTINGS_INTRODUCTION.to_owned();
    text.push_str("| place | what |\n|---|---|\n");
    for layer in &PRECEDENCE {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| {} | {} |", layer.name, layer.from);
    }
    text.push_str("\n## Options\n\n| setting | Octopus variable | kind | default | what |\n|---|---|---|---|---|\n");
    for option in OPTIONS {
        let kind = match option.kind {
            OptionKind::Text => "text",
            OptionKind::Flag => "flag",
            OptionKind::List => "list, by commas",
            OptionKind::Lines => "list, by lines",
            OptionKind::Number => "number",
        };
        let _ = writeln!(
            text,
            "| `{}` | `{}` | {kind} | {} | {} |",
            option.key, option.variable, option.default, option.what
        );
    }
    text.push_str("\n## Limits of packages\n\nA package that exceeds one is refused, and nothing of it stays.\n\n| option | default | what it bounds |\n|---|---|---|\n");
    for (option, default, bounds) in package_limits() {
        let _ = writeln!(text, "| {option} | {default} | {bounds} |");
    }
    text.push_str("\n## Limits\n\nFor each hook. `--limit NAME=VALUE`, `[limits]`, or an annotation in a policy; the tightest wins.\n\n| limit | default | what it bounds | why |\n|---|---|---|---|\n");
    for facts in LIMITS {
        let default = facts.name.format_value(facts.default);
        let _ =
            writeln!(text, "| `{}` | {default} | {} | {} |", facts.key, facts.bounds, facts.why);
    }
    text
}

/// Limits of packages: the option if there is one, the default, what it bounds.
fn package_limits() -> [(&'static str, String, &'static str); 6] {
    let limits = ExtractLimits::default();
    [
        ("`--max-entries`", limits.max_entries.to_string(), "files, folders and links"),
        ("`--max-bytes`", size(limits.max_total_bytes), "all files together, as decoded"),
        (
            "`--max-ratio`",
            limits.max_ratio.to_string(),
            "decoded bytes for each byte of the package, if it is not small",
        ),
        ("", size(limits.max_file_bytes), "one file, as decoded"),
        ("", limits.max_path_bytes.to_string(), "bytes of a path"),
        ("", limits.max_path_depth.to_string(), "folders in each other"),
    ]
}
