//! PreDeploy: checks that everything the site needs was configured, and renders its server block.

use std::fs;

use cofferdam_sdk::{fail, log, output, variables};

fn main() {
    let host = variables::require("Acme.Web.HostName").unwrap_or_else(|error| fail(error));
    let port: u16 = variables::require("Acme.Web.Port")
        .unwrap_or_else(|error| fail(error))
        .parse()
        .unwrap_or_else(|_| {
            fail("Acme.Web.Port is not a port number: set it to something like 8080")
        });
    let environment = variables::get("Octopus.Environment.Name").unwrap_or_else(|| "Local".into());

    let server = format!(
        "server {{\n    listen {port};\n    server_name {host};\n    root /srv/acme-web;\n    \
         add_header X-Environment {environment};\n}}\n"
    );
    if let Err(error) = fs::write("config/server.conf", server) {
        fail(format!("config/server.conf could not be written: {error}"));
    }
    log::info(format!("rendered config/server.conf for {host}:{port} in {environment}"));
    output::set("Acme.Web.Url", format!("http://{host}:{port}/"));
}
