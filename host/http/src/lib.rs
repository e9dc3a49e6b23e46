//! Carries out the HTTP requests of hooks.
//!
//! A hook never has a socket. What it asks for through `wasi:http` goes to the supervisor, which asks
//! the hook's grant and then this crate's [`Broker`]. What the broker does, in this order:
//!
//! 1. **Looks at the request.** Headers that frame a message or belong to a connection
//!    (`Host`, `Transfer-Encoding`, `Upgrade`, ...) are refused: they are made here, so that a hook
//!    cannot smuggle a second request into the first. `CONNECT` is refused: a tunnel leads anywhere.
//! 2. **Resolves the name** with the machine's resolver, and looks at every address. Loopback,
//!    private, link-local and special addresses, and the metadata services of clouds, are left out
//!    unless the grant names them: as the origin itself (`http://10.1.2.3`), as `localhost`, or among
//!    the grant's addresses ([`AddressRange`](cofferdam_capability::AddressRange)). IPv6 addresses
//!    that only wrap an IPv4 address count as that.
//! 3. **Connects to an address that it looked at**, not to the name again: what the name means a
//!    moment later does not matter.
//! 4. **Encrypts**, for `https`: TLS 1.2 or 1.3, with the authorities that this machine trusts
//!    (`SSL_CERT_FILE` and `SSL_CERT_DIR` of the supervisor's environment in their place). Nothing
//!    can switch verification off.
//! 5. **Speaks HTTP/1.1** over a connection that is used for this one request.
//!
//! Redirects are handed to the hook as they are. When it follows one it asks again, and the grant is
//! asked again: a redirect to where the grant does not lead ends there. Proxies of the environment
//! are not used.
//!
//! Everything is bounded: the time of connecting, of the first byte, between bytes and of the whole;
//! the head of a response ([`MAX_RESPONSE_HEAD_BYTES`], [`MAX_RESPONSE_HEADERS`]); its body by the
//! limit `http-body-bytes`. A run that is cancelled or out of time gives up at once.
//!
//! ```
//! use std::sync::Arc;
//!
//! use cofferdam_http::{Broker, Authorities};
//! use cofferdam_sandbox::Inputs;
//!
//! let mut broker = Broker::new(Arc::new(Authorities::of_this_machine()));
//! let inputs = Inputs { http: Some(&mut broker), ..Inputs::default() };
//! ```

mod address;
mod authorities;
mod broker;
mod connect;
mod exchange;
mod failure;
mod message;
mod resolve;

pub use authorities::Authorities;
pub use broker::Broker;
pub use exchange::{MAX_RESPONSE_HEAD_BYTES, MAX_RESPONSE_HEADERS};
