//! What an address is: public, or one that a request must not reach unless it was granted.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use cofferdam_capability::{AddressRange, HttpRule};

/// What kind of address this is, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressKind {
    Public,
    Loopback,
    Private,
    LinkLocal,
    /// Where clouds hand out credentials to whoever asks.
    Metadata,
    /// Shared, reserved, for documentation, multicast: nothing that a name should lead to.
    Special,
}

impl fmt::Display for AddressKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Public => "public",
            Self::Loopback => "the machine itself",
            Self::Private => "a private network",
            Self::LinkLocal => "link-local",
            Self::Metadata => "the metadata service of a cloud",
            Self::Special => "reserved for special use",
        })
    }
}

/// Metadata services: AWS, Azure, Google and most others; AWS over IPv6; Alibaba; Oracle.
const METADATA: [IpAddr; 4] = [
    IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)),
    IpAddr::V6(Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254)),
    IpAddr::V4(Ipv4Addr::new(100, 100, 100, 200)),
    IpAddr::V4(Ipv4Addr::new(192, 0, 0, 192)),
];

/// The special-purpose blocks of IPv4 (IANA registry, RFC 6890 and its successors).
const IPV4: [(Ipv4Addr, u32, AddressKind); 15] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8, AddressKind::Special),
    (Ipv4Addr::new(10, 0, 0, 0), 8, AddressKind::Private),
    (Ipv4Addr::new(100, 64, 0, 0), 10, AddressKind::Special),
    (Ipv4Addr::new(127, 0, 0, 0), 8, AddressKind::Loopback),
    (Ipv4Addr::new(169, 254, 0, 0), 16, AddressKind::LinkLocal),
    (Ipv4Addr::new(172, 16, 0, 0), 12, AddressKind::Private),
    (Ipv4Addr::new(192, 0, 0, 0), 24, AddressKind::Special),
    (Ipv4Addr::new(192, 0, 2, 0), 24, AddressKind::Special),
    (Ipv4Addr::new(192, 88, 99, 0), 24, AddressKind::Special),
    (Ipv4Addr::new(192, 168, 0, 0), 16, AddressKind::Private),
    (Ipv4Addr::new(198, 18, 0, 0), 15, AddressKind::Special),
    (Ipv4Addr::new(198, 51, 100, 0), 24, AddressKind::Special),
    (Ipv4Addr::new(203, 0, 113, 0), 24, AddressKind::Special),
    (Ipv4Addr::new(224, 0, 0, 0), 4, AddressKind::Special),
    (Ipv4Addr::new(240, 0, 0, 0), 4, AddressKind::Special),
];

/// What leads to an IPv4 address in its last 32 bits: mapped, compatible and translated ones.
const IPV4_AT_THE_END: [(Ipv6Addr, u32); 3] = [
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0, 0, 0), 96),
    (Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, 0, 0), 96),
];

/// The only IPv6 addresses that are public; of the rest, all that is not listed is special.
const GLOBAL_UNICAST: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Blocks of IPv6 that are not public, or not special but something of their own (IANA registry).
const IPV6: [(Ipv6Addr, u32, AddressKind); 8] = [
    (Ipv6Addr::LOCALHOST, 128, AddressKind::Loopback),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, AddressKind::Private),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, AddressKind::LinkLocal),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, AddressKind::Private),
    // Tunnels lead to IPv4 addresses that stand in the middle: nobody needs them any more.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, AddressKind::Special),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, AddressKind::Special),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32, AddressKind::Special),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, AddressKind::Special),
];

/// What kind of address this is. One that only wraps an IPv4 address is what that one is.
pub(crate) fn kind(address: IpAddr) -> AddressKind {
    let address = unwrapped(address);
    if METADATA.contains(&address) {
        return AddressKind::Metadata;
    }
    match address {
        IpAddr::V4(address) => IPV4
            .iter()
            .find(|(network, bits, _)| {
                (network.to_bits() ^ address.to_bits()).leading_zeros() >= *bits
            })
            .map_or(AddressKind::Public, |(_, _, kind)| *kind),
        IpAddr::V6(address) => {
            let inside = |network: &Ipv6Addr, bits: u32| {
                (network.to_bits() ^ address.to_bits()).leading_zeros() >= bits
            };
            let listed = IPV6.iter().find(|(network, bits, _)| inside(network, *bits));
            match listed {
                Some((_, _, kind)) => *kind,
                None if inside(&GLOBAL_UNICAST.0, GLOBAL_UNICAST.1) => AddressKind::Public,
                None => AddressKind::Special,
            }
        }
    }
}

fn unwrapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(wrapper) = address else { return address };
    let wraps = IPV4_AT_THE_END
        .iter()
        .any(|(prefix, bits)| (prefix.to_bits() ^ wrapper.to_bits()).leading_zeros() >= *bits);
    if !wraps || wrapper == Ipv6Addr::LOCALHOST {
        return address;
    }
    let [.., a, b, c, d] = wrapper.octets();
    Ipv4Addr::new(a, b, c, d).into()
}

