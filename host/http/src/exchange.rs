//! One request and its response over one connection.

use bytes::Bytes;
use cofferdam_sandbox::{HttpBounds, HttpFailure, HttpFailureKind, HttpResponse};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use crate::failure;

/// The longest head of a response, in bytes: several times what servers send, and little enough to
/// hold.
pub const MAX_RESPONSE_HEAD_BYTES: usize = 64 * 1024;

/// The most headers of a response; also what most servers accept in a request.
pub const MAX_RESPONSE_HEADERS: usize = 100;

/// Sends a message over a stream and reads what comes back.
///
/// # Errors
/// When what comes back is no response, or one beyond the bounds.
pub(crate) async fn over(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    message: Request<Full<Bytes>>,
    bounds: &HttpBounds<'_>,
) -> Result<HttpResponse, HttpFailure> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(MAX_RESPONSE_HEAD_BYTES)
        .max_headers(MAX_RESPONSE_HEADERS)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|error| failure::of_hyper(&error))?;
    // Its errors come back with the response as well.
    let connection = tokio::spawn(connection);
    let response = match timeout(bounds.first_byte_time, sender.send_request(message)).await {
        Ok(Ok(response)) => read(response, bounds).await,
        Ok(Err(error)) => Err(failure::of_hyper(&error)),
        Err(_) => Err(too_slow("the server did not answer within", bounds.first_byte_time)),
    };
    connection.abort();
    response
}

async fn read(
    response: Response<Incoming>,
    bounds: &HttpBounds<'_>,
) -> Result<HttpResponse, HttpFailure> {
    let (head, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    loop {
        let frame = match timeout(bounds.between_bytes_time, incoming.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(error))) => return Err(failure::of_hyper(&error)),
            Err(_) => return Err(too_slow("the server paused for", bounds.between_bytes_time)),
        };
        // Trailers are left out; nobody needs them.
        let Some(data) = frame.data_ref() else { continue };
        if data.len() > bounds.max_body_bytes.saturating_sub(body.len()) {
            let most = bounds.max_body_bytes;
            let why =
                format!("the response is longer than {most} bytes, the limit http-body-bytes");
            return Err(HttpFailure::new(HttpFailureKind::ResponseBodyTooLong, why));
        }
        body.extend_from_slice(data);
    }
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
        .collect();
    Ok(HttpResponse { status: head.status.as_u16(), headers, body })
}

fn too_slow(what: &str, time: std::time::Duration) -> HttpFailure {
    let why = format!("{what} {} ms", time.as_millis());
    HttpFailure::new(HttpFailureKind::ResponseTimeout, why)
}
