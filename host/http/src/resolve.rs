//! From the name of an origin to the addresses that a request may go to.

use std::net::SocketAddr;

use cofferdam_capability::HttpRule;
use cofferdam_sandbox::{HttpFailure, HttpFailureKind};

use crate::address;

/// The addresses behind the rule's origin that the rule allows, in the resolver's order.
///
/// # Errors
/// When the name is not known, and when no address is allowed.
pub(crate) async fn addresses(rule: &HttpRule) -> Result<Vec<SocketAddr>, HttpFailure> {
    let origin = &rule.origin;
    let found = tokio::net::lookup_host((origin.host(), origin.port())).await.map_err(|error| {
        let why = format!("the name `{}` cannot be resolved: {error}", origin.host());
        HttpFailure::new(HttpFailureKind::NameUnknown, why)
    })?;
    let (allowed, denied): (Vec<SocketAddr>, Vec<SocketAddr>) =
        found.partition(|to| address::is_allowed(rule, to.ip()));
    match (allowed.is_empty(), denied.first()) {
        (false, _) => Ok(allowed),
        (true, Some(to)) => Err(HttpFailure::new(
            HttpFailureKind::AddressDenied,
            format!(
                "`{}` leads to {} ({}), which is not public; the policy's permit has to name it: \
                 `@addresses(\"{}\")`",
                origin.host(),
                to.ip(),
                address::kind(to.ip()),
                to.ip().to_canonical(),
            ),
        )),
        (true, None) => Err(HttpFailure::new(
            HttpFailureKind::NameUnknown,
            format!("the name `{}` has no address", origin.host()),
        )),
    }
}
