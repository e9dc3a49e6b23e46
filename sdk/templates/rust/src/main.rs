//! Writes `server.conf` from the variables of the deployment.

use cofferdam_sdk::{fail, log, output, variables};

fn main() {
    // What is missing ends the deployment, with a reason that stands in the error and the journal.
    let port = variables::require("Acme.Port").unwrap_or_else(|error| fail(error));
    let environment = variables::get("Octopus.Environment.Name").unwrap_or_default();

    let text = format!("# {environment}\nlisten {port};\n");
    if let Err(error) = std::fs::write("server.conf", text) {
        fail(format!("server.conf cannot be written: {error}"));
    }
    log::info("wrote server.conf");

    // Later hooks see it, and it stands in the result of the deployment.
    output::set("Acme.Url", format!("http://localhost:{port}/"));
}
