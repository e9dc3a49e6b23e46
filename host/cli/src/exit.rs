//! The exit codes: one table, from which the program, its help and the documentation are made.

use std::process::ExitCode;

/// What one exit code means.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ExitFacts {
    pub(crate) code: u8,
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
}

macro_rules! exits {
    ($($variant:ident $code:literal $name:literal $meaning:literal;)*) => {
        /// How the program ends.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Exit {
            $(#[doc = $meaning] $variant = $code,)*
        }

        /// Every exit code, ascending.
        pub(crate) const EXITS: &[ExitFacts] =
            &[$(ExitFacts { code: $code, name: $name, meaning: $meaning },)*];
    };
}

exits! {
    Success 0 "success" "what was asked for was done";
    Failed 1 "deployment failed" "a hook or a convention failed; DeployFailed ran; earlier deployments are as they were";
    Usage 2 "usage" "the command line could not be understood";
    BadInput 3 "bad input" "a settings, variables, policy, key or hook file cannot be used; nothing was deployed";
    BadPackage 4 "bad package" "the package cannot be read, has no identity, or is hostile; what was extracted is removed";
    Refused 5 "refused by policy" "policy does not allow it; the message names the statement; nothing was deployed";
    Walls 6 "walls missing" "this machine offers less than --require-os-sandbox asks for; nothing was deployed";
    PlanStale 7 "plan is stale" "package, hooks, policy or variables changed since the plan was made; nothing was deployed";
    Busy 8 "busy" "another deployment holds the root and did not finish in time";
    NotRecorded 9 "not recorded" "journal or audit log cannot be written, so the deployment stopped";
    NotVerified 10 "not verified" "a signature, log, attestation, receipt, reproduction or policy test does not hold";
    System 11 "system" "the operating system refused something, such as a full disk or missing permission";
    NotHeld 12 "not held" "an attack of the hostile collection got something of what it wanted, or could not be tried";
    Bug 70 "bug" "a mistake in Cofferdam itself; please report it";
    Cancelled 130 "cancelled" "stopped by Ctrl-C or SIGTERM; a running hook was stopped and DeployFailed ran";
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// The table as the last part of `cofferdam --help`.
pub(crate) fn exit_codes_help() -> String {
    let mut text = String::from("Exit codes:\n");
    for exit in EXITS {
        text.push_str(&format!("  {:>3}  {}: {}\n", exit.code, exit.name, exit.meaning));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_ascending() {
        assert!(EXITS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }

    #[test]
    fn the_documentation_lists_every_code() {
        let page = include_str!("../../../docs/exit-codes.md");
        for exit in EXITS {
            let row = format!("| {} | {} | {} |", exit.code, exit.name, exit.meaning);
            assert!(page.contains(&row), "docs/exit-codes.md lacks the row\n{row}");
        }
    }
}
