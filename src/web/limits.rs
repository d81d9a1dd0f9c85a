//! How often somebody who has not shown the homeserver's token may ask: so many requests a second for each address, the same
//! for the public routes, for refused requests and for paths that do not exist. The homeserver with its token is never limited.
//!
//! The address is that of the connection. No header is believed, for anybody can write one; behind a reverse proxy all
//! clients therefore share one allowance, which is why these routes do not belong behind one (docs/security.md).

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header::RETRY_AFTER},
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};
use serde_json::json;

/// Requests a second that one address may send on and on.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(50).expect("not zero");
/// Requests that it may send at once.
const BURST: NonZeroU32 = NonZeroU32::new(200).expect("not zero");

type Keyed<C> =
    RateLimiter<IpAddr, HashMapStateStore<IpAddr>, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// The allowance of every address.
pub struct Limits<C: Clock = MonotonicClock> {
    limiter: Keyed<C>,
    clock: C,
}

/// Somebody has asked too often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// When to come back.
    pub retry_after: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self::with_clock(MonotonicClock)
    }
}

impl<C: Clock + Clone> Limits<C> {
    /// Everybody's allowance is whole.
    fn with_clock(clock: C) -> Self {
        let quota = Quota::per_second(PER_SECOND).allow_burst(BURST);
        let limiter = RateLimiter::new(quota, HashMapStateStore::default(), clock.clone());
        Self { limiter, clock }
    }

    /// Takes one request off the allowance of `address`.
    ///
    /// # Errors
    /// When nothing is left of it.
    pub fn admit(&self, address: IpAddr) -> Result<(), TooOften> {
        let key = network(address);
        self.limiter.check_key(&key).map_err(|until| TooOften {
            retry_after: until.wait_time_from(self.clock.now()),
        })
    }

    /// Forgets the addresses whose allowance is whole again, so that many of them do not fill the memory.
    pub fn forget(&self) {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
    }
}

/// What shares an allowance: an IPv4 address, or the network of 64 bits that an IPv6 host chooses its addresses from.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        four @ IpAddr::V4(_) => four,
    }
}

impl IntoResponse for TooOften {
    fn into_response(self) -> Response {
        let milliseconds = u64::try_from(self.retry_after.as_millis()).unwrap_or(u64::MAX);
        let body = json!({
            "errcode": "M_LIMIT_EXCEEDED", "error": "too many requests", "retry_after_ms": milliseconds,
        });
        let seconds = HeaderValue::from(self.retry_after.as_secs() + 1);
        let status = StatusCode::TOO_MANY_REQUESTS;
        (status, [(RETRY_AFTER, seconds)], Json(body)).into_response()
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn spend(limits: &Limits<FakeRelativeClock>, from: &str) -> usize {
        (0..1_000)
            .take_while(|_| limits.admit(address(from)).is_ok())
            .count()
    }

    #[test]
    fn an_address_has_its_own_allowance_which_grows_back_in_time() {
        let clock = FakeRelativeClock::default();
        let limits = Limits::with_clock(clock.clone());
        assert_eq!(spend(&limits, "192.0.2.1"), 200);
        assert_eq!(spend(&limits, "192.0.2.2"), 200);
        let refused = limits.admit(address("192.0.2.1")).unwrap_err();
        assert_eq!(refused.retry_after, Duration::from_millis(20));
        clock.advance(Duration::from_secs(1));
        assert_eq!(spend(&limits, "192.0.2.1"), 50);
        assert_eq!(limits.limiter.len(), 2);
        clock.advance(Duration::from_mins(1));
        limits.forget();
        assert_eq!(limits.limiter.len(), 0);
    }

    #[test]
    fn the_addresses_of_one_host_share_an_allowance() {
        let limits = Limits::with_clock(FakeRelativeClock::default());
        assert_eq!(spend(&limits, "2001:db8::1"), 200);
        assert_eq!(spend(&limits, "2001:db8::ffff:2"), 0);
        assert_eq!(spend(&limits, "2001:db8:0:1::1"), 200);
        assert_eq!(spend(&limits, "192.0.2.1"), 200);
        assert_eq!(spend(&limits, "::ffff:192.0.2.1"), 0);
    }
}
