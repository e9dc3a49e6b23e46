//! `cofferdam plan --rehearse --learn`: the smallest policy and manifest that would do.

use std::path::Path;

use cofferdam_deployment::{LearnError, Lesson, Services, Settings, Stubs, learn};
use cofferdam_sandbox::CancelToken;

use crate::command::plan::plan_failure;
use crate::command::rehearse::{rehearse_failure, scratch_failure};
use crate::exit::Exit;
use crate::failure::{Failure, OrExit};
use crate::interrupt;
use crate::render::printable::printable;
use crate::render::style::{Role, Style};

/// Learns, writes what was learned into `folder`, and shows the rehearsal under it.
pub(crate) fn learn_into(
    folder: &Path,
    settings: &Settings,
    services: &Services<'_>,
    scratch: &Path,
    stubs: &Stubs,
    json: bool,
) -> Result<Exit, Failure> {
    let cancel = CancelToken::default();
    interrupt::cancel_on_signals(&cancel)?;
    let lesson = match learn(settings, services, scratch, stubs, &cancel) {
        Ok(lesson) => lesson,
        Err(_) if cancel.is_cancelled() => {
            return Err(Failure::new(Exit::Cancelled, "interrupted; nothing was learned"));
        }
        Err(error) => return Err(learn_failure(error)),
    };
    write(folder, &lesson).map_err(|error| {
        Failure::new(Exit::System, error)
            .context(format!("cannot write what was learned to `{}`", folder.display()))
    })?;
    if json {
        println!("{}", serde_json::to_string_pretty(&lesson.rehearsal).or_exit(Exit::Bug)?);
    } else {
        let style = Style::for_stream(&std::io::stdout());
        crate::render::rehearsal::print(&lesson.rehearsal, style);
        println!("\n{}\n{}", style.paint(Role::Strong, "learned:"), printable_lines(&lesson));
    }
    let style = Style::for_stream(&std::io::stderr());
    for note in &lesson.notes {
        eprintln!("{} {}", style.paint(Role::Warning, "note:"), printable(note));
    }
    eprintln!("written: policy.toml, policy.cedar, cofferdam-hook.toml in {}", folder.display());
    Ok(Exit::Success)
}

fn printable_lines(lesson: &Lesson) -> String {
    let lines = lesson.policy_toml.lines().map(|line| format!("  {}", printable(line)));
    lines.collect::<Vec<_>>().join("\n")
}

fn write(folder: &Path, lesson: &Lesson) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("policy.toml"), &lesson.policy_toml)?;
    std::fs::write(folder.join("policy.cedar"), &lesson.policy_cedar)?;
    std::fs::write(folder.join("cofferdam-hook.toml"), &lesson.manifest)
}

fn learn_failure(error: LearnError) -> Failure {
    match error {
        LearnError::Plan(error) => plan_failure(error),
        LearnError::Scratch(error) => scratch_failure(error),
        LearnError::Rehearse(error) => rehearse_failure(error),
        LearnError::Fails(rehearsal) => {
            crate::render::rehearsal::print(&rehearsal, Style::for_stream(&std::io::stdout()));
            Failure::new(Exit::Failed, LearnError::Fails(rehearsal))
        }
        error => Failure::new(Exit::BadInput, error),
    }
}
