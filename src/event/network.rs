//! Address blocks, as rules and records write them.

use std::cmp::Ordering;
use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

/// An IPv4 or IPv6 block; host bits are masked off (facts: E1a, `208.236.235.254/0` occurs).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpNet);

impl Network {
    /// `10.0.0.0/8`, `2001:db8::/32`; an address alone is a block of one.
    pub fn parse(text: &str) -> Option<Self> {
        let block = match text.split_once('/') {
            Some((address, prefix)) => {
                IpNet::new(address.parse().ok()?, prefix.parse().ok()?).ok()?
            }
            None => text.parse::<IpAddr>().ok()?.into(),
        };
        Some(Self(block.trunc()))
    }

    /// Whether `text` is an address of the block. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(self, text: &str) -> bool {
        text.parse::<IpAddr>().is_ok_and(|address| match self.0 {
            IpNet::V4(_) => self.0.contains(&address.to_canonical()),
            IpNet::V6(_) => self.0.contains(&address),
        })
    }

    pub fn block(self) -> IpNet {
        self.0
    }

    /// What orders blocks of both families: their first bits, then how many of them they share.
    fn rank(self) -> (u128, u8, bool) {
        let bits = match self.0.addr() {
            IpAddr::V4(address) => u128::from(address.to_bits()) << 96,
            IpAddr::V6(address) => address.to_bits(),
        };
        (bits, self.0.prefix_len(), self.0.addr().is_ipv4())
    }
}

impl Ord for Network {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank().cmp(&other.rank())
    }
}

impl PartialOrd for Network {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Without host bits: `208.236.235.254/0` is `0.0.0.0/0`.
impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
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
        let block = Network::parse("128.0.0.0/1").unwrap().block();
        assert_eq!(block.network().to_string(), "128.0.0.0");
        assert_eq!(block.broadcast().to_string(), "255.255.255.255");
    }

    #[test]
    fn blocks_are_in_the_order_of_their_bits() {
        let mut blocks = [
            "0.0.0.0/0",
            "10.0.0.0/16",
            "2001:db8::/32",
            "::/0",
            "10.0.0.0/8",
        ];
        blocks.sort_by_key(|text| Network::parse(text).unwrap());
        let sorted = [
            "::/0",
            "0.0.0.0/0",
            "10.0.0.0/8",
            "10.0.0.0/16",
            "2001:db8::/32",
        ];
        assert_eq!(blocks, sorted);
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
