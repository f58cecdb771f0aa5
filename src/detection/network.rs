//! Address blocks for the `cidr` modifier.

use std::net::IpAddr;

/// An IPv4 or IPv6 block; host bits are masked off (facts: E1a, `208.236.235.254/0` occurs).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Network {
    /// The address, left-aligned in 128 bits.
    bits: u128,
    prefix: u32,
    v4: bool,
}

impl Network {
    /// `10.0.0.0/8`, `2001:db8::/32`; an address alone is a block of one.
    pub(super) fn parse(text: &str) -> Option<Self> {
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
    pub(super) fn contains(self, text: &str) -> bool {
        text.parse::<IpAddr>().is_ok_and(|address| {
            let address = if self.v4 {
                address.to_canonical()
            } else {
                address
            };
            address.is_ipv4() == self.v4 && left_aligned(address) & mask(self.prefix) == self.bits
        })
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
