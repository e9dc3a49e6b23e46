//! A hook that runs cases of the template language: `cases.json` in, one outcome a line of
//! `outcomes.jsonl` out, in the order of the cases.
//!
//! Each line is written before the next case is run. If a case ends the program, the lines say how
//! far it came.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write as _;

use cofferdam_conformance_cases::octostache::{Case, run};

fn main() -> Result<(), Box<dyn Error>> {
    let cases: Vec<Case> = serde_json::from_slice(&fs::read("cases.json")?)?;
    let mut outcomes = File::create("outcomes.jsonl")?;
    for case in &cases {
        let mut line = serde_json::to_vec(&run(case))?;
        line.push(b'\n');
        outcomes.write_all(&line)?;
    }
    Ok(())
}
