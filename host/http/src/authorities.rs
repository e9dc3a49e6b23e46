//! `Authorities`: the authorities whose certificates count.

use std::sync::{Arc, OnceLock};

use cofferdam_sandbox::{HttpFailure, HttpFailureKind};
use rustls::{ClientConfig, RootCertStore};

/// The authorities that certificates of servers are checked against.
#[derive(Debug, Default)]
pub struct Authorities {
    /// Made when the first encrypted connection needs it: reading a few hundred certificates takes
    /// longer than most hooks.
    configuration: OnceLock<Result<Arc<ClientConfig>, String>>,
}

impl Authorities {
    /// The authorities that this machine trusts; those of `SSL_CERT_FILE` and `SSL_CERT_DIR` of the
    /// environment in their place, when set.
    #[must_use]
    pub fn of_this_machine() -> Self {
        Self::default()
    }

    /// How to make encrypted connections.
    ///
    /// # Errors
    /// When the machine trusts nobody.
    pub(crate) fn configuration(&self) -> Result<Arc<ClientConfig>, HttpFailure> {
        self.configuration
            .get_or_init(make)
            .clone()
            .map_err(|why| HttpFailure::new(HttpFailureKind::Unavailable, why))
    }
}

fn make() -> Result<Arc<ClientConfig>, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        let errors: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        return Err(format!(
            "this machine trusts no certificate authority; install its certificates \
             (`ca-certificates`) or name a file of them in SSL_CERT_FILE{}{}",
            if errors.is_empty() { "" } else { ": " },
            errors.join(", "),
        ));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut configuration = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("encryption cannot be set up: {error}"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(configuration))
}