/// Whether a request under this rule may go to this address.
///
/// To a public one it may. To any other when the rule's origin is that address, when it is
/// `localhost` and the address is the machine itself, or when one of the rule's ranges covers it.
pub(crate) fn is_allowed(rule: &HttpRule, address: IpAddr) -> bool {
    let (kind, address) = (kind(address), unwrapped(address));
    let host = rule.origin.host();
    let is_named = host.parse::<IpAddr>().is_ok_and(|named| unwrapped(named) == address);
    let is_localhost = host == "localhost" || host.ends_with(".localhost");
    kind == AddressKind::Public
        || is_named
        || (is_localhost && kind == AddressKind::Loopback)
        || rule.addresses.iter().any(|range| match range {
            AddressRange::Loopback => kind == AddressKind::Loopback,
            AddressRange::Private => kind == AddressKind::Private,
            AddressRange::Block { .. } => range.is_block_with(address),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn addresses_are_what_they_lead_to() {
        use AddressKind::*;
        for (text, expected) in [
            ("1.1.1.1", Public),
            ("172.15.255.255", Public),
            ("172.32.0.0", Public),
            ("2606:4700::1111", Public),
            ("64:ff9b::1.1.1.1", Public),
            ("127.0.0.1", Loopback),
            ("127.255.255.255", Loopback),
            ("::1", Loopback),
            ("::ffff:127.0.0.1", Loopback),
            ("::127.0.0.1", Loopback),
            ("64:ff9b::127.0.0.1", Loopback),
            ("10.0.0.1", Private),
            ("172.16.0.1", Private),
            ("172.31.255.255", Private),
            ("192.168.1.1", Private),
            ("::ffff:192.168.1.1", Private),
            ("fd12::1", Private),
            ("fec0::1", Private),
            ("169.254.0.1", LinkLocal),
            ("fe80::1", LinkLocal),
            ("169.254.169.254", Metadata),
            ("::ffff:169.254.169.254", Metadata),
            ("::ffff:a9fe:a9fe", Metadata),
            ("64:ff9b::a9fe:a9fe", Metadata),
            ("fd00:ec2::254", Metadata),
            ("100.100.100.200", Metadata),
            ("0.0.0.0", Special),
            ("::", Special),
            ("100.64.0.1", Special),
            ("192.0.2.1", Special),
            ("198.19.255.255", Special),
            ("224.0.0.1", Special),
            ("255.255.255.255", Special),
            ("2001::1", Special),
            ("2001:db8::1", Special),
            ("2002:7f00:1::", Special),
            ("64:ff9b:1::1", Special),
            ("ff02::1", Special),
            ("100::1", Special),
        ] {
            assert_eq!(kind(address(text)), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_public_is_reached_only_when_it_was_named() {
        for (origin, ranges, to, allowed) in [
            ("https://api.example", &[][..], "1.1.1.1", true),
            ("https://api.example", &[], "127.0.0.1", false),
            ("https://api.example", &[], "::ffff:127.0.0.1", false),
            ("https://api.example", &[], "10.0.0.1", false),
            ("https://api.example", &[], "169.254.169.254", false),
            ("https://api.example", &["private"], "10.0.0.1", true),
            ("https://api.example", &["private"], "::ffff:10.0.0.1", true),
            ("https://api.example", &["private"], "127.0.0.1", false),
            ("https://api.example", &["private"], "fd00:ec2::254", false),
            ("https://api.example", &["private"], "169.254.169.254", false),
            ("https://api.example", &["loopback"], "127.0.0.2", true),
            ("https://api.example", &["loopback"], "10.0.0.1", false),
            ("https://api.example", &["10.1.0.0/16"], "10.1.2.3", true),
            ("https://api.example", &["10.1.0.0/16"], "10.2.2.3", false),
            ("https://api.example", &["169.254.169.254"], "169.254.169.254", true),
            ("http://localhost", &[], "127.0.0.1", true),
            ("http://localhost", &[], "::1", true),
            ("http://localhost", &[], "10.0.0.1", false),
            ("http://127.0.0.1:8080", &[], "127.0.0.1", true),
            ("http://127.0.0.1:8080", &[], "127.0.0.2", false),
            ("http://[::1]:8080", &[], "::1", true),
            ("http://169.254.169.254", &[], "169.254.169.254", true),
            // Spellings that only a resolver takes for an address name nothing.
            ("http://127.1", &[], "127.0.0.1", false),
            ("http://2130706433", &[], "127.0.0.1", false),
        ] {
            let rule = HttpRule {
                origin: origin.parse().unwrap(),
                methods: Vec::new(),
                addresses: ranges.iter().map(|range| range.parse().unwrap()).collect(),
            };
            assert_eq!(is_allowed(&rule, address(to)), allowed, "{origin} {ranges:?} {to}");
        }
    }
}
