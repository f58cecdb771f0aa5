//! Whether alerts would arrive: every Region's forwarder, the home stack, who is told, and the trail.
//!
//! What is wrong and what could not be looked at are kept apart all the way.

mod home;
mod region;
mod rules;
mod stack;
mod subscriptions;
mod trail;

use super::at_once::in_each;
use super::stacks::{DeployedStack, StackState};
use super::survey::Survey;
use crate::error::Exit;
use crate::report::Envelope;
use crate::report::alerting::ALERTS_VERSION;
use crate::report::alerting::status::{AlertsHealth, AlertsStatus, Attention, StackRules, Unread};

/// What to do about what somebody changed past CloudFormation, which a change set does not see.
const MEND: &str = "find out who did it (trailhunt hunt --since 7d); deploy-alerts alone does not mend it: put it back \
                    by hand, or run remove-alerts and deploy-alerts";

/// Looks at all of it; nothing is changed, but that CloudFormation compares the stacks with their templates.
pub async fn look(survey: Survey) -> AlertsStatus {
    let forwarders = survey.forwarders.iter();
    let names: Vec<String> = forwarders.map(|(region, _)| region.clone()).collect();
    let survey = &survey;
    let regions = in_each(
        &names,
        |name| async move { region::look(survey, &name).await },
    );
    let (regions, (home, home_notes), (trail, trail_notes)) =
        tokio::join!(regions, home::look(survey), trail::look(survey));
    let mut notes = home_notes;
    notes.join(trail_notes);
    if let Some(why) = &survey.unlisted {
        notes.unread("Regions of the account", why);
    }
    let mut statuses = Vec::new();
    for (_, (status, of_region)) in regions {
        statuses.push(status);
        notes.join(of_region);
    }
    let verdict = match (notes.attention.is_empty(), notes.unread.is_empty()) {
        (false, _) => AlertsHealth::Attention,
        (true, false) => AlertsHealth::Incomplete,
        (true, true) => AlertsHealth::Working,
    };
    AlertsStatus {
        envelope: Envelope::new(ALERTS_VERSION),
        caller: survey.caller.clone(),
        verdict,
        complete: notes.unread.is_empty(),
        attention: notes.attention,
        unread: notes.unread,
        home,
        trail,
        regions: statuses,
    }
}

/// What was noted in a Region, or in all of them.
#[derive(Debug, Default)]
struct StatusNotes {
    region: String,
    attention: Vec<Attention>,
    unread: Vec<Unread>,
}

impl StatusNotes {
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

    /// Notes what is wrong with a stack that is there; none for one that is not, and for what is left of one.
    fn stack<'s>(&mut self, what: &str, state: &'s StackState) -> Option<&'s DeployedStack> {
        match state {
            StackState::Missing => None,
            StackState::Ready(stack) => {
                if stack.status.contains("ROLLBACK") {
                    let what = format!("the last update of the {what} failed: {}", stack.status);
                    self.attention(what, "run deploy-alerts again with the same flags");
                }
                Some(stack)
            }
            StackState::Leftover(stack) => {
                self.attention(
                    format!("{what} is {}: nothing of it works", stack.status),
                    "run deploy-alerts again with the same flags: it replaces what is left",
                );
                None
            }
            StackState::Blocked { deployed, hint } => {
                self.attention(format!("{what} is {}", deployed.status), hint.as_str());
                Some(deployed)
            }
        }
    }

    fn drifted(&mut self, what: &str, drifted: Result<Vec<String>, String>) -> Option<Vec<String>> {
        let drifted = self.read(&format!("drift of the {what}"), drifted)?;
        if !drifted.is_empty() {
            let names = drifted.join(", ");
            self.attention(format!("{what} was changed by hand: {names}"), MEND);
        }
        Some(drifted)
    }

    fn rules(&mut self, rules: Result<StackRules, String>) -> Option<StackRules> {
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
                let what = format!("events not told: {depth}, in queue {queue}");
                let todo = "read one (aws sqs receive-message): its attributes say why; once that is mended, redrive them";
                self.attention(what, todo);
                Some(depth)
            }
        }
    }
}

/// Something to do comes before what could not be looked at.
pub fn exit(status: &AlertsStatus) -> Exit {
    match status.verdict {
        AlertsHealth::Working => Exit::Complete,
        AlertsHealth::Attention => Exit::Found,
        AlertsHealth::Incomplete => Exit::Incomplete,
    }
}
