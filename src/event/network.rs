//! Address blocks, as rules and records write them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An IPv4 or IPv6 block; host bits are masked off (facts: E1a, `208.236.235.254/0` occurs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Network {
    /// The address, left-aligned in 128 bits.
    bits: u128,
    prefix: u32,
    v4: bool,
}

impl Network {
    /// `10.0.0.0/8`, `2001:db8::/32`; an address alone is a block of one.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse::<u32>().ok()?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(longest);
        (prefix <= longest).then(|| Self {
            bits: left_aligned(address) & mask(prefix),
            prefix,
            v4: address.is_ipv4(),
        })
    }

    /// Whether `text` is an address of the block. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(self, text: &str) -> bool {
        text.parse::<IpAddr>().is_ok_and(|address| {
            let address = if self.v4 {
                address.to_canonical()
            } else {
                address
            };
            address.is_ipv4() == self.v4 && left_aligned(address) & mask(self.prefix) == self.bits
        })
    }

    pub fn is_v4(self) -> bool {
        self.v4
    }

    /// How many leading bits its addresses share.
    pub fn prefix(self) -> u32 {
        self.prefix
    }

    /// Its first and its last address as numbers, left-aligned in 128 bits.
    pub fn bounds(self) -> (u128, u128) {
        (self.bits, self.bits | !mask(self.prefix))
    }
}

/// Without host bits: `208.236.235.254/0` is `0.0.0.0/0`.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.v4 {
            let [first, second, third, fourth, ..] = self.bits.to_be_bytes();
            let address = Ipv4Addr::new(first, second, third, fourth);
            return write!(f, "{address}/{}", self.prefix);
        }
        let address = Ipv6Addr::from_bits(self.bits);
        write!(f, "{address}/{}", self.prefix)
    }
}

fn left_aligned(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn mask(prefix: u32) -> u128 {
    u128::MAX
        .checked_shl(128 - prefix.min(128))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(block: &str, address: &str) -> bool {
        Network::parse(block).unwrap().contains(address)
    }

    #[test]
    fn blocks_of_both_families() {
        assert!(within("10.1.2.3/8", "10.255.0.1") && !within("10.0.0.0/8", "11.0.0.1"));
        assert!(within("0.0.0.0/0", "203.0.113.9") && !within("0.0.0.0/0", "2001:db8::1"));
        assert!(within("::/0", "2001:db8::1") && !within("::/0", "10.0.0.1"));
        assert!(within("2001:db8::/32", "2001:DB8:1::") && !within("2001:db8::/32", "2001:db9::"));
        assert!(within("192.0.2.1", "192.0.2.1") && within("192.0.2.0/24", "::ffff:192.0.2.7"));
        assert!(!within("0.0.0.0/0", "ec2.amazonaws.com"));
    }

    #[test]
    fn host_bits_are_masked_off() {
        let canonical = |text: &str| Network::parse(text).unwrap().to_string();
        assert_eq!(canonical("208.236.235.254/0"), "0.0.0.0/0");
        assert_eq!(canonical("192.0.2.7"), "192.0.2.7/32");
        assert_eq!(canonical("2001:DB8::1/32"), "2001:db8::/32");
        let (first, last) = Network::parse("128.0.0.0/1").unwrap().bounds();
        assert_eq!((first, last), (1 << 127, u128::MAX));
    }

    #[test]
    fn what_is_no_block() {
        for text in [
            "",
            "10.0.0.0/33",
            "::/129",
            "10.0.0/8",
            "x/8",
            "10.0.0.0/-1",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
