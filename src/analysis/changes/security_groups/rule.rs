//! One rule of a security group, and its words: `ingress tcp 22 from 0.0.0.0/0`. Where rules stand in a record is
//! `request`'s business, what they expose is `exposure`'s.

use std::fmt;

use serde_json::Value;

use super::shape::{field, scalar, text};
use crate::event::Network;

/// A rule admits `traffic` from or to `peer`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroupRule {
    pub key: RuleKey,
    /// `sgr-…`, where the record tells it.
    pub id: Option<String>,
    pub description: Option<String>,
    /// The address block as the caller wrote it, where it is not as EC2 keeps it: `208.236.235.254/0`.
    pub as_written: Option<String>,
}

/// What makes a rule the same rule: EC2 refuses a second one of these in a group.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuleKey {
    pub direction: Direction,
    pub traffic: Traffic,
    pub peer: Peer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Direction {
    Ingress,
    Egress,
    /// `ModifySecurityGroupRules` does not say.
    #[strum(to_string = "ingress or egress")]
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traffic {
    pub protocol: Protocol,
    pub ports: Ports,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    All,
    Tcp,
    Udp,
    Icmp,
    Icmpv6,
    /// Its number, or whatever the record holds.
    Other(String),
}

/// Ports, or for ICMP the type and the code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ports {
    All,
    Range(i64, i64),
    Icmp(i64, Option<i64>),
    /// No number: as the record has it.
    Odd(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    Block(Network),
    /// A group by its id, or by its name; `account` where it is another than the record's.
    Group {
        group: String,
        account: Option<String>,
    },
    PrefixList(String),
    /// Whatever the record holds.
    Odd(String),
}

const LAST_PORT: i64 = 65535;

impl Traffic {
    pub const ALL: Self = Self {
        protocol: Protocol::All,
        ports: Ports::All,
    };

    /// `ipProtocol`, `fromPort` and `toPort` of `value`: ports as numbers or as text (facts: E1a).
    pub fn read(value: &Value) -> Self {
        let protocol = Protocol::read(text(value, "ipProtocol").as_deref());
        let ports = Ports::read(
            &protocol,
            field(value, "fromPort").and_then(scalar),
            field(value, "toPort").and_then(scalar),
        );
        Self { protocol, ports }
    }
}

impl Protocol {
    /// A name, a number, or `-1` for all.
    pub fn read(text: Option<&str>) -> Self {
        match text.map(str::to_ascii_lowercase).as_deref() {
            None | Some("-1" | "all") => Self::All,
            Some("6" | "tcp") => Self::Tcp,
            Some("17" | "udp") => Self::Udp,
            Some("1" | "icmp") => Self::Icmp,
            Some("58" | "icmpv6") => Self::Icmpv6,
            Some(other) => Self::Other(other.to_owned()),
        }
    }
}

impl Ports {
    /// For all protocols ports mean nothing: requests say `0/0`, answers `-1/-1` (facts: E1a).
    pub fn read(protocol: &Protocol, from: Option<String>, to: Option<String>) -> Self {
        if *protocol == Protocol::All {
            return Self::All;
        }
        let number = |text: &Option<String>| text.as_ref().map(|text| text.parse::<i64>());
        let (from, to) = match (number(&from), number(&to)) {
            (Some(Err(_)), _) | (_, Some(Err(_))) => {
                return Self::Odd(
                    [from, to]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join("-"),
                );
            }
            (from, to) => (from.and_then(Result::ok), to.and_then(Result::ok)),
        };
        let is_icmp = matches!(protocol, Protocol::Icmp | Protocol::Icmpv6);
        match (from.filter(|from| *from != -1), to.filter(|to| *to != -1)) {
            (Some(kind), code) if is_icmp => Self::Icmp(kind, code),
            (None, None) | (Some(0), Some(LAST_PORT)) => Self::All,
            (from, to) => {
                let (from, to) = (from.or(to).unwrap_or(0), to.or(from).unwrap_or(0));
                Self::Range(from.min(to), from.max(to))
            }
        }
    }
}

impl Peer {
    /// An address block, as written and as EC2 keeps it.
    pub fn block(written: &str) -> Self {
        Network::parse(written).map_or_else(|| Self::Odd(written.to_owned()), Self::Block)
    }
}

impl SecurityGroupRule {
    pub fn new(direction: Direction, traffic: Traffic, peer: Peer) -> Self {
        Self {
            key: RuleKey {
                direction,
                traffic,
                peer,
            },
            id: None,
            description: None,
            as_written: None,
        }
    }

    /// The same, of the block `written`.
    pub fn of_block(direction: Direction, traffic: Traffic, written: &str) -> Self {
        let peer = Peer::block(written);
        let as_kept = match &peer {
            Peer::Block(network) => network.to_string(),
            _ => written.to_owned(),
        };
        Self {
            as_written: (!as_kept.eq_ignore_ascii_case(written)).then(|| written.to_owned()),
            ..Self::new(direction, traffic, peer)
        }
    }

    /// Its words.
    pub fn words(&self) -> String {
        self.key.to_string()
    }

    /// Its words and its description, where that is what changed.
    pub fn words_with_description(&self) -> String {
        match &self.description {
            Some(description) => format!("{} \"{description}\"", self.key),
            None => format!("{} (no description)", self.key),
        }
    }
}

impl fmt::Display for RuleKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, preposition) = match self.direction {
            Direction::Ingress => ("ingress ", "from"),
            Direction::Egress => ("egress ", "to"),
            Direction::Unknown => ("", "from or to"),
        };
        write!(f, "{start}{} {preposition} {}", self.traffic, self.peer)
    }
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_ports = matches!(self.protocol, Protocol::Tcp | Protocol::Udp);
        write!(f, "{}", self.protocol)?;
        match &self.ports {
            Ports::All if has_ports => write!(f, " 0-{LAST_PORT}"),
            Ports::All => Ok(()),
            Ports::Range(from, to) if from == to => write!(f, " {from}"),
            Ports::Range(from, to) => write!(f, " {from}-{to}"),
            Ports::Icmp(kind, None) => write!(f, " type {kind}"),
            Ports::Icmp(kind, Some(code)) => write!(f, " type {kind} code {code}"),
            Ports::Odd(text) => write!(f, " {text}"),
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Tcp => f.write_str("tcp"),
            Self::Udp => f.write_str("udp"),
            Self::Icmp => f.write_str("icmp"),
            Self::Icmpv6 => f.write_str("icmpv6"),
            Self::Other(name) => write!(f, "protocol {name}"),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Block(network) => write!(f, "{network}"),
            Self::Group {
                group,
                account: None,
            } => f.write_str(group),
            Self::Group {
                group,
                account: Some(account),
            } => write!(f, "{group} (account {account})"),
            Self::PrefixList(id) | Self::Odd(id) => f.write_str(id),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn traffic(value: &Value) -> String {
        Traffic::read(value).to_string()
    }

    #[test]
    fn traffic_in_words() {
        let words = |protocol: Value, from: Value, to: Value| {
            traffic(&json!({"ipProtocol": protocol, "fromPort": from, "toPort": to}))
        };
        assert_eq!(words(json!("tcp"), json!(22), json!(22)), "tcp 22");
        assert_eq!(
            words(json!("6"), json!("8000"), json!("8100")),
            "tcp 8000-8100"
        );
        assert_eq!(words(json!(17), json!(0), json!(65535)), "udp 0-65535");
        assert_eq!(words(json!("-1"), json!(0), json!(0)), "all");
        assert_eq!(words(json!(-1), json!(-1), json!(-1)), "all");
        assert_eq!(words(json!("icmp"), json!(8), json!(-1)), "icmp type 8");
        assert_eq!(
            words(json!("icmp"), json!(3), json!(4)),
            "icmp type 3 code 4"
        );
        assert_eq!(words(json!("icmp"), json!(-1), json!(-1)), "icmp");
        assert_eq!(words(json!("50"), Value::Null, Value::Null), "protocol 50");
        assert_eq!(words(json!("tcp"), json!("ssh"), Value::Null), "tcp ssh");
        assert_eq!(traffic(&json!({})), "all");
    }

    #[test]
    fn a_block_is_told_as_ec2_keeps_it() {
        let ssh = || Traffic::read(&json!({"ipProtocol": "tcp", "fromPort": 22, "toPort": 22}));
        let rule = SecurityGroupRule::of_block(Direction::Ingress, ssh(), "208.236.235.254/0");
        assert_eq!(rule.words(), "ingress tcp 22 from 0.0.0.0/0");
        assert_eq!(rule.as_written.as_deref(), Some("208.236.235.254/0"));
        let rule = SecurityGroupRule::of_block(Direction::Egress, ssh(), "10.0.0.0/8");
        assert_eq!(rule.words(), "egress tcp 22 to 10.0.0.0/8");
        assert_eq!(rule.as_written, None);
        let rule = SecurityGroupRule::of_block(Direction::Ingress, ssh(), "anywhere");
        assert_eq!(rule.words(), "ingress tcp 22 from anywhere");
    }
}
