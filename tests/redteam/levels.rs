//! `--require-os-sandbox`: each level refuses what is less, and what is really up is said.

use std::process::Command;

use cofferdam_redteam::Machine;

use crate::program::Desk;

const LEVELS: [&str; 4] = ["none", "partial", "full", "strict"];

#[test]
fn each_level_refuses_a_machine_that_has_less() {
    const WALLS_MISSING: i32 = 6;
    let desk = Desk::new();
    std::fs::write(desk.path("hook.wat"), r#"(module (func (export "_start")))"#).unwrap();
    std::fs::create_dir(desk.path("enclosure")).unwrap();
    // What is left out, the highest level that is there then, and what is said of the walls.
    for (without, highest, said) in [
        ("", "strict", "walls: Landlock ABI"),
        ("own-root", "full", "system call filter, user"),
        ("landlock", "partial", "walls: system call filter, own root"),
        ("system-calls", "partial", ", own root"),
        ("landlock,system-calls", "none", "walls: no walls besides WebAssembly"),
    ] {
        for level in LEVELS {
            let output = Command::new(env!("CARGO_BIN_EXE_cofferdam"))
                .args(["run-hook", "hook.wat", "--dir", "enclosure"])
                .arg(format!("--require-os-sandbox={level}"))
                .env(Machine::WITHOUT_VARIABLE, without)
                .current_dir(desk.path("."))
                .output()
                .unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            let rank = |level| LEVELS.iter().position(|known| *known == level);
            let case = format!("without `{without}`, {level} required: {stderr}");
            if rank(level) <= rank(highest) {
                assert_eq!(output.status.code(), Some(0), "{case}");
                assert!(stderr.contains(said), "{case}");
            } else {
                assert_eq!(output.status.code(), Some(WALLS_MISSING), "{case}");
                assert!(stderr.contains(level), "{case}");
            }
        }
    }
}
