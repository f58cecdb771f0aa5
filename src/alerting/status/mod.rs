//! Whether alerts would arrive: every Region's forwarder, the home stack, who is told, and the trail.
//!
//! What is wrong and what could not be looked at are kept apart all the way.

mod home;
mod region;
mod rules;
mod stack;
mod subscriptions;
mod trail;

use std::sync::Arc;

use aws_sdk_cloudformation::types::{Stack, StackStatus};

use super::standing::{Standing, in_each};
use crate::clock;
use crate::investigation::run_id;
use crate::report::Tool;
use crate::report::alerting::ALERTS_VERSION;
use crate::report::alerting::status::{AlertsStatus, Attention, Rules, Unread, Verdict};

/// What to do about what somebody changed past CloudFormation, which a change set does not see.
const MEND: &str = "find out who did it (trailhunt hunt --since 7d); deploy-alerts alone does not mend it: put it back \
                    by hand, or run remove-alerts and deploy-alerts";

/// Looks at all of it. `tell` is told of the Regions that are done.
pub async fn look(standing: Standing) -> AlertsStatus {
    let standing = Arc::new(standing);
    let found: Vec<_> = standing.forwarders.clone();
    let names: Vec<String> = found.iter().map(|(region, _)| region.clone()).collect();
    let looking = Arc::clone(&standing);
    let regions = in_each(&names, |name| {
        let standing = Arc::clone(&looking);
        let mut forwarders = found.iter();
        let found = forwarders.find(|(region, _)| *region == name);
        let found = found.map_or(Ok(None), |(_, found)| found.clone());
        async move { region::look(&standing, &name, &found).await }
    });
    let (regions, (home, home_noted), (trail, trail_noted)) =
        tokio::join!(regions, home::look(&standing), trail::look(&standing));
    let mut noted = home_noted;
    noted.join(trail_noted);
    let mut statuses = Vec::new();
    for (_, (status, of_region)) in regions {
        statuses.push(status);
        noted.join(of_region);
    }
    let verdict = match (noted.attention.is_empty(), noted.unread.is_empty()) {
        (false, _) => Verdict::Attention,
        (true, false) => Verdict::Incomplete,
        (true, true) => Verdict::Working,
    };
    AlertsStatus {
        schema_version: ALERTS_VERSION,
        tool: Tool::THIS,
        run_id: run_id(),
        generated_at: clock::wall(),
        caller: standing.caller.clone(),
        verdict,
        complete: noted.unread.is_empty(),
        attention: noted.attention,
        unread: noted.unread,
        home,
        trail,
        regions: statuses,
    }
}

/// What was noted in a Region, or in all of them.
#[derive(Debug, Default)]
struct Noted {
    region: String,
    attention: Vec<Attention>,
    unread: Vec<Unread>,
}

impl Noted {
    fn of(region: &str) -> Self {
        Self {
            region: region.to_owned(),
            ..Self::default()
        }
    }

    fn attention(&mut self, what: impl Into<String>, todo: impl Into<String>) {
        self.attention.push(Attention {
            regions: vec![self.region.clone()],
            what: what.into(),
            todo: todo.into(),
        });
    }

    fn unread(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.unread.push(Unread {
            regions: vec![self.region.clone()],
            what: what.into(),
            why: why.into(),
        });
    }

    /// Takes in what was noted elsewhere: the same thing in two Regions is one thing.
    fn join(&mut self, other: Self) {
        for one in other.attention {
            let mut known = self.attention.iter_mut();
            match known.find(|known| known.what == one.what && known.todo == one.todo) {
                Some(known) => known.regions.extend(one.regions),
                None => self.attention.push(one),
            }
        }
        for one in other.unread {
            let mut known = self.unread.iter_mut();
            match known.find(|known| known.what == one.what && known.why == one.why) {
                Some(known) => known.regions.extend(one.regions),
                None => self.unread.push(one),
            }
        }
    }

    /// What was looked at; nothing, and why, where it could not be.
    fn read<T>(&mut self, what: &str, looked: Result<T, String>) -> Option<T> {
        looked.map_err(|why| self.unread(what, why)).ok()
    }

    /// The word of CloudFormation for the state of a stack.
    fn stack_status(&mut self, what: &str, stack: &Stack) -> Option<String> {
        let status = stack.stack_status()?;
        let works = [
            StackStatus::CreateComplete,
            StackStatus::UpdateComplete,
            StackStatus::ImportComplete,
        ];
        if !works.contains(status) {
            let is_under_way = status.as_str().ends_with("_IN_PROGRESS");
            let todo = if is_under_way {
                "wait until CloudFormation is done, and look again"
            } else {
                "run deploy-alerts again with the same flags: it says what stands in the way"
            };
            self.attention(format!("{what} is {}", status.as_str()), todo);
        }
        Some(status.as_str().to_owned())
    }

    fn drifted(&mut self, what: &str, drifted: Result<Vec<String>, String>) -> Option<Vec<String>> {
        let drifted = self.read(&format!("drift of the {what}"), drifted)?;
        if !drifted.is_empty() {
            let names = drifted.join(", ");
            self.attention(format!("{what} was changed by hand: {names}"), MEND);
        }
        Some(drifted)
    }

    fn rules(&mut self, rules: Result<Rules, String>) -> Option<Rules> {
        let rules = self.read("EventBridge rules", rules)?;
        if !rules.off.is_empty() {
            let names = rules.off.join(", ");
            let what = format!("EventBridge rules disabled, gone or without their target: {names}");
            self.attention(what, MEND);
        }
        Some(rules)
    }

    fn dead_letters(&mut self, queue: &str, depth: Result<Option<u64>, String>) -> Option<u64> {
        match self.read(&format!("queue {queue}"), depth)? {
            None => {
                self.attention(format!("queue {queue} is gone"), MEND);
                None
            }
            Some(0) => Some(0),
            Some(depth) => {
                let what = format!("{depth} events were not told: they are in queue {queue}");
                let todo = "read one (aws sqs receive-message): its attributes say why; once that is mended, redrive them";
                self.attention(what, todo);
                Some(depth)
            }
        }
    }
}
