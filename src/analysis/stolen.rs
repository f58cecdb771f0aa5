//! Instance and function credentials used from elsewhere: the surest sign that they were taken.
//!
//! An instance's own addresses are those that its SSM agent reports from and those that the calls of the tree gave
//! it (`RunInstances`, `AssociateAddress`); of a class, public or private, of which none is known, the first that its
//! credentials were used from. Use from an address of credentials that have nothing to do with the instance is
//! theft, and so is use from another than a known address. Where the own address is only taken for it, an instance
//! that was stopped and started looks the same, so that is said, one level lower.
//!
//! A function has no address of its own: only use from an address of credentials that have nothing to do with it tells.

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

use super::findings::{self, Proof, RuleLabel};
use crate::event::services::is_aws_address;
use crate::event::{Event, FieldPath};
use crate::report::Level;

#[derive(Debug, Default)]
struct InstanceUses {
    own: HashSet<String>,
    /// In the order of time.
    uses: Vec<CredentialUse>,
}

#[derive(Debug)]
struct CredentialUse {
    address: String,
    access_key_id: Option<String>,
    proof: Proof,
}

/// Whose credentials signed an event of the lineage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer<'a> {
    /// An instance's own.
    Instance(&'a str),
    /// A function's own; how its caller is called.
    Function(&'a str),
    /// Obtained by an instance or a function: they are used where it runs.
    BelowCompute,
    /// Any other.
    Elsewhere,
}

/// Folds the lineage's events, in the order of time.
#[derive(Debug, Default)]
pub struct Fold {
    instances: BTreeMap<String, InstanceUses>,
    functions: BTreeMap<String, Vec<CredentialUse>>,
    others: HashSet<String>,
}

impl Fold {
    pub fn add(&mut self, signer: Signer<'_>, event: &Event) {
        self.add_given_addresses(event);
        let Some(address) = event.source_ip().filter(|address| !is_aws_address(address)) else {
            return;
        };
        let one_use = || CredentialUse {
            address: address.to_owned(),
            access_key_id: event.access_key_id().map(str::to_owned),
            proof: Proof::of(event),
        };
        match signer {
            Signer::Function(name) => {
                let uses = self.functions.entry(name.to_owned()).or_default();
                uses.push(one_use());
            }
            Signer::Instance(id) => {
                let instance = self.instances.entry(id.to_owned()).or_default();
                if event.is("ssm.amazonaws.com", "UpdateInstanceInformation") {
                    instance.own.insert(address.to_owned());
                }
                instance.uses.push(one_use());
            }
            Signer::BelowCompute => {}
            Signer::Elsewhere => {
                self.others.insert(address.to_owned());
            }
        }
    }

    /// Addresses that a call gave to instances.
    fn add_given_addresses(&mut self, event: &Event) {
        if event.is("ec2.amazonaws.com", "AssociateAddress") {
            let address = event.request(&["publicIp"]);
            if let (Some(id), Some(address)) = (event.request(&["instanceId"]), address) {
                self.own(id).insert(address.to_owned());
            }
        }
        if !event.is("ec2.amazonaws.com", "RunInstances") {
            return;
        }
        let addresses = ["privateIpAddress", "ipAddress", "publicIpAddress"].map(FieldPath::new);
        FieldPath::new("responseElements.instancesSet.items").any(event.json(), |instance| {
            if let Some(id) = instance.get("instanceId").and_then(|id| id.as_str()) {
                for address in addresses
                    .iter()
                    .filter_map(|path| path.first(instance)?.as_str())
                {
                    self.own(id).insert(address.to_owned());
                }
            }
            false
        });
    }

    fn own(&mut self, instance: &str) -> &mut HashSet<String> {
        &mut self.instances.entry(instance.to_owned()).or_default().own
    }

    /// Reports every use of the credentials of an instance or a function from an address that is not its own; the keys
    /// that are surely stolen.
    pub fn finish(self, findings: &mut findings::Fold) -> HashSet<String> {
        let mut stolen = HashSet::new();
        for (name, uses) in self.functions {
            let of_others = |one: &CredentialUse| self.others.contains(&one.address);
            for one in uses.into_iter().filter(of_others) {
                let message = format!(
                    "credentials of function {name} used from {}, the address of other credentials of this trace \
                     (stolen)",
                    one.address
                );
                findings.hit(&function_rule(), message, one.proof);
                stolen.extend(one.access_key_id);
            }
        }
        for (id, instance) in self.instances {
            let is_known = |private: bool| {
                let mut uses = instance
                    .uses
                    .iter()
                    .filter(|one| is_private(&one.address) == private);
                uses.any(|one| instance.own.contains(&one.address))
            };
            let known = [is_known(false), is_known(true)];
            let taken_for_own = |private: bool| {
                let mut uses = instance.uses.iter().map(|one| &one.address);
                uses.find(|address| {
                    is_private(address) == private && !self.others.contains(*address)
                })
            };
            let taken = [taken_for_own(false), taken_for_own(true)];
            for CredentialUse {
                address,
                access_key_id,
                proof,
            } in &instance.uses
            {
                let class = usize::from(is_private(address));
                let of_others = self.others.contains(address);
                let is_own = if known[class] {
                    instance.own.contains(address)
                } else {
                    taken[class] == Some(address)
                };
                // an address that is proven to be the instance's may be shared by what runs behind the same gateway
                if is_own || (of_others && instance.own.contains(address)) {
                    continue;
                }
                let (level, what) = match (of_others, known[class]) {
                    (true, _) => (
                        Level::Critical,
                        ", the address of other credentials of this trace, not from the instance (stolen)",
                    ),
                    (false, true) => (Level::Critical, ", not from the instance (stolen)"),
                    (false, false) => (
                        Level::High,
                        ", not where they were first used from (stolen, or the instance's address changed)",
                    ),
                };
                let message = format!("credentials of {id} used from {address}{what}");
                findings.hit(&rule(level), message, proof.clone());
                if level == Level::Critical {
                    stolen.extend(access_key_id.clone());
                }
            }
        }
        stolen
    }
}

fn rule(level: Level) -> RuleLabel {
    RuleLabel {
        level,
        id: "stolen-instance-credentials".to_owned(),
        title: "Instance credentials used from another address".to_owned(),
        attack: vec!["T1552.005".to_owned(), "T1078.004".to_owned()],
    }
}

fn function_rule() -> RuleLabel {
    RuleLabel {
        id: "stolen-function-credentials".to_owned(),
        title: "Function credentials used from another address".to_owned(),
        ..rule(Level::Critical)
    }
}

/// Private addresses are those of calls through a VPC endpoint: an instance has one of each class.
fn is_private(address: &str) -> bool {
    match address.parse() {
        Ok(IpAddr::V4(address)) => address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_unique_local(),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, address: &str) -> Event {
        let source = if name == "UpdateInstanceInformation" {
            "ssm"
        } else {
            "ec2"
        };
        let raw = format!(
            r#"{{"eventVersion":"1.08","eventID":"{name}-{address}","eventName":"{name}",
                "eventSource":"{source}.amazonaws.com","sourceIPAddress":"{address}",
                "requestParameters":{{"instanceId":"i-1","publicIp":"192.0.2.77"}}}}"#
        );
        Event::parse(raw.as_bytes()).unwrap()
    }

    /// Level and address of each finding.
    fn found(uses: &[(Signer<'_>, &str, &str)]) -> Vec<(Level, String)> {
        let mut fold = Fold::default();
        for (signer, name, address) in uses {
            fold.add(*signer, &event(name, address));
        }
        let mut findings = findings::Fold::default();
        fold.finish(&mut findings);
        let address = |message: &str| {
            let address = message.split(" used from ").nth(1).unwrap();
            address.split(',').next().unwrap().to_owned()
        };
        findings
            .finish()
            .iter()
            .map(|finding| (finding.level, address(&finding.message)))
            .collect()
    }

    const OWN: Signer<'_> = Signer::Instance("i-1");

    #[test]
    fn the_address_of_the_attacker_is_theft_whatever_is_known_of_the_instance() {
        let attacker = (Signer::Elsewhere, "ListUsers", "203.0.113.9");
        let stolen = (OWN, "DescribeInstances", "203.0.113.9");
        let theft = [(Level::Critical, "203.0.113.9".to_owned())];
        assert_eq!(found(&[attacker, stolen]), theft);
        assert_eq!(
            found(&[
                attacker,
                (OWN, "UpdateInstanceInformation", "192.0.2.1"),
                stolen
            ]),
            theft
        );
    }

    #[test]
    fn another_than_the_known_address_is_theft_and_another_than_the_first_may_be() {
        let elsewhere = (OWN, "DescribeInstances", "198.51.100.3");
        let known = [(OWN, "UpdateInstanceInformation", "192.0.2.1"), elsewhere];
        assert_eq!(
            found(&known),
            [(Level::Critical, "198.51.100.3".to_owned())]
        );
        let unknown = [(OWN, "DescribeVolumes", "192.0.2.1"), elsewhere];
        assert_eq!(found(&unknown), [(Level::High, "198.51.100.3".to_owned())]);
    }

    #[test]
    fn of_a_function_only_the_address_of_the_attacker_is_theft() {
        let own = Signer::Function("report");
        let attacker = (Signer::Elsewhere, "ListUsers", "203.0.113.9");
        let quiet = [
            attacker,
            (own, "ListBuckets", "192.0.2.1"),
            (own, "ListBuckets", "198.51.100.3"),
            (Signer::BelowCompute, "ListBuckets", "203.0.113.9"),
        ];
        assert_eq!(found(&quiet), []);
        // whichever came first
        let stolen = (own, "ListBuckets", "203.0.113.9");
        let theft = [(Level::Critical, "203.0.113.9".to_owned())];
        assert_eq!(found(&[attacker, stolen]), theft);
        assert_eq!(found(&[stolen, attacker]), theft);
    }

    #[test]
    fn what_the_instance_itself_does_is_no_theft() {
        let quiet = [
            // through an interface endpoint, and through the gateway
            (OWN, "UpdateInstanceInformation", "10.0.0.5"),
            (OWN, "DescribeVolumes", "192.0.2.1"),
            // a role that the instance assumed, used on it
            (Signer::BelowCompute, "ListUsers", "192.0.2.1"),
            (OWN, "DescribeVolumes", "192.0.2.1"),
            (OWN, "DescribeVolumes", "ssm.amazonaws.com"),
        ];
        assert_eq!(found(&quiet), []);
        let moved = [
            (OWN, "UpdateInstanceInformation", "192.0.2.1"),
            (Signer::Elsewhere, "AssociateAddress", "203.0.113.9"),
            (OWN, "DescribeVolumes", "192.0.2.77"),
        ];
        assert_eq!(found(&moved), []);
    }
}
