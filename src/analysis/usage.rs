//! How a credential was used: counts, times and addresses of one node.

use std::collections::HashMap;

use crate::event::Event;
use crate::event::time::Time;
use crate::event::who::Mfa;
use crate::report::Node;

/// Folded over the events that one credential signed.
#[derive(Debug, Default)]
pub struct Usage {
    events: u64,
    first: Option<Time>,
    last: Option<Time>,
    addresses: HashMap<String, u64>,
    principal: Option<String>,
    account: Option<String>,
    created: Option<Time>,
    mfa: Option<String>,
}

impl Usage {
    pub fn add(&mut self, event: &Event) {
        let identity = event.identity();
        self.events += 1;
        self.first = self.first.into_iter().chain(event.time()).min();
        self.last = self.last.max(event.time());
        if let Some(address) = event.source_ip() {
            *self.addresses.entry(address.to_owned()).or_default() += 1;
        }
        let keep = |slot: &mut Option<String>, text: Option<&str>| {
            if slot.is_none() {
                *slot = text.map(str::to_owned);
            }
        };
        keep(&mut self.principal, identity.arn());
        keep(&mut self.account, identity.account_id());
        keep(&mut self.mfa, identity.mfa());
        self.created = self.created.or_else(|| identity.session_created());
    }

    /// Addresses it was used from, most used first.
    pub fn addresses(&self) -> Vec<String> {
        let mut addresses: Vec<(&String, &u64)> = self.addresses.iter().collect();
        addresses.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        addresses
            .into_iter()
            .map(|(address, _)| address.clone())
            .collect()
    }

    /// Writes the counts into `node`, and fills in what nothing else said of it.
    pub fn describe(self, node: &mut Node) {
        node.source_ips = self.addresses();
        node.events = self.events;
        node.first_event = self.first;
        node.last_event = self.last;
        node.principal = node.principal.take().or(self.principal);
        node.account = self.account.or(node.account.take());
        node.issued_at = node.issued_at.or(self.created);
        if node.mfa == Mfa::Unknown {
            node.mfa = Mfa::of_session(self.mfa.as_deref());
        }
    }
}
