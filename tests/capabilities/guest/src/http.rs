//! Makes HTTP requests with `wasi:http`.

use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    Fields, IncomingBody, IncomingResponse, Method, OutgoingBody, OutgoingRequest, Scheme,
};

/// `METHOD` and `URL`, or `URL BODY`. Follows no redirect: says where it leads.
pub fn request(method: &str, rest: &str) -> String {
    match rest.split_once(' ') {
        Some((url, body)) => send(method, url, body.as_bytes()),
        None => send(method, rest, b""),
    }
}

pub fn send(method: &str, url: &str, body: &[u8]) -> String {
    match exchange(method, url, body) {
        Ok(response) => response,
        Err(error) => format!("failed: {error}"),
    }
}

fn exchange(method: &str, url: &str, body: &[u8]) -> Result<String, String> {
    let (scheme, rest) = url.split_once("://").ok_or("no scheme")?;
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, "/"),
    };
    let fields = Fields::new();
    fields.set("x-test", &[b"yes".to_vec()]).map_err(|error| format!("{error:?}"))?;
    // What would frame a message cannot even be said.
    if fields.set("host", &[b"elsewhere".to_vec()]).is_ok() {
        return Err("the host header could be set".to_owned());
    }
    let request = OutgoingRequest::new(fields);
    let method = match method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        other => Method::Other(other.to_owned()),
    };
    let scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
    let wrong = |()| "a part of the request is wrong".to_owned();
    request.set_method(&method).map_err(wrong)?;
    request.set_scheme(Some(&scheme)).map_err(wrong)?;
    request.set_authority(Some(authority)).map_err(wrong)?;
    request.set_path_with_query(Some(path)).map_err(wrong)?;
    let outgoing = request.body().map_err(wrong)?;
    let response = outgoing_handler::handle(request, None).map_err(|error| format!("{error:?}"))?;
    // The body is written after the request was handed over, as streaming clients do.
    let stream = outgoing.write().map_err(wrong)?;
    // What keeps the body from being taken is what the response is going to say.
    let taken = body.chunks(4096).all(|part| stream.blocking_write_and_flush(part).is_ok());
    drop(stream);
    if taken {
        OutgoingBody::finish(outgoing, None).map_err(|error| format!("{error:?}"))?;
    }
    response.subscribe().block();
    match response.get() {
        Some(Ok(Ok(response))) => read(&response),
        Some(Ok(Err(error))) => Err(format!("{error:?}")),
        _ => Err("there is no response".to_owned()),
    }
}

fn read(response: &IncomingResponse) -> Result<String, String> {
    let mut said = response.status().to_string();
    for location in response.headers().get("location") {
        said.push_str(&format!(" to {}", String::from_utf8_lossy(&location)));
    }
    let body = response.consume().map_err(|()| "the body is gone".to_owned())?;
    let stream = body.stream().map_err(|()| "the body is gone".to_owned())?;
    let mut bytes = Vec::new();
    while let Ok(part) = stream.blocking_read(64 * 1024) {
        bytes.extend_from_slice(&part);
    }
    drop(stream);
    IncomingBody::finish(body);
    if bytes.len() > 200 {
        return Ok(format!("{said} {} bytes", bytes.len()));
    }
    Ok(format!("{said} {}", String::from_utf8_lossy(&bytes)))
}
