//! Identifiers of the shapes that AWS uses.
//!
//! Credentials and resources take their id from a name, so that editing one scene of the story leaves all others'
//! ids alone; events and requests take theirs from one running sequence. Neither is of cryptographic use.

const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

pub use crate::support::random::Random;

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
