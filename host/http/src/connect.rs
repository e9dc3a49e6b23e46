//! Connections: TCP to addresses that were looked at, and TLS over them.

use std::net::SocketAddr;
use std::time::Duration;

use cofferdam_capability::Origin;
use cofferdam_sandbox::{HttpFailure, HttpFailureKind};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::authorities::Authorities;
use crate::failure;

/// Connects to the first address that answers.
///
/// # Errors
/// When none does within the time.
pub(crate) async fn tcp(to: &[SocketAddr], time: Duration) -> Result<TcpStream, HttpFailure> {
    let attempts = async {
        let mut last = None;
        for address in to {
            match TcpStream::connect(address).await {
                Ok(stream) => return Ok(stream),
                Err(error) => {
                    let doing = format!("connect to {address}");
                    last = Some(failure::of_io(HttpFailureKind::Unreachable, &doing, &error));
                }
            }
        }
        Err(last.unwrap_or_else(|| {
            HttpFailure::new(HttpFailureKind::Unreachable, "there is no address to connect to")
        }))
    };
    timeout(time, attempts).await.unwrap_or_else(|_| Err(took_too_long("connecting", time)))
}

/// Encrypts a connection, and checks that the other end is who it should be.
///
/// # Errors
/// When it is not, or does not speak TLS.
pub(crate) async fn tls(
    stream: TcpStream,
    origin: &Origin,
    authorities: &Authorities,
    time: Duration,
) -> Result<TlsStream<TcpStream>, HttpFailure> {
    let name = ServerName::try_from(origin.host().to_owned()).map_err(|_| {
        let why = format!("no certificate can be for `{}`", origin.host());
        HttpFailure::new(HttpFailureKind::Certificate, why)
    })?;
    let connector = TlsConnector::from(authorities.configuration()?);
    match timeout(time, connector.connect(name, stream)).await {
        Err(_) => Err(took_too_long("agreeing on encryption", time)),
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => {
            let kind = match error.get_ref().and_then(|inner| inner.downcast_ref()) {
                Some(rustls::Error::InvalidCertificate(_)) => HttpFailureKind::Certificate,
                _ => HttpFailureKind::Tls,
            };
            Err(failure::of_io(kind, &format!("encrypt the connection to {origin}"), &error))
        }
    }
}

fn took_too_long(doing: &str, time: Duration) -> HttpFailure {
    let why = format!("{doing} took longer than {} ms", time.as_millis());
    HttpFailure::new(HttpFailureKind::ConnectTimeout, why)
}
