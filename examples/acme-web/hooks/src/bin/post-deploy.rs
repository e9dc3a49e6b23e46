//! PostDeploy: refuses a site that does not call itself healthy, and hands in the release notes.

use std::fs;

use cofferdam_sdk::{artifact, fail, log, variables};

fn main() {
    let health = match fs::read_to_string("health.json") {
        Ok(text) => text,
        Err(error) => fail(format!("health.json could not be read: {error}")),
    };
    match serde_json::from_str::<serde_json::Value>(&health) {
        Ok(health) if health["status"] == "ok" => log::info("health.json says ok"),
        Ok(health) => fail(format!("health.json says {}, expected \"ok\"", health["status"])),
        Err(error) => fail(format!("health.json is not JSON: {error}")),
    }

    let url = variables::get("Acme.Web.Url").unwrap_or_default();
    let assets = variables::get("Acme.Web.AssetCount").unwrap_or_default();
    let previous =
        match variables::get("Octopus.Tentacle.PreviousSuccessfulInstallation.PackageVersion") {
            Some(version) if !version.is_empty() => version,
            _ => "nothing".into(),
        };
    let notes =
        format!("# Acme Web\n\nServed at {url} with {assets} assets. It replaces {previous}.\n");
    if let Err(error) = fs::write("release-notes.md", notes) {
        fail(format!("release-notes.md could not be written: {error}"));
    }
    artifact::create("release-notes.md", "Release notes.md");
}
