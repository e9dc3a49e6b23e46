//! `wasi:sockets` for components: the engine's, with no way to make a socket or to look up a name,
//! and with a report of who tries.

use wasmtime::component::{HasData, Linker, Resource};
use wasmtime_wasi::p2::bindings::sockets::ip_name_lookup::{self, HostResolveAddressStream};
use wasmtime_wasi::p2::bindings::sockets::network::{
    self, ErrorCode, IpAddress, IpAddressFamily, Network,
};
use wasmtime_wasi::p2::bindings::sockets::{tcp, tcp_create_socket, udp, udp_create_socket};
use wasmtime_wasi::p2::{DynPollable, SocketError};
use wasmtime_wasi::sockets::WasiSocketsCtxView;

use super::refusals::Refusals;

/// Why there are no sockets. `tcp` is a word of policies, for when there are.
const WHY: &str = "this version of Cofferdam opens no TCP or UDP connections for hooks, whatever \
                   policy says; components can make HTTP requests";

/// The engine's view, and who reports.
pub(super) struct RefusedSockets<'a> {
    pub(super) inner: WasiSocketsCtxView<'a>,
    pub(super) refusals: &'a Refusals,
}

/// Names [`RefusedSockets`] for the engine.
struct NoSockets;

impl HasData for NoSockets {
    type Data<'a> = RefusedSockets<'a>;
}

/// Takes the place of the engine's ways to make sockets and look up names.
///
/// # Errors
/// When the linker does not take them.
pub(super) fn add_to_linker<T: Send + 'static>(
    linker: &mut Linker<T>,
    view: fn(&mut T) -> RefusedSockets<'_>,
) -> wasmtime::Result<()> {
    tcp_create_socket::add_to_linker::<T, NoSockets>(linker, view)?;
    udp_create_socket::add_to_linker::<T, NoSockets>(linker, view)?;
    ip_name_lookup::add_to_linker::<T, NoSockets>(linker, view)
}

impl RefusedSockets<'_> {
    fn refuse<T>(&self, what: String) -> Result<T, SocketError> {
        self.refusals.report(what, WHY);
        Err(ErrorCode::AccessDenied.into())
    }
}

impl network::Host for RefusedSockets<'_> {
    fn convert_error_code(&mut self, error: SocketError) -> wasmtime::Result<ErrorCode> {
        self.inner.convert_error_code(error)
    }

    fn network_error_code(
        &mut self,
        error: Resource<wasmtime::Error>,
    ) -> wasmtime::Result<Option<ErrorCode>> {
        self.inner.network_error_code(error)
    }
}

impl network::HostNetwork for RefusedSockets<'_> {
    fn drop(&mut self, network: Resource<Network>) -> wasmtime::Result<()> {
        network::HostNetwork::drop(&mut self.inner, network)
    }
}

impl tcp_create_socket::Host for RefusedSockets<'_> {
    fn create_tcp_socket(
        &mut self,
        _family: IpAddressFamily,
    ) -> Result<Resource<tcp::TcpSocket>, SocketError> {
        self.refuse("a TCP connection".to_owned())
    }
}

impl udp_create_socket::Host for RefusedSockets<'_> {
    async fn create_udp_socket(
        &mut self,
        _family: IpAddressFamily,
    ) -> Result<Resource<udp::UdpSocket>, SocketError> {
        self.refuse("a UDP socket".to_owned())
    }
}

impl ip_name_lookup::Host for RefusedSockets<'_> {
    fn resolve_addresses(
        &mut self,
        _network: Resource<Network>,
        name: String,
    ) -> Result<Resource<ip_name_lookup::ResolveAddressStream>, SocketError> {
        self.refuse(format!("the address of `{name}`"))
    }
}

impl HostResolveAddressStream for RefusedSockets<'_> {
    fn resolve_next_address(
        &mut self,
        stream: Resource<ip_name_lookup::ResolveAddressStream>,
    ) -> Result<Option<IpAddress>, SocketError> {
        self.inner.resolve_next_address(stream)
    }

    fn subscribe(
        &mut self,
        stream: Resource<ip_name_lookup::ResolveAddressStream>,
    ) -> wasmtime::Result<Resource<DynPollable>> {
        self.inner.subscribe(stream)
    }

    fn drop(
        &mut self,
        stream: Resource<ip_name_lookup::ResolveAddressStream>,
    ) -> wasmtime::Result<()> {
        HostResolveAddressStream::drop(&mut self.inner, stream)
    }
}
