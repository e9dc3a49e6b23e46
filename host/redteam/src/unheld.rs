//! The guest without a sandbox: it has to get what it wants, or its attacks would be none.

use std::io;
use std::path::Path;
use std::process::Command;

use crate::guest_attacks::ATTACKS;
use crate::machine::Machine;
use crate::scene::Scene;

/// What the guest got when it was run as an ordinary program of this machine.
#[derive(Debug)]
pub struct UnheldGuest {
    /// Whether it says that it got what it wanted.
    pub escaped: bool,
    /// What was found changed around the enclosure.
    pub changes: Vec<String>,
    /// What it printed.
    pub output: String,
}

impl UnheldGuest {
    /// Carries out an attack of the guest, compiled to `program` for this machine, with nothing that holds it.
    ///
    /// # Errors
    /// When the program cannot be started, or its surroundings cannot be made.
    pub fn run(machine: &Machine, program: &Path, attack: &str) -> io::Result<Self> {
        /// What the guest ends with when it got what it wanted.
        const ESCAPED: i32 = 42;
        let scene = Scene::new(machine)?;
        let mut command = Command::new(program);
        let ran = scene.finish(command.arg(attack).current_dir(scene.enclosure()))?;
        let escaped = ran.code == Some(ESCAPED) && ran.stdout.contains("ESCAPED");
        Ok(Self { escaped, changes: scene.changes_outside()?, output: ran.stdout + &ran.stderr })
    }
}

/// The attacks of the guest that get what they want when nothing holds it, by name.
pub fn escaping_unheld() -> impl Iterator<Item = &'static str> {
    ATTACKS.iter().filter(|attack| attack.escapes_unheld).map(|attack| attack.name)
}
