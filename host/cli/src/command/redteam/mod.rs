//! `cofferdam redteam`: the hostile collection against this machine, with its real settings.

mod machine;
mod report;
mod run;
mod table;

pub(crate) use run::RedteamArgs;
