//! The HTTP requests of one run: asked about, carried out, written down.

use std::time::{Duration, Instant};

use cofferdam_capability::{Capability, Grant, HttpRule, LimitName, Origin};
use cofferdam_worker_protocol::{HttpAnswer, HttpHead};

use crate::{
    CancelToken, HookEvent, HttpBounds, HttpBroker, HttpExchange, HttpFailure, HttpFailureKind,
    HttpRequest, HttpResponse,
};

/// How long connecting may take: a server that is there answers a hundred times faster.
const CONNECT_TIME: Duration = Duration::from_secs(10);

/// The longest method and the longest authority that are looked at; what is longer is nonsense.
const MAX_METHOD_BYTES: usize = 32;
const MAX_AUTHORITY_BYTES: usize = 300;

/// The requests of one run.
pub(super) struct Requests<'a> {
    grant: &'a Grant,
    /// What arrived of the body of the next request.
    body: Vec<u8>,
    made: Vec<HttpExchange>,
}

/// What a request is answered with: the head, and the body of a response.
pub(super) type Answer = (HttpAnswer, Vec<u8>);

impl<'a> Requests<'a> {
    /// None made yet.
    pub(super) fn new(grant: &'a Grant) -> Self {
        Self { grant, body: Vec::new(), made: Vec::new() }
    }

    /// How much arrived of the body of the next request.
    pub(super) fn body_bytes(&self) -> usize {
        self.body.len()
    }

    /// Takes a part of the body of the next request.
    pub(super) fn take_body(&mut self, part: &[u8]) {
        self.body.extend_from_slice(part);
    }

    /// The requests that were made, in their order.
    pub(super) fn made(&self) -> &[HttpExchange] {
        &self.made
    }

    /// Lets the broker carry out a request, when the grant covers it. What happens is told in
    /// `events`.
    pub(super) fn carry_out(
        &mut self,
        head: HttpHead,
        broker: Option<&mut (dyn HttpBroker + '_)>,
        (cancel, deadline): (&CancelToken, Option<Instant>),
        events: &mut Vec<HookEvent>,
    ) -> Answer {
        let body = std::mem::take(&mut self.body);
        let rule = match self.rule(&head, broker.is_some()) {
            Ok(rule) => rule.clone(),
            Err(refusal) => {
                let why = refusal.why.clone();
                events.push(refusal.event());
                return failed(HttpFailure::new(HttpFailureKind::Denied, why));
            }
        };
        // `rule` found one only with a broker.
        let Some(broker) = broker else {
            return failed(HttpFailure::new(HttpFailureKind::Unavailable, NO_BROKER));
        };
        events.push(HookEvent::Used { capability: Capability::Http(rule.clone()) });
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let give_up =
            || cancel.is_cancelled() || deadline.is_some_and(|deadline| Instant::now() >= deadline);
        let bounds = self.bounds(&head, left, &give_up);
        let (origin, method) = (rule.origin.clone(), head.method.clone());
        let request = HttpRequest {
            method: head.method,
            rule,
            path_and_query: head.path_and_query,
            headers: head.headers,
            body,
        };
        let result = broker.send(request, &bounds);
        let (status, failure) = match &result {
            Ok(response) => (Some(response.status), None),
            Err(failure) => (None, Some(failure.to_string())),
        };
        if let Err(HttpFailure { kind, why }) = &result
            && matches!(kind, HttpFailureKind::Denied | HttpFailureKind::AddressDenied)
        {
            let what = format!("{method} {origin}");
            let why = why.clone();
            events.push(HookEvent::Refused { what, why, capability: None });
        }
        let exchange = HttpExchange { origin, method, status, failure };
        self.made.push(exchange.clone());
        events.push(HookEvent::HttpRequested { exchange });
        match result {
            Ok(HttpResponse { status, headers, body }) => {
                (HttpAnswer::Response { status, headers }, body)
            }
            Err(failure) => failed(failure),
        }
    }

    /// The rule that covers a request.
    fn rule(&self, head: &HttpHead, has_broker: bool) -> Result<&HttpRule, Box<Refusal>> {
        if head.method.len() > MAX_METHOD_BYTES || head.authority.len() > MAX_AUTHORITY_BYTES {
            return Err(Refusal::new("an HTTP request", "its method or its origin is too long"));
        }
        let scheme = if head.https { "https" } else { "http" };
        let what = format!("{} {scheme}://{}", head.method, head.authority);
        let Ok(origin) = format!("{scheme}://{}", head.authority).parse::<Origin>() else {
            return Err(Refusal::new(&what, "that is no origin"));
        };
        let rules = &self.grant.terms().http;
        let rule = rules.iter().find(|rule| rule.covers(&origin, &head.method));
        let why = match rule {
            Some(rule) if has_broker => return Ok(rule),
            Some(_) => NO_BROKER.to_owned(),
            None if rules.is_empty() => "the grant covers no HTTP requests".to_owned(),
            None => {
                let rules: Vec<String> = rules.iter().map(ToString::to_string).collect();
                format!("the grant covers {}", rules.join("; "))
            }
        };
        let methods = vec![head.method.clone()];
        let rule = HttpRule { origin, methods, addresses: Vec::new() };
        let mut refusal = Refusal::new(&what, &why);
        refusal.capability = Some(Capability::Http(rule));
        Err(refusal)
    }

    fn bounds<'f>(
        &self,
        head: &HttpHead,
        left: Option<Duration>,
        give_up: &'f dyn Fn() -> bool,
    ) -> HttpBounds<'f> {
        let limits = self.grant.limits();
        let time = Duration::from_millis(limits.get(LimitName::HttpTime));
        let time = left.map_or(time, |left| left.min(time));
        // A hook can wait for less than it may, not for more.
        let wait = |wanted: Option<u64>, most: Duration| {
            wanted.map_or(most, |ms| Duration::from_millis(ms).min(most))
        };
        let [connect, first_byte, between_bytes] = head.waits_ms;
        HttpBounds {
            time,
            connect_time: wait(connect, CONNECT_TIME.min(time)),
            first_byte_time: wait(first_byte, time),
            between_bytes_time: wait(between_bytes, time),
            max_body_bytes: usize::try_from(limits.get(LimitName::HttpBodyBytes))
                .unwrap_or(usize::MAX),
            give_up,
        }
    }
}

const NO_BROKER: &str = "nobody carries out HTTP requests in this run";

fn failed(failure: HttpFailure) -> Answer {
    (HttpAnswer::Failed { kind: failure.kind }, Vec::new())
}

/// A request that is not granted.
struct Refusal {
    what: String,
    why: String,
    capability: Option<Capability>,
}

impl Refusal {
    fn new(what: &str, why: &str) -> Box<Self> {
        Box::new(Self { what: what.to_owned(), why: why.to_owned(), capability: None })
    }

    fn event(self) -> HookEvent {
        HookEvent::Refused { what: self.what, why: self.why, capability: self.capability }
    }
}
