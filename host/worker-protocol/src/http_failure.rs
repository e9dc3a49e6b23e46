//! What can keep an HTTP request from its response.

use std::fmt;

macro_rules! failure_kinds {
    ($($(#[doc = $doc:literal])* $variant:ident $words:literal;)*) => {
        /// What kept a request from its response.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum HttpFailureKind {
            $($(#[doc = $doc])* $variant,)*
        }

        impl fmt::Display for HttpFailureKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self { $(Self::$variant => $words,)* })
            }
        }
    };
}

failure_kinds! {
    /// The grant does not cover it.
    Denied "it is not granted";
    /// The name leads to an address that the grant does not cover.
    AddressDenied "its address is not granted";
    /// The request says something that none may say.
    InvalidRequest "it is not a request that can be made";
    /// The name has no address.
    NameUnknown "its name is not known";
    /// No address could be connected to.
    Unreachable "its server cannot be reached";
    /// Connecting took too long.
    ConnectTimeout "its server does not answer";
    /// The server is not who it should be, as far as its certificate says.
    Certificate "its server has no certificate that counts";
    /// Encryption could not be agreed upon.
    Tls "its server cannot be spoken to in secret";
    /// The response took too long.
    ResponseTimeout "its server is too slow";
    /// The head of the response is too long.
    ResponseHeadTooLong "its response has too long a head";
    /// The body of the response is too long.
    ResponseBodyTooLong "its response is too long";
    /// The connection ended before the response did.
    ResponseIncomplete "its response has no end";
    /// What came back is not HTTP.
    ResponseMalformed "its response is not HTTP";
    /// The run ended first.
    Abandoned "the run ended first";
    /// This machine cannot make requests.
    Unavailable "this machine cannot make it";
}
