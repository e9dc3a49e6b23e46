//! `wasi:http` for components: requests go to the supervisor, one at a time, and what it answers
//! comes back. There is no socket here, and none can be made.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use cofferdam_capability::{LimitName, Limits};
use cofferdam_worker_protocol::{CHUNK_BYTES, FromWorker, HttpAnswer, HttpHead, ToWorker};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use wasmtime::component::ResourceTable;
use wasmtime_wasi_http::{
    Error, RequestOptions, Result, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks,
};

use crate::HttpFailureKind;
use crate::worker::channel::{Channel, ChannelError};

/// What one component's HTTP calls work on.
pub(super) struct Http {
    context: WasiHttpCtx,
    requests: Requests,
}

impl Http {
    /// Requests go out, and answers come in, through this channel; nobody else receives from it.
    pub(super) fn new(channel: Channel, limits: &Limits) -> Self {
        let max_body_bytes =
            usize::try_from(limits.get(LimitName::HttpBodyBytes)).unwrap_or(usize::MAX);
        let channel = Arc::new(Mutex::new(channel));
        Self { context: WasiHttpCtx::new(), requests: Requests { channel, max_body_bytes } }
    }

    /// What the engine wants to see of it.
    pub(super) fn view<'a>(&'a mut self, table: &'a mut ResourceTable) -> WasiHttpCtxView<'a> {
        WasiHttpCtxView { hooks: &mut self.requests, table, ctx: &mut self.context }
    }
}

struct Requests {
    channel: Arc<Mutex<Channel>>,
    max_body_bytes: usize,
}

/// What becomes of the connection when the response was read; here it is gone already.
type Afterwards = Box<dyn Future<Output = Result<()>> + Send>;

impl WasiHttpHooks for Requests {
    /// The supervisor makes it of what it checked.
    fn set_host_header(&mut self) -> bool {
        false
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _response_processed: Box<dyn Future<Output = Result<()>> + Send>,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Afterwards)>> + Send> {
        let (channel, max_body_bytes) = (self.channel.clone(), self.max_body_bytes);
        Box::new(async move {
            let (head, body) = request.into_parts();
            // The hook may write the body after it has sent the request.
            let body = collect(body, max_body_bytes).await?;
            // A thread that panicked ended the process; the lock cannot be poisoned.
            let mut channel = channel.lock().unwrap_or_else(PoisonError::into_inner);
            let (answer, body) = ask(&mut channel, of_request(&head, options), &body)
                .map_err(|error| Error::InternalError(Some(error.to_string())))?;
            let afterwards: Afterwards = Box::new(async { Ok(()) });
            Ok((response(answer, body, max_body_bytes)?, afterwards))
        })
    }
}

/// Gathers the body of a request.
async fn collect(mut body: WasiBody, max_bytes: usize) -> Result<Vec<u8>> {
    let mut collected = Vec::new();
    while let Some(frame) = body.frame().await {
        // Trailers are left out; requests in one piece have none.
        if let Ok(data) = frame?.into_data() {
            if data.len() > max_bytes.saturating_sub(collected.len()) {
                return Err(Error::HttpRequestBodySize(u64::try_from(max_bytes).ok()));
            }
            collected.extend_from_slice(&data);
        }
    }
    Ok(collected)
}

/// What the supervisor is told of a request.
fn of_request(head: &http::request::Parts, options: Option<RequestOptions>) -> HttpHead {
    let uri = &head.uri;
    let options = options.unwrap_or_default();
    let waits =
        [options.connect_timeout, options.first_byte_timeout, options.between_bytes_timeout];
    let milliseconds = |wait: Duration| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    HttpHead {
        method: head.method.as_str().to_owned(),
        https: uri.scheme() != Some(&http::uri::Scheme::HTTP),
        authority: uri.authority().map(ToString::to_string).unwrap_or_default(),
        path_and_query: uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
            .collect(),
        waits_ms: waits.map(|wait| wait.map(milliseconds)),
    }
}

/// Asks the supervisor, and waits for the answer. Nothing else of the hook runs meanwhile.
fn ask(
    channel: &mut Channel,
    head: HttpHead,
    body: &[u8],
) -> std::result::Result<(HttpAnswer, Vec<u8>), ChannelError> {
    for part in body.chunks(CHUNK_BYTES) {
        channel.outbox().send(&FromWorker::HttpBody(part.to_vec()))?;
    }
    channel.outbox().send(&FromWorker::Http(head))?;
    let mut body = Vec::new();
    loop {
        match channel.receive()? {
            ToWorker::HttpBody(part) => body.extend_from_slice(&part),
            ToWorker::Http(answer) => return Ok((answer, body)),
            _ => return Err(ChannelError::Unexpected),
        }
    }
}

fn response(
    answer: HttpAnswer,
    body: Vec<u8>,
    max_body_bytes: usize,
) -> Result<Response<WasiBody>> {
    let (status, headers) = match answer {
        HttpAnswer::Response { status, headers } => (status, headers),
        HttpAnswer::Failed { kind } => return Err(error(kind, max_body_bytes)),
    };
    let body = Full::new(Bytes::from(body)).map_err(Error::from).boxed_unsync();
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).map_err(|_| Error::HttpProtocolError)?;
    for (name, value) in headers {
        // They came through the same types in the supervisor.
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Error::HttpProtocolError)?;
        let value = HeaderValue::from_bytes(&value).map_err(|_| Error::HttpProtocolError)?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// The error code for a failure.
fn error(kind: HttpFailureKind, max_body_bytes: usize) -> Error {
    match kind {
        HttpFailureKind::Denied => Error::HttpRequestDenied,
        HttpFailureKind::AddressDenied => Error::DestinationIpProhibited,
        HttpFailureKind::InvalidRequest | HttpFailureKind::ResponseMalformed => {
            Error::HttpProtocolError
        }
        HttpFailureKind::NameUnknown => Error::DnsError { rcode: None, info_code: None },
        HttpFailureKind::Unreachable => Error::ConnectionRefused,
        HttpFailureKind::ConnectTimeout => Error::ConnectionTimeout,
        HttpFailureKind::Certificate => Error::TlsCertificateError,
        HttpFailureKind::Tls => Error::TlsProtocolError,
        HttpFailureKind::ResponseTimeout => Error::HttpResponseTimeout,
        HttpFailureKind::ResponseHeadTooLong => Error::HttpResponseHeaderSectionSize(None),
        HttpFailureKind::ResponseBodyTooLong => {
            Error::HttpResponseBodySize(u64::try_from(max_body_bytes).ok())
        }
        HttpFailureKind::ResponseIncomplete => Error::HttpResponseIncomplete,
        HttpFailureKind::Abandoned => Error::ConnectionTerminated,
        HttpFailureKind::Unavailable => Error::ConfigurationError,
    }
}
