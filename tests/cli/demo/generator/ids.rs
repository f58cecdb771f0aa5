//! Identifiers of the shapes that AWS uses, and the random numbers behind them.
//!
//! Credentials and resources take their id from a name, so that editing one scene of the story leaves all others'
//! ids alone; events and requests take theirs from one running sequence. Neither is of cryptographic use.

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// splitmix64: the same sequence on every machine.
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    pub const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// The sequence that belongs to a name (its FNV-1a hash is the seed).
    fn named(name: &str) -> Self {
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        }))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A version 4 UUID, as `eventID` and `requestID` are.
    pub fn uuid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xfff,
            ((low >> 48) & 0x3fff) | 0x8000,
            low & 0xffff_ffff_ffff,
        )
    }
}

/// An access key id (`AKIA`, `ASIA`) that spells `account` (facts: D2).
///
/// Its 80 bits are a one (which keeps the fifth character off the old form's `I` and `J`), 40 of the account and
/// 39 of the name.
pub fn key_id(prefix: &str, account: &str, name: &str) -> String {
    let account: u128 = account.parse().unwrap_or_default();
    let random = Random::named(&format!("{prefix}/{name}")).next();
    let bits = 1 << 79 | account << 39 | u128::from(random >> 25);
    let body = (0..16).rev().map(|place| base32(bits >> (5 * place)));
    prefix.chars().chain(body).collect()
}

/// The id of a user (`AIDA`) or role (`AROA`): one character longer than a key's.
pub fn entity_id(prefix: &str, account: &str, name: &str) -> String {
    let mut id = key_id(prefix, account, name);
    id.push(base32(Random::named(name).next().into()));
    id
}

/// An EC2 resource id: `i-0` and sixteen hexadecimal digits.
pub fn resource_id(prefix: &str, name: &str) -> String {
    format!(
        "{prefix}-0{:016x}",
        Random::named(&format!("{prefix}/{name}")).next()
    )
}

fn base32(bits: u128) -> char {
    let digit = BASE32.get((bits & 31) as usize).copied();
    char::from(digit.unwrap_or(b'A'))
}
