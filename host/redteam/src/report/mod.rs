//! The report of a run: what was attacked, behind which walls, and what came of it; signed.

mod record;
mod sign;
mod verify;

pub use record::{Counts, EngineRecord, MachineRecord, Report, SettingsRecord};
pub use sign::REPORT_TYPE;
pub use verify::{ReportFinding, ReportVerdict, verify_report};
