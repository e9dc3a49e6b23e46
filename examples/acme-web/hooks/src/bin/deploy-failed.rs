//! DeployFailed: leaves word for whoever looks into it.

use std::fs;

use cofferdam_sdk::{artifact, log, variables};

fn main() {
    let reason = variables::get("OctopusLastErrorMessage").unwrap_or_else(|| "unknown".into());
    log::warning(format!("the site stays on its previous version: {reason}"));
    let report = format!("# Acme Web was not deployed\n\n{reason}\n");
    if fs::write("incident.md", report).is_ok() {
        artifact::create("incident.md", "Incident.md");
    }
}
