//! One attack while it is judged: what was seen, for and against.

use crate::{Finding, Verdict, Wall};

/// The longest evidence that is kept, in characters.
const MAX_EVIDENCE_CHARS: usize = 300;

/// What was seen of one attack.
#[derive(Debug, Default)]
pub(crate) struct Trial {
    /// What the attacker got. Empty if it was held.
    harms: Vec<String>,
    /// What it got that policy may have granted.
    gains: Vec<String>,
    /// What policy grants of what the attacker wants.
    granted: Option<&'static str>,
    /// What is not as the collection says, and harmless.
    surprises: Vec<String>,
    /// Why it could not be carried out.
    obstacle: Option<String>,
    walls: Vec<Wall>,
    evidence: Vec<String>,
    exit_code: Option<i32>,
}

impl Trial {
    /// Something that the attacker got.
    pub(crate) fn harm(&mut self, what: impl Into<String>) {
        self.harms.push(what.into());
    }

    /// The very thing that the attacker wants, which policy may grant.
    pub(crate) fn gain(&mut self, what: impl Into<String>) {
        self.gains.push(what.into());
    }

    /// What policy grants of what the attacker wants.
    pub(crate) fn granted(&mut self, what: Option<&'static str>) {
        self.granted = what;
    }

    /// Something that must hold, or else the attacker got something.
    pub(crate) fn must(&mut self, holds: bool, or_else: impl FnOnce() -> String) {
        if !holds {
            self.harm(or_else());
        }
    }

    /// Something that holds with the default settings.
    pub(crate) fn require(&mut self, holds: bool, or_else: impl FnOnce() -> String) {
        if !holds {
            self.surprises.push(or_else());
        }
    }

    /// The attack could not be carried out.
    pub(crate) fn not_tried(&mut self, why: impl Into<String>) {
        self.obstacle.get_or_insert(why.into());
    }

    /// What stopped it.
    pub(crate) fn stopped_by(&mut self, wall: Wall) {
        if !self.walls.contains(&wall) {
            self.walls.push(wall);
        }
    }

    /// What shows that it was stopped.
    pub(crate) fn evidence(&mut self, line: impl Into<String>) {
        self.evidence.push(line.into());
    }

    /// How the program ended.
    pub(crate) fn ended(&mut self, code: Option<i32>) {
        self.exit_code = code;
    }

    /// The verdict.
    pub(crate) fn finding(self, attack: String, wants: &str, expected: String) -> Finding {
        let (verdict, evidence) = match self.obstacle {
            _ if self.harms.is_empty() && !self.gains.is_empty() && self.granted.is_some() => {
                let policy = self.granted.map(|what| format!("policy grants {what}"));
                (Verdict::Granted, policy.into_iter().chain(self.gains).collect())
            }
            _ if !self.harms.is_empty() || !self.gains.is_empty() => {
                (Verdict::NotHeld, [self.harms, self.gains].concat())
            }
            Some(obstacle) => (Verdict::NotTried, vec![obstacle]),
            None if self.surprises.is_empty() => (Verdict::Held, self.evidence),
            None => (Verdict::HeldOtherwise, [self.surprises, self.evidence].concat()),
        };
        let walls = if verdict.is_held() { self.walls } else { Vec::new() };
        Finding {
            attack,
            wants: wants.to_owned(),
            expected,
            verdict,
            stopped_by: walls.iter().map(ToString::to_string).collect(),
            evidence: one_line(&evidence.join("; ")),
            exit_code: self.exit_code,
        }
    }
}

/// Printable, in one line, and not too long.
fn one_line(text: &str) -> String {
    let mut line: String = text
        .chars()
        .take(MAX_EVIDENCE_CHARS)
        .flat_map(|c| if is_printable(c) { vec![c] } else { c.escape_default().collect() })
        .collect();
    if text.chars().nth(MAX_EVIDENCE_CHARS).is_some() {
        line.push('…');
    }
    line
}

fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
}
