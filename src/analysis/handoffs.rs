//! Where the lineage goes on in an account that was not read.

use std::collections::BTreeSet;

use crate::event::Event;
use crate::event::arn;
use crate::report::Handoff;

/// Folds the lineage's events into hand-offs.
#[derive(Debug, Default)]
pub struct Fold {
    handoffs: Vec<Handoff>,
}

impl Fold {
    /// Remembers `event` if it is a role assumed in another account.
    pub fn add(&mut self, event: &Event) {
        if event.source() != Some("sts.amazonaws.com") || event.error_code().is_some() {
            return;
        }
        let target = event
            .request(&["roleArn"])
            .and_then(|role| arn::account(role).map(|account| (role, account)))
            .or_else(|| {
                event
                    .request(&["targetPrincipal"])
                    .map(|root| (root, arn::account(root).unwrap_or(root)))
            });
        let Some((role_arn, account)) = target else {
            return;
        };
        if event.account().is_none_or(|own| own != account) {
            self.handoffs.push(Handoff {
                role_arn: role_arn.to_owned(),
                account: account.to_owned(),
                shared_event_id: event.shared_id().map(str::to_owned),
                event_id: event.id().map(str::to_owned),
                access_key_id: event
                    .response(&["credentials", "accessKeyId"])
                    .map(str::to_owned),
            });
        }
    }

    /// Those into accounts that were not read, in the order of time.
    pub fn finish(self, accounts_read: &BTreeSet<String>) -> Vec<Handoff> {
        self.handoffs
            .into_iter()
            .filter(|handoff| !accounts_read.contains(&handoff.account))
            .collect()
    }
}
