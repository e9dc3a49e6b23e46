//! Which addresses that are not public a granted origin may lead to.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Addresses that a granted origin's name may lead to although they are not public: a word, one
/// address, or a block of them.
///
/// Metadata services of clouds have link-local and private addresses. No word stands for them; they
/// have to be named as an address or a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AddressRange {
    /// `loopback`: the target itself.
    Loopback,
    /// `private`: the networks of RFC 1918 and the unique local addresses of RFC 4193.
    Private,
    /// `10.1.0.0/16`, or one address.
    Block {
        /// An address of the block.
        network: IpAddr,
        /// How many leading bits all its addresses have in common.
        bits: u8,
    },
}

impl AddressRange {
    /// Whether the address is one of a block. The words say nothing here: what is private or
    /// loopback is for the one who resolves names to know.
    #[must_use]
    pub fn is_block_with(&self, address: IpAddr) -> bool {
        match (self, address) {
            (Self::Block { network: IpAddr::V4(network), bits }, IpAddr::V4(address)) => {
                same_prefix(network.to_bits().into(), address.to_bits().into(), 32, *bits)
            }
            (Self::Block { network: IpAddr::V6(network), bits }, IpAddr::V6(address)) => {
                same_prefix(network.to_bits(), address.to_bits(), 128, *bits)
            }
            _ => false,
        }
    }
}

fn same_prefix(one: u128, other: u128, width: u8, bits: u8) -> bool {
    let rest = u32::from(width.saturating_sub(bits));
    // Shifting by the full width is what a prefix of no bits at all means.
    (one ^ other).checked_shr(rest).unwrap_or(0) == 0
}

impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loopback => f.write_str("loopback"),
            Self::Private => f.write_str("private"),
            Self::Block { network: network @ IpAddr::V4(_), bits: 32 }
            | Self::Block { network: network @ IpAddr::V6(_), bits: 128 } => network.fmt(f),
            Self::Block { network, bits } => write!(f, "{network}/{bits}"),
        }
    }
}

/// Text that names no addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` names no addresses; write `private`, `loopback`, an address, or a block like `10.1.0.0/16`"
)]
pub struct InvalidAddressRange(
    /// What was written.
    pub String,
);

impl FromStr for AddressRange {
    type Err = InvalidAddressRange;

    fn from_str(text: &str) -> Result<Self, InvalidAddressRange> {
        let invalid = || InvalidAddressRange(text.to_owned());
        match text {
            "loopback" => return Ok(Self::Loopback),
            "private" => return Ok(Self::Private),
            _ => {}
        }
        let (network, bits) = match text.split_once('/') {
            Some((network, bits)) => (network, Some(bits)),
            None => (text, None),
        };
        let network: IpAddr = network.parse().map_err(|_| invalid())?;
        let width = if network.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => width,
            Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse().ok().filter(|bits| *bits <= width).ok_or_else(invalid)?
            }
            Some(_) => return Err(invalid()),
        };
        Ok(Self::Block { network, bits })
    }
}

impl TryFrom<String> for AddressRange {
    type Error = InvalidAddressRange;

    fn try_from(text: String) -> Result<Self, InvalidAddressRange> {
        text.parse()
    }
}

impl From<AddressRange> for String {
    fn from(range: AddressRange) -> Self {
        range.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_what_has_its_prefix() {
        for (block, address, inside) in [
            ("10.1.0.0/16", "10.1.255.255", true),
            ("10.1.0.0/16", "10.2.0.0", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.2", false),
            ("0.0.0.0/0", "255.255.255.255", true),
            ("fd00::/8", "fdff::1", true),
            ("fd00::/8", "fe80::1", false),
            ("::/0", "fe80::1", true),
            ("::/0", "10.0.0.1", false),
            ("private", "10.0.0.1", false),
        ] {
            let block: AddressRange = block.parse().unwrap();
            assert_eq!(block.is_block_with(address.parse().unwrap()), inside, "{block} {address}");
        }
    }

    #[test]
    fn ranges_are_read_back_as_they_are_written() {
        for text in ["loopback", "private", "10.1.0.0/16", "10.1.2.3", "fd00::/8", "::1", "::/0"] {
            assert_eq!(text.parse::<AddressRange>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_names_no_addresses_is_refused() {
        for text in
            ["", "public", "10.1", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "::/129", "x/8", "1"]
        {
            assert_eq!(text.parse::<AddressRange>(), Err(InvalidAddressRange(text.to_owned())));
        }
    }
}
