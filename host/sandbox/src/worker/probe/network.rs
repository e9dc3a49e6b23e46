//! Attacks on the network, and on what else sockets reach.

use std::net::{Ipv4Addr, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixStream};

use super::Attack;
use super::raw::done;

/// The probes, by name.
pub(super) const PROBES: &[(&str, Attack)] = &[
    ("connect-to-the-network", |target| {
        TcpStream::connect((Ipv4Addr::LOCALHOST, target.tcp_port)).map(|_| "connected".into())
    }),
    ("send-a-datagram", |target| {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        done(socket.send_to(b"x", (Ipv4Addr::LOCALHOST, target.udp_port)).map(drop))
    }),
    ("connect-to-a-local-socket", |target| {
        let address = SocketAddr::from_abstract_name(&target.local_socket)?;
        UnixStream::connect_addr(&address).map(|_| "connected".into())
    }),
    ("make-a-pair-of-sockets", |_| done(UnixStream::pair().map(drop))),
];
