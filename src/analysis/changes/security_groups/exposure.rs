//! What a rule exposes: whether blocks add up to the whole world, what traffic two rules have in common, and which
//! services listen on ports that should not be reachable from there. Which rules a group has is `state`'s business.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::rule::{Ports, Protocol, Traffic};
use crate::event::Network;
use crate::report::Level;

/// The addresses that anybody can have: a rule that admits all of them admits the world, whatever it leaves out.
/// IPv4 below multicast; IPv6 global unicast (`2000::/3`), so that `::/1` is the world as `::/0` is.
const WORLD: [IpNet; 4] = [
    IpNet::new_assert(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 1),
    IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(128, 0, 0, 0)), 2),
    IpNet::new_assert(IpAddr::V4(Ipv4Addr::new(192, 0, 0, 0)), 3),
    IpNet::new_assert(IpAddr::V6(Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0)), 3),
];

/// Blocks narrower than this only add up to the world in hundreds: they are not tried together with others.
const WIDE: u8 = 8;

/// Which of the two Internets a block is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    V4,
    V6,
}

impl Family {
    pub const BOTH: [Self; 2] = [Self::V4, Self::V6];

    /// Whether `blocks` together hold every address of it (facts: E1a, the pair of /1).
    pub fn is_covered(self, blocks: &[Network]) -> bool {
        let blocks = blocks.iter().map(|block| block.block()).collect();
        let merged = IpNet::aggregate(&blocks);
        let mut parts = WORLD.iter().filter(|part| self.has(**part));
        parts.all(|part| merged.iter().any(|block| block.contains(part)))
    }

    pub fn has(self, block: IpNet) -> bool {
        block.addr().is_ipv4() == (self == Self::V4)
    }
}

/// Whether a block is wide enough to be one of few that add up to the world.
pub fn is_wide(block: Network) -> bool {
    block.block().prefix_len() <= WIDE
}

impl Traffic {
    /// Whether all of `other` is part of it.
    pub fn contains(&self, other: &Self) -> bool {
        self.shared(other).as_ref() == Some(other)
    }

    /// What both of them admit; `None` for nothing.
    pub fn shared(&self, other: &Self) -> Option<Self> {
        if self.protocol == Protocol::All {
            return Some(other.clone());
        }
        if other.protocol == Protocol::All {
            return Some(self.clone());
        }
        if self.protocol != other.protocol {
            return None;
        }
        let ports = match (&self.ports, &other.ports) {
            (Ports::All, ports) | (ports, Ports::All) => ports.clone(),
            (Ports::Range(a, b), Ports::Range(c, d)) if a.max(c) <= b.min(d) => {
                Ports::Range(*a.max(c), *b.min(d))
            }
            (Ports::Icmp(a, None), ports @ Ports::Icmp(b, _))
            | (ports @ Ports::Icmp(b, _), Ports::Icmp(a, None))
                if a == b =>
            {
                ports.clone()
            }
            (a, b) if a == b => a.clone(),
            _ => return None,
        };
        Some(Self {
            protocol: self.protocol.clone(),
            ports,
        })
    }

    /// How bad it is that the world can send it.
    pub fn level(&self) -> Level {
        match self.protocol {
            Protocol::Icmp | Protocol::Icmpv6 => Level::Low,
            _ if self.services().is_empty() => Level::High,
            _ => Level::Critical,
        }
    }

