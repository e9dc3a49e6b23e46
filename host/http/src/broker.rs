//! `Broker`: one request from its asking to its answer, within its bounds.

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cofferdam_sandbox::{
    HttpBounds, HttpBroker, HttpFailure, HttpFailureKind, HttpRequest, HttpResponse,
};

use crate::authorities::Authorities;
use crate::{connect, exchange, failure, message, resolve};

/// How often it is asked whether the run gives up.
const GIVE_UP_INTERVAL: Duration = Duration::from_millis(20);

/// Carries out requests, one at a time, on the calling thread.
#[derive(Debug)]
pub struct Broker {
    authorities: Arc<Authorities>,
}

impl Broker {
    /// A broker that trusts these authorities.
    #[must_use]
    pub fn new(authorities: Arc<Authorities>) -> Self {
        Self { authorities }
    }

    async fn carry_out(
        &self,
        request: &HttpRequest,
        bounds: &HttpBounds<'_>,
    ) -> Result<HttpResponse, HttpFailure> {
        let message = message::of_request(request)?;
        let addresses = resolve::addresses(&request.rule).await?;
        let stream = connect::tcp(&addresses, bounds.connect_time).await?;
        if request.rule.origin.is_https() {
            let stream =
                connect::tls(stream, &request.rule.origin, &self.authorities, bounds.connect_time)
                    .await?;
            exchange::over(stream, message, bounds).await
        } else {
            exchange::over(stream, message, bounds).await
        }
    }
}

impl HttpBroker for Broker {
    fn send(
        &mut self,
        request: HttpRequest,
        bounds: &HttpBounds<'_>,
    ) -> Result<HttpResponse, HttpFailure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failure::of_io(HttpFailureKind::Unavailable, "start", &error))?;
        let result = runtime.block_on(within(bounds, self.carry_out(&request, bounds)));
        // A resolver that does not answer is not waited for.
        runtime.shutdown_background();
        result
    }
}

/// Waits for an answer as long as the bounds allow, and drops the work after that.
async fn within(
    bounds: &HttpBounds<'_>,
    work: impl Future<Output = Result<HttpResponse, HttpFailure>>,
) -> Result<HttpResponse, HttpFailure> {
    let started = Instant::now();
    let mut work = pin!(work);
    loop {
        let left = bounds.time.saturating_sub(started.elapsed());
        if let Ok(done) = tokio::time::timeout(left.min(GIVE_UP_INTERVAL), work.as_mut()).await {
            return done;
        }
        if (bounds.give_up)() {
            return Err(HttpFailure::new(HttpFailureKind::Abandoned, "the run ended meanwhile"));
        }
        if started.elapsed() >= bounds.time {
            let why = format!("it took longer than {} ms", bounds.time.as_millis());
            return Err(HttpFailure::new(HttpFailureKind::ResponseTimeout, why));
        }
    }
}
