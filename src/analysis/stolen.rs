//! Instance credentials used from elsewhere: the surest sign that they were taken off the instance.
//!
//! An instance's own addresses are those that its SSM agent calls from, those that `RunInstances` gave it, and
//! where neither is known the first that its credentials were used from. Use from another address is theft; so is
//! use from an address that other credentials of the lineage were used from, whatever else is known.

use std::collections::{BTreeMap, HashSet};

use super::findings::{self, Proof, Rule};
use crate::event::services::is_aws_address;
use crate::event::{Event, FieldPath};
use crate::report::Level;

#[derive(Debug, Default)]
struct Instance {
    own: HashSet<String>,
    /// Addresses in the order of time.
    uses: Vec<(String, Proof)>,
}

/// Folds the lineage's events, in the order of time.
#[derive(Debug, Default)]
pub struct Fold {
    instances: BTreeMap<String, Instance>,
    others: HashSet<String>,
}

impl Fold {
    /// `event` was signed with credentials that were issued to `instance`.
    pub fn add_instance_use(&mut self, instance: &str, event: &Event) {
        let Some(address) = event.source_ip().filter(|address| !is_aws_address(address)) else {
            return;
        };
        let entry = self.instances.entry(instance.to_owned()).or_default();
        if event
            .user_agent()
            .is_some_and(|agent| agent.contains("amazon-ssm-agent"))
            || event.source() == Some("ssm.amazonaws.com")
                && event.name() == Some("UpdateInstanceInformation")
        {
            entry.own.insert(address.to_owned());
        }
        entry.uses.push((address.to_owned(), Proof::of(event)));
    }

    /// `event` was signed with any other credential of the lineage.
    pub fn add_other_use(&mut self, event: &Event) {
        if let Some(address) = event.source_ip().filter(|address| !is_aws_address(address)) {
            self.others.insert(address.to_owned());
        }
        if event.is("ec2.amazonaws.com", "RunInstances") {
            self.add_launch(event);
        }
    }

    fn add_launch(&mut self, event: &Event) {
        let instances = FieldPath::new("responseElements.instancesSet.items");
        let addresses = ["privateIpAddress", "ipAddress", "publicIpAddress"].map(FieldPath::new);
        instances.any(event.json(), |instance| {
            if let Some(id) = instance.get("instanceId").and_then(|id| id.as_str()) {
                let own = &mut self.instances.entry(id.to_owned()).or_default().own;
                for path in &addresses {
                    own.extend(
                        path.first(instance)
                            .and_then(|a| a.as_str())
                            .map(str::to_owned),
                    );
                }
            }
            false
        });
    }

    /// Reports every use of an instance's credentials from an address that is not the instance's.
    pub fn finish(self, findings: &mut findings::Fold) {
        let rule = Rule {
            level: Level::Critical,
            id: "stolen-instance-credentials".to_owned(),
            title: "Instance credentials used from another address".to_owned(),
            attack: vec!["T1552.005".to_owned(), "T1078.004".to_owned()],
        };
        for (id, mut instance) in self.instances {
            let own_is_seen = instance
                .uses
                .iter()
                .any(|(address, _)| instance.own.contains(address));
            if !own_is_seen {
                let mut addresses = instance.uses.iter().map(|(address, _)| address);
                instance.own.extend(
                    addresses
                        .find(|address| !self.others.contains(*address))
                        .cloned(),
                );
            }
            for (address, proof) in instance.uses {
                let why = match (
                    self.others.contains(&address),
                    instance.own.contains(&address),
                ) {
                    (true, _) => ", the address of other credentials of this trace",
                    (false, true) => continue,
                    (false, false) => "",
                };
                let message = format!(
                    "credentials of {id} used from {address}{why}, not from the instance (stolen)"
                );
                findings.hit(&rule, message, proof);
            }
        }
    }
}