    /// The services among it that must not be open to the world, in words: `SSH`, with the port where there are
    /// others (`MySQL 3306`); `every port` for all of them.
    pub fn services(&self) -> Vec<String> {
        match (&self.protocol, &self.ports) {
            (Protocol::All, _) | (Protocol::Tcp | Protocol::Udp, Ports::All) => {
                vec!["every port".to_owned()]
            }
            (Protocol::Tcp, Ports::Range(from, to)) => SENSITIVE
                .iter()
                .filter(|(port, _)| (from..=to).contains(&port))
                .map(|(port, service)| {
                    if from == to {
                        (*service).to_owned()
                    } else {
                        format!("{service} {port}")
                    }
                })
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// Ports by which hosts are administered, or data is read without more ado.
const SENSITIVE: [(i64, &str); 32] = [
    (21, "FTP"),
    (22, "SSH"),
    (23, "Telnet"),
    (135, "RPC"),
    (139, "NetBIOS"),
    (389, "LDAP"),
    (445, "SMB"),
    (873, "rsync"),
    (1433, "SQL Server"),
    (1521, "Oracle"),
    (2049, "NFS"),
    (2181, "ZooKeeper"),
    (2375, "Docker"),
    (2376, "Docker"),
    (2379, "etcd"),
    (3306, "MySQL"),
    (3389, "RDP"),
    (5432, "PostgreSQL"),
    (5439, "Redshift"),
    (5601, "Kibana"),
    (5900, "VNC"),
    (5984, "CouchDB"),
    (5985, "WinRM"),
    (5986, "WinRM"),
    (6379, "Redis"),
    (6443, "Kubernetes API"),
    (9042, "Cassandra"),
    (9092, "Kafka"),
    (9200, "Elasticsearch"),
    (10250, "kubelet"),
    (11211, "Memcached"),
    (27017, "MongoDB"),
];

/// `1 min 49 s`, `41 min`, `2 h 3 min`, `3 d 4 h`.
pub fn lasting(duration: chrono::Duration) -> String {
    let seconds = duration.num_seconds().max(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let two = |large: i64, unit: &str, small: i64, small_unit: &str| match small {
        0 => format!("{large} {unit}"),
        _ => format!("{large} {unit} {small} {small_unit}"),
    };
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => two(minutes, "min", seconds % 60, "s"),
        (0, _, _) => two(hours, "h", minutes, "min"),
        _ => two(days, "d", hours, "h"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    fn covered(family: Family, blocks: &[&str]) -> bool {
        let blocks: Vec<_> = blocks
            .iter()
            .map(|block| Network::parse(block).unwrap())
            .collect();
        family.is_covered(&blocks)
    }

    #[test]
    fn blocks_add_up_to_the_world() {
        let v4 = |blocks: &[&str]| covered(Family::V4, blocks);
        assert!(v4(&["0.0.0.0/0"]) && v4(&["208.236.235.254/0"]));
        assert!(v4(&["128.0.0.0/1", "0.0.0.0/1"]));
        assert!(v4(&["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3"]));
        assert!(v4(&[
            "0.0.0.0/2",
            "10.0.0.0/8",
            "64.0.0.0/2",
            "128.0.0.0/1"
        ]));
        assert!(!v4(&["0.0.0.0/1"]) && !v4(&["128.0.0.0/1", "::/0"]) && !v4(&[]));
        assert!(!v4(&["0.0.0.0/1", "128.0.0.0/2", "208.0.0.0/4"]));
        let v6 = |blocks: &[&str]| covered(Family::V6, blocks);
        assert!(v6(&["::/0"]) && v6(&["::/1", "8000::/1"]) && v6(&["2000::/3"]));
        assert!(v6(&["2000::/4", "3000::/4"]));
        assert!(!v6(&["0.0.0.0/0"]) && !v6(&["2001:db8::/32"]) && !v6(&["8000::/1"]));
    }

    fn traffic(protocol: Protocol, ports: Ports) -> Traffic {
        Traffic { protocol, ports }
    }

    #[test]
    fn traffic_that_two_rules_share() {
        let all = traffic(Protocol::All, Ports::All);
        let tcp = |from, to| traffic(Protocol::Tcp, Ports::Range(from, to));
        assert_eq!(all.shared(&tcp(1, 2)), Some(tcp(1, 2)));
        assert_eq!(tcp(20, 30).shared(&tcp(25, 99)), Some(tcp(25, 30)));
        assert_eq!(tcp(1, 2).shared(&tcp(3, 4)), None);
        assert_eq!(tcp(1, 2).shared(&traffic(Protocol::Udp, Ports::All)), None);
        let ping = traffic(Protocol::Icmp, Ports::Icmp(8, None));
        let exact = traffic(Protocol::Icmp, Ports::Icmp(8, Some(0)));
        assert_eq!(exact.shared(&ping), Some(exact.clone()));
        assert!(ping.contains(&exact) && !exact.contains(&ping));
        assert!(all.contains(&tcp(0, 9)) && !tcp(0, 9).contains(&all));
    }

    #[test]
    fn the_worse_the_service_the_higher_the_level() {
        let tcp = |from, to| traffic(Protocol::Tcp, Ports::Range(from, to));
        assert_eq!(
            (tcp(22, 22).level(), tcp(22, 22).services()),
            (Level::Critical, vec!["SSH".to_owned()])
        );
        assert_eq!(tcp(3300, 3400).services(), ["MySQL 3306", "RDP 3389"]);
        assert_eq!(tcp(443, 443).level(), Level::High);
        assert_eq!(
            traffic(Protocol::All, Ports::All).services(),
            ["every port"]
        );
        assert_eq!(
            traffic(Protocol::Udp, Ports::Range(22, 22)).level(),
            Level::High
        );
        assert_eq!(traffic(Protocol::Icmp, Ports::All).level(), Level::Low);
    }

    #[test]
    fn durations_in_words() {
        let words = [
            (0, "0 s"),
            (45, "45 s"),
            (109, "1 min 49 s"),
            (2460, "41 min"),
            (7380, "2 h 3 min"),
            (273_600, "3 d 4 h"),
        ];
        for (seconds, told) in words {
            assert_eq!(lasting(Duration::seconds(seconds)), told);
        }
    }
}
