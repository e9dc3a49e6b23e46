//! Turns errors of other crates into what hooks and people are told.

use std::io;

use cofferdam_sandbox::{HttpFailure, HttpFailureKind};

/// An input/output error while `doing` something.
pub(crate) fn of_io(kind: HttpFailureKind, doing: &str, error: &io::Error) -> HttpFailure {
    HttpFailure::new(kind, format!("cannot {doing}: {error}"))
}

/// What went wrong between request and response.
pub(crate) fn of_hyper(error: &hyper::Error) -> HttpFailure {
    let kind = if error.is_parse_too_large() {
        HttpFailureKind::ResponseHeadTooLong
    } else if error.is_parse() {
        HttpFailureKind::ResponseMalformed
    } else if error.is_timeout() {
        HttpFailureKind::ResponseTimeout
    } else {
        HttpFailureKind::ResponseIncomplete
    };
    let what = match kind {
        HttpFailureKind::ResponseHeadTooLong => "the head of the response is too long",
        HttpFailureKind::ResponseMalformed => "what came back is not HTTP",
        HttpFailureKind::ResponseTimeout => "the server is too slow",
        _ => "the connection ended before the response did",
    };
    HttpFailure::new(kind, format!("{what}: {error}"))
}
