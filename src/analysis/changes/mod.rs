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
pub enum Renderer {
    SecurityGroups(security_groups::Fold),
    Iam(iam::Fold),
    Instances(instances::Fold),
}

impl Renderer {
    /// An event, in the order of time. One that is not `in_answer` only tells what held before, or who was behind it.
    pub fn add(&mut self, event: &Event, in_answer: bool) {
        match self {
            Self::SecurityGroups(fold) => fold.add(event, in_answer),
            Self::Iam(fold) => fold.add(event, in_answer),
            Self::Instances(fold) => fold.add(event, in_answer),
        }
    }

    /// The changes in the order of time; what follows from several of them together goes to `findings`.
    pub fn finish(self, findings: &mut findings::Fold) -> Vec<Change> {
        match self {
            Self::SecurityGroups(fold) => fold.finish(findings),
            Self::Iam(fold) => fold.finish(findings),
            Self::Instances(fold) => fold.finish(findings),
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
