//! Changes, rendered: what each call added, removed or modified, in words that an auditor can file.
//!
//! Each renderer is a fold of its own over events in the order of time; this file hands events to the one that a
//! playbook names, and holds what all of them share: who, when, from where, through what.

pub mod iam;
pub mod instances;
pub mod security_groups;

use serde_json::Map;

use super::findings;
use crate::event::{Event, who};
use crate::report::{Change, ChangeAction};

/// The renderer of a playbook.
#[derive(Debug)]
pub struct Renderer {
    fold: ChangeFold,
    /// Events of one second, and which of them are in the answer.
    second: Vec<(Event, bool)>,
}

#[derive(Debug)]
pub enum ChangeFold {
    SecurityGroups(security_groups::Fold),
    Iam(iam::Fold),
    Instances(instances::Fold),
}

impl Renderer {
    pub fn new(fold: ChangeFold) -> Self {
        let second = Vec::new();
        Self { fold, second }
    }

    /// An event, in the order of time. One that is not `in_answer` only tells what held before, or who was behind it.
    pub fn add(&mut self, event: &Event, in_answer: bool) {
        // these are explained together at the end: they need no order, and no copy
        if let ChangeFold::Instances(fold) = &mut self.fold {
            return fold.add(event, in_answer);
        }
        let last = self.second.last();
        if last.is_some_and(|(last, _)| last.time() != event.time()) {
            self.render_second();
        }
        self.second.push((event.clone(), in_answer));
    }

    /// Renders the events of one second in an order in which they can have happened: records do not tell which came
    /// first (facts: A4).
    fn render_second(&mut self) {
        let mut events = std::mem::take(&mut self.second);
        match &self.fold {
            ChangeFold::SecurityGroups(fold) if events.len() > 1 => {
                events.sort_by_cached_key(|(event, _)| fold.rank(event));
            }
            ChangeFold::Iam(_) if events.len() > 1 => {
                events.sort_by_cached_key(|(event, _)| iam::rank(event));
            }
            _ => {}
        }
        for (event, in_answer) in events {
            match &mut self.fold {
                ChangeFold::SecurityGroups(fold) => fold.render(&event, in_answer),
                ChangeFold::Iam(fold) => fold.render(&event, in_answer),
                ChangeFold::Instances(_) => {}
            }
        }
    }

    /// The changes in the order of time; what follows from several of them together goes to `findings`.
    pub fn finish(mut self, findings: &mut findings::Fold) -> Vec<Change> {
        self.render_second();
        match self.fold {
            ChangeFold::SecurityGroups(fold) => fold.finish(findings),
            ChangeFold::Iam(fold) => fold.finish(findings),
            ChangeFold::Instances(fold) => fold.finish(findings),
        }
    }
}

/// A change by `event`, of which nothing but its circumstances is known. `detail.call` is the event's name.
pub fn change_by(event: &Event, action: ChangeAction) -> Change {
    let mut detail = Map::new();
    detail.insert("call".to_owned(), event.name().into());
    Change {
        event_id: event.id().map(str::to_owned),
        time: event.time(),
        account: event.account().map(str::to_owned),
        region: event.region().map(str::to_owned),
        actor: who::actor(event),
        session: event.access_key_id().map(str::to_owned),
        source_ip: event.source_ip().map(str::to_owned),
        mfa: who::mfa(event),
        target: None,
        action: if event.failed() {
            ChangeAction::Failed
        } else {
            action
        },
        before: None,
        after: None,
        detail,
        error: event.error_code().map(str::to_owned),
    }
}
