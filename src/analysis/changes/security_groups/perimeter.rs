//! What decides beside the rules who reaches what, one line each: which groups are attached where, network ACLs,
//! routes, gateways, peerings, endpoints (facts: E1). A table says how each call reads.

use std::collections::HashMap;

use serde_json::Value;

use super::super::change_by;
use super::perimeter_calls::{ACL_ENTRY, LINES, PerimeterCall};
use super::rule::{Direction, Ports, Protocol, SecurityGroupRule, Traffic};
use super::shape::{field, request, response, scalar, text, texts};
use super::told::tell;
use crate::event::Event;
use crate::report::{Change, ChangeAction};

/// `detail.part` of these changes: readers come for the groups.
const PART: &str = "around the groups";

/// What holds at each place of each target, in words, as far as events told.
#[derive(Debug, Default)]
pub struct Perimeter {
    known: HashMap<(String, String), String>,
}

impl Perimeter {
    /// The change that `event` makes; `None` for one that is not about the perimeter.
    pub fn change(&mut self, event: &Event) -> Option<Change> {
        let line = LINES
            .iter()
            .find(|line| event.name() == Some(line.name) && event.source() == Some(line.source))?;
        if !line.only_with.is_empty() && values(event, line.only_with).is_empty() {
            return None;
        }
        let (words, note) = match line.what {
            ACL_ENTRY => acl_entry(event),
            _ => (line_words(event, line), route_note(event)),
        };
        let target = values(event, line.target);
        let mut change = change_by(event, line.action);
        tell(&mut change, "part", PART);
        change.target = (!target.is_empty()).then(|| target.join(", "));
        if event.failed() {
            let attempted = format!("{} {words}", verb(line.action));
            tell(&mut change, "note", format!("tried to {attempted}"));
            tell(&mut change, "attempted", attempted);
            return Some(change);
        }
        self.apply(event, line, words, &mut change);
        if let Some(note) = note.filter(|_| change.after.is_some()) {
            tell(&mut change, "note", note);
        }
        Some(change)
    }

    /// Sets what held before and what holds since.
    fn apply(&mut self, event: &Event, line: &PerimeterCall, words: String, change: &mut Change) {
        let slot: Vec<String> = line
            .slot
            .iter()
            .flat_map(|path| values(event, &[path]))
            .collect();
        let slot = slot.join(" ");
        let place = (
            change.target.clone().unwrap_or_default(),
            format!("{} {slot}", line.what),
        );
        let before = self.known.remove(&place);
        if line.action == ChangeAction::Added {
            self.known.insert(place, words.clone());
            change.after = Some(words);
            return;
        }
        tell(change, "before_known", before.is_some());
        if line.action == ChangeAction::Removed {
            change.before = Some(before.unwrap_or(words));
        } else {
            self.known.insert(place, words.clone());
            change.before = before;
            change.after = Some(words);
        }
    }
}

fn verb(action: ChangeAction) -> &'static str {
    match action {
        ChangeAction::Added => "add",
        ChangeAction::Removed => "remove",
        ChangeAction::Modified | ChangeAction::Noop | ChangeAction::Failed => "set",
    }
}

/// The values at the first of `paths` that has any: in the request, else in the answer.
fn values(event: &Event, paths: &[&str]) -> Vec<String> {
    let parts = [request(event), response(event)].into_iter();
    let mut found = parts.flat_map(|part| paths.iter().map(|path| texts(part, path)));
    found.find(|values| !values.is_empty()).unwrap_or_default()
}

fn line_words(event: &Event, line: &PerimeterCall) -> String {
    let mut words = line.what.to_owned();
    for (before, paths) in line.words {
        let found = values(event, paths);
        if found.is_empty() {
            continue;
        }
        if !before.is_empty() {
            words = format!("{words} {before}");
        }
        words = format!("{words} {}", found.join(", "));
    }
    words
}

/// A way to or from everywhere.
fn route_note(event: &Event) -> Option<&'static str> {
    let destination = values(event, &["destinationCidrBlock", "destinationIpv6CidrBlock"]);
    let gateway = values(event, &["gatewayId"]);
    let is_default = destination
        .iter()
        .any(|block| block == "0.0.0.0/0" || block == "::/0");
    let is_internet = gateway.iter().any(|gateway| gateway.starts_with("igw-"));
    (is_default && is_internet).then_some("to the Internet")
}

/// `rule 100: allow ingress tcp 22 from 0.0.0.0/0`.
fn acl_entry(event: &Event) -> (String, Option<&'static str>) {
    let entry = request(event);
    let direction = match text(entry, "egress").as_deref() {
        Some("true") => Direction::Egress,
        _ => Direction::Ingress,
    };
    let protocol = text(entry, "aclProtocol").or_else(|| text(entry, "protocol"));
    let protocol = Protocol::read(protocol.as_deref());
    let part = |name: &str, part: &str| {
        let value: Option<&Value> = field(entry, name).and_then(|value| field(value, part));
        value.and_then(scalar)
    };
    let ports = match protocol {
        Protocol::Icmp | Protocol::Icmpv6 => Ports::read(
            &protocol,
            part("icmpTypeCode", "type"),
            part("icmpTypeCode", "code"),
        ),
        _ => Ports::read(
            &protocol,
            part("portRange", "from"),
            part("portRange", "to"),
        ),
    };
    let block = text(entry, "cidrBlock").or_else(|| text(entry, "ipv6CidrBlock"));
    let number = text(entry, "ruleNumber").unwrap_or_default();
    let (Some(block), Some(allows)) = (block, text(entry, "ruleAction")) else {
        // all that a deletion tells
        return (format!("{ACL_ENTRY} {number} ({direction})"), None);
    };
    let rule = SecurityGroupRule::of_block(direction, Traffic { protocol, ports }, &block);
    let is_world = block.ends_with("/0") && direction == Direction::Ingress && allows == "allow";
    (
        format!("{ACL_ENTRY} {number}: {allows} {}", rule.words()),
        is_world.then_some("admits any address"),
    )
}
