//! The table of findings, for people.

use std::fmt;

use cofferdam_redteam::{Attack, Finding, Report, Verdict};

use crate::render::printable::printable;
use crate::render::style::{Role, Style};

/// One attack that could be carried out.
pub(super) fn list(attack: &Attack, style: Style) {
    let controls: Vec<&str> = attack.held_by().iter().map(|control| control.key()).collect();
    println!("{}", style.paint(Role::Strong, attack.full_name()));
    println!("    wants {}", attack.wants());
    println!("    {}", printable(&attack.expected()));
    println!("    {}", style.paint(Role::Quiet, format!("held by: {}", controls.join(", "))));
}

/// What came of one attack.
pub(super) fn show(finding: &Finding, style: Style) {
    /// As wide as most names and walls are.
    const NAME: usize = 46;
    const WALL: usize = 22;
    let role = match finding.verdict {
        Verdict::Held => Role::Good,
        Verdict::HeldOtherwise | Verdict::Granted => Role::Warning,
        Verdict::NotHeld | Verdict::NotTried => Role::Bad,
    };
    let verdict = format!("{:<14}", finding.verdict.key());
    let walls = finding.stopped_by.join(", ");
    println!(
        "{} {:<NAME$} {walls:<WALL$} {}",
        style.paint(role, verdict),
        finding.attack,
        style.paint(Role::Quiet, printable(&finding.evidence)),
    );
    if finding.verdict != Verdict::Held {
        println!("{:15}{}", "", style.paint(Role::Quiet, format!("wants {}", finding.wants)));
        println!("{:15}expected: {}", "", printable(&finding.expected));
    }
}

/// What it came to, in a few lines.
pub(super) struct Summary<'a>(pub(super) &'a Report);

impl fmt::Display for Summary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { counts, settings, walls, engine, .. } = self.0;
        writeln!(
            f,
            "{} held, {} held otherwise, {} granted by policy, {} not held, {} not tried",
            counts.held, counts.held_otherwise, counts.granted, counts.not_held, counts.not_tried
        )?;
        if let Some(refusal) = &settings.policy_refuses {
            let refusal = printable(refusal);
            writeln!(
                f,
                "policy refuses such hooks altogether ({refusal}); the built-in policy was used"
            )?;
        }
        let up = walls.iter().filter(|wall| wall.is_up).map(|wall| match &wall.detail {
            Some(detail) => format!("{} ({detail})", wall.name),
            None => wall.name.clone(),
        });
        let up: Vec<String> = up.collect();
        write!(f, "{}; walls: {}", engine.version, up.join(", "))
    }
}
