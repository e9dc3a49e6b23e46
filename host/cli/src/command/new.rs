//! `cofferdam new`: writes a project that builds at once.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use cofferdam_deployment::{InvalidStage, Stage};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::template::{Language, NewHook};

/// Names are folders, crates, modules and files; this is longer than anybody wants to type.
const MAX_NAME_BYTES: usize = 64;

/// Writes a new project.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    #[command(subcommand)]
    what: NewCommand,
}

#[derive(Debug, Subcommand)]
enum NewCommand {
    Hook(NewHookArgs),
}

/// Writes a hook that builds at once with the ordinary tools of its language, and a test of it.
///
/// The folder's README.md has the three commands: build, test, and put into a package.
#[derive(Debug, Args)]
struct NewHookArgs {
    /// The hook's name, and the folder's: lower-case letters, digits and `-`
    #[arg(value_parser = parse_name)]
    name: String,
    /// What it is written in
    #[arg(long, value_enum, default_value_t = Language::Rust)]
    language: Language,
    /// The stage it runs at, in a package
    #[arg(long, default_value = "Deploy", value_parser = parse_stage)]
    stage: Stage,
    /// Where the hook's folder is made
    #[arg(long, short, default_value = ".", value_name = "FOLDER")]
    output: PathBuf,
}

impl NewArgs {
    pub(crate) fn run(self) -> Result<Exit, Failure> {
        match self.what {
            NewCommand::Hook(args) => args.run(),
        }
    }
}

impl NewHookArgs {
    fn run(self) -> Result<Exit, Failure> {
        let folder = self.output.join(&self.name);
        let stage = self.stage.name();
        let hook = NewHook { name: &self.name, language: self.language, stage };
        write(&folder, &hook).map_err(|error| {
            let exists = error.kind() == io::ErrorKind::AlreadyExists;
            Failure::new(if exists { Exit::BadInput } else { Exit::System }, error)
                .context(format!("cannot make `{}`", folder.display()))
                .with_hint(exists.then(|| "choose another name, or another --output".to_owned()))
        })?;
        println!("{}", folder.display());
        eprintln!("\nin that folder:");
        for command in hook.commands() {
            eprintln!("    {command}");
        }
        Ok(Exit::Success)
    }
}

/// Everything is new: what is there already is an error, and stays.
fn write(folder: &Path, hook: &NewHook<'_>) -> io::Result<()> {
    fs::create_dir(folder)?;
    for (path, text) in hook.files() {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

fn parse_name(text: &str) -> Result<String, String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let begins_well = text.starts_with(|c: char| c.is_ascii_lowercase());
    if begins_well && text.chars().all(allowed) && text.len() <= MAX_NAME_BYTES {
        Ok(text.to_owned())
    } else {
        Err(format!(
            "use lower-case letters, digits and `-`, a letter first, at most {MAX_NAME_BYTES} of them"
        ))
    }
}

/// Packages have hooks at some of the stages only.
fn parse_stage(text: &str) -> Result<Stage, InvalidStage> {
    let stage = text.parse::<Stage>().ok().filter(|stage| stage.is_open_to_all());
    stage.ok_or_else(|| InvalidStage(text.to_owned()))
}
