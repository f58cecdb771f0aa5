//! What a call did to each instance, as the record itself says: from which state to which (facts: E3). Who made it,
//! and why, is told elsewhere.

use std::collections::HashSet;

use serde_json::Value;

use crate::event::{Event, FieldPath};
use crate::report::ChangeAction;

/// What moves an instance from state to state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StateChange {
    Start,
    Reboot,
    Stop,
    Terminate,
    /// `BidEvictedEvent`: no call, but EC2's own event of an interrupted Spot instance.
    SpotReclaim,
}

/// One instance, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Transition {
    /// `None` where the record names none.
    pub(super) instance: Option<String>,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) action: ChangeAction,
}

impl StateChange {
    pub(super) fn of(event: &Event) -> Option<Self> {
        if event.source() != Some("ec2.amazonaws.com") {
            return None;
        }
        match event.name()? {
            "StartInstances" => Some(Self::Start),
            "RebootInstances" => Some(Self::Reboot),
            "StopInstances" => Some(Self::Stop),
            "TerminateInstances" => Some(Self::Terminate),
            "BidEvictedEvent" => Some(Self::SpotReclaim),
            _ => None,
        }
    }

    /// Whether it leaves the instance not running.
    pub(super) fn ends(self) -> bool {
        matches!(self, Self::Stop | Self::Terminate | Self::SpotReclaim)
    }

    /// What holds after a call that succeeded and whose answer names no states: a reboot's never does.
    fn requested(self) -> &'static str {
        match self {
            Self::Start => "start requested",
            Self::Reboot => "reboot requested",
            Self::Stop => "stop requested",
            Self::Terminate => "termination requested",
            Self::SpotReclaim => "reclaimed by Spot",
        }
    }
}

/// Every instance that `event` names, each once; one without an instance where it names none, so that no call is lost.
pub(super) fn transitions(event: &Event, call: StateChange) -> Vec<Transition> {
    let mut seen = HashSet::new();
    let mut transitions = Vec::new();
    let answered = items(event, "/responseElements/instancesSet/items");
    let asked = items(event, "/requestParameters/instancesSet/items");
    for item in answered.into_iter().chain(asked) {
        if let Some(instance) = item.get("instanceId").and_then(Value::as_str)
            && seen.insert(instance)
        {
            transitions.push(transition(event, call, Some(instance), Some(item)));
        }
    }
    for instance in reclaimed(event, call) {
        if seen.insert(instance) {
            transitions.push(transition(event, call, Some(instance), None));
        }
    }
    if transitions.is_empty() {
        transitions.push(transition(event, call, None, None));
    }
    transitions
}

/// A list as AWS writes it: an array, or for one element perhaps the element itself.
fn items<'e>(event: &'e Event, pointer: &str) -> Vec<&'e Value> {
    match event.json().pointer(pointer) {
        Some(Value::Array(items)) => items.iter().collect(),
        Some(item) => vec![item],
        None => Vec::new(),
    }
}

/// The only place where a Spot reclaim names its instances (facts: E3).
fn reclaimed(event: &Event, call: StateChange) -> Vec<&str> {
    if call != StateChange::SpotReclaim {
        return Vec::new();
    }
    let named = FieldPath::new("serviceEventDetails.instanceIdSet").values(event.json());
    named.into_iter().filter_map(Value::as_str).collect()
}

fn transition(
    event: &Event,
    call: StateChange,
    instance: Option<&str>,
    item: Option<&Value>,
) -> Transition {
    let of = |field: &str| item.and_then(|item| state(item.get(field)?));
    let (before, after, action) = if event.failed() {
        (None, None, ChangeAction::Failed)
    } else {
        match (of("previousState"), of("currentState")) {
            (Some(before), Some(after)) if before == after => {
                (Some(before), Some(after), ChangeAction::Noop)
            }
            (before, after) => {
                let after = after.unwrap_or_else(|| call.requested().to_owned());
                (before, Some(after), ChangeAction::Modified)
            }
        }
    };
    Transition {
        instance: instance.map(str::to_owned),
        before,
        after,
        action,
    }
}

/// A state by its name, else by its code, of which only the low byte counts.
fn state(state: &Value) -> Option<String> {
    if let Some(name) = state.get("name").and_then(Value::as_str)
        && !name.is_empty()
    {
        return Some(name.to_owned());
    }
    let name = match state.get("code")?.as_u64()? & 0xff {
        0 => "pending",
        16 => "running",
        32 => "shutting-down",
        48 => "terminated",
        64 => "stopping",
        80 => "stopped",
        _ => return None,
    };
    Some(name.to_owned())
}
