//! Stacks, as lines: what is to become of each, what became of it. Those that are alike in several Regions are told once.

use crate::output::table::text::{Line, behind, count, paragraph};
use crate::report::alerting::deploy::{
    PropertyChange, ResourceChange, StackAction, StackOutcome, StackStep,
};

/// Changes of a stack that are shown one by one.
const MOST: usize = 40;
/// Lines that a reason may take.
const LINES: usize = 12;
const INDENT: &str = "  ";

/// Stacks of different Regions about which the same is to be said.
struct Alike<'s> {
    stack: &'s StackStep,
    regions: Vec<&'s str>,
}

fn folded(stacks: &[StackStep]) -> Vec<Alike<'_>> {
    let mut folded: Vec<Alike> = Vec::new();
    for stack in stacks {
        let same = |other: &&mut Alike| {
            let other = other.stack;
            (other.kind, other.action, other.outcome) == (stack.kind, stack.action, stack.outcome)
                && (&other.reason, &other.changes) == (&stack.reason, &stack.changes)
        };
        match folded.iter_mut().find(same) {
            Some(alike) => alike.regions.push(&stack.region),
            None => folded.push(Alike {
                stack,
                regions: vec![&stack.region],
            }),
        }
    }
    folded
}

impl Alike<'_> {
    /// `trailhunt-alerts in us-east-1`, `trailhunt-alerts-forwarder in 17 Regions`.
    fn name(&self) -> String {
        match self.regions.as_slice() {
            [region] => format!("{} in {region}", self.stack.name),
            regions => format!("{} in {} Regions", self.stack.name, regions.len()),
        }
    }

    /// Where, if the name does not say so.
    fn places(&self, room: usize) -> Vec<Line> {
        if self.regions.len() < 2 {
            return Vec::new();
        }
        indented(&self.regions.join(", "), room)
    }
}

/// What is to become of them.
pub fn plan(stacks: &[StackStep], room: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for alike in folded(stacks) {
        let stack = alike.stack;
        let all = stack.changes.len() as u64;
        let what = match stack.action {
            StackAction::Create => format!("create, {}", count(all, "resource", "resources")),
            StackAction::Replace => format!(
                "delete, then create anew, {}",
                count(all, "resource", "resources")
            ),
            StackAction::Update => format!("update, {}", count(all, "change", "changes")),
            StackAction::Remove => "REMOVE".to_owned(),
            StackAction::None => "no change".to_owned(),
            StackAction::Blocked => "CANNOT be changed".to_owned(),
        };
        lines.extend(paragraph(&format!("{}: {what}", alike.name()), room, LINES));
        lines.extend(alike.places(room));
        lines.extend(stack.reason.iter().flat_map(|why| indented(why, room)));
        lines.extend(match stack.action {
            StackAction::Create | StackAction::Replace => made(&stack.changes, room),
            _ => changes(&stack.changes, room),
        });
    }
    lines
}

/// What became of them.
pub fn outcome(stacks: &[StackStep], room: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for alike in folded(stacks) {
        let text = format!("{:<11}  {}", word(alike.stack), alike.name());
        lines.extend(paragraph(&text, room, LINES));
        lines.extend(alike.places(room));
        lines.extend(
            alike
                .stack
                .reason
                .iter()
                .flat_map(|why| indented(why, room)),
        );
    }
    lines
}

/// What became of it, in a word; what needs attention is loud.
pub fn word(stack: &StackStep) -> &'static str {
    match (stack.outcome, stack.action) {
        (StackOutcome::Planned, _) => "planned",
        (StackOutcome::Unchanged, _) => "no change",
        (StackOutcome::Done, StackAction::Create) => "created",
        (StackOutcome::Done, StackAction::Update) => "updated",
        (StackOutcome::Done, StackAction::Replace) => "replaced",
        (StackOutcome::Done, StackAction::Remove) => "removed",
        (StackOutcome::Done, _) => "done",
        (StackOutcome::Failed, _) => "FAILED",
        (StackOutcome::NotTried, _) => "NOT TRIED",
        (StackOutcome::GoingOn, _) => "GOING ON",
        (StackOutcome::Unknown, _) => "UNKNOWN",
    }
}

/// What a new stack consists of, by type: `12 AWS::Events::Rule`.
fn made(changes: &[ResourceChange], room: usize) -> Vec<Line> {
    let mut types: Vec<(&str, usize)> = Vec::new();
    for change in changes {
        match types
            .iter_mut()
            .find(|(name, _)| *name == change.resource_type)
        {
            Some((_, count)) => *count += 1,
            None => types.push((&change.resource_type, 1)),
        }
    }
    types.sort_by_key(|(name, count)| (usize::MAX - count, *name));
    let types = types.iter().map(|(name, count)| format!("{count} {name}"));
    let text = types.collect::<Vec<_>>().join(", ");
    if text.is_empty() {
        Vec::new()
    } else {
        indented(&text, room)
    }
}

fn changes(changes: &[ResourceChange], room: usize) -> Vec<Line> {
    let shown = changes
        .iter()
        .take(MOST)
        .flat_map(|change| one(change, room));
    let mut lines: Vec<Line> = shown.collect();
    if let Some(hidden) = changes.len().checked_sub(MOST).filter(|more| *more > 0) {
        lines.push(format!("{INDENT}… {hidden} more: see --format json").into());
    }
    lines
}

/// `~ AWS::SQS::Queue Queue: VisibilityTimeout 60 -> 180`.
fn one(change: &ResourceChange, room: usize) -> Vec<Line> {
    let sign = match change.action.as_str() {
        "add" => "+",
        "remove" => "-",
        _ => "~",
    };
    let anew = match change.replacement.as_deref() {
        Some("true") => " (made anew)",
        Some("conditional") => " (may be made anew)",
        _ => "",
    };
    let head = format!(
        "{sign} {} {}{anew}",
        change.resource_type, change.logical_id
    );
    let mut lines = indented(&head, room);
    let properties = change.properties.iter();
    lines.extend(properties.map(|property| {
        let text = property_change(property);
        // a policy, or code, is read in JSON
        Line::from(INDENT.repeat(3)).and(text).cut(room)
    }));
    lines
}

fn property_change(change: &PropertyChange) -> String {
    let path = change.path.trim_start_matches("/Properties/");
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    match (&change.before, &change.after) {
        (None, None) => path.to_owned(),
        (before, after) => format!("{path}: {} -> {}", value(before), value(after)),
    }
}

fn indented(text: &str, room: usize) -> Vec<Line> {
    let indent = INDENT.repeat(2);
    let room = room.saturating_sub(indent.len());
    behind(&indent, paragraph(text, room, LINES))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::alerting::deploy::StackKind;

    fn change(action: &str, kind: &str, id: &str) -> ResourceChange {
        ResourceChange {
            action: action.to_owned(),
            logical_id: id.to_owned(),
            resource_type: kind.to_owned(),
            replacement: None,
            properties: Vec::new(),
        }
    }

    fn stack(region: &str, action: StackAction, changes: Vec<ResourceChange>) -> StackStep {
        StackStep {
            name: "trailhunt-alerts-forwarder".into(),
            region: region.to_owned(),
            kind: StackKind::Forwarder,
            action,
            changes,
            outcome: StackOutcome::Planned,
            reason: None,
        }
    }

    fn shown(lines: &[Line]) -> String {
        let mut text = Vec::new();
        for line in lines {
            line.write(false, &mut text).unwrap();
        }
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_is_the_same_in_several_regions_is_told_once() {
        let made = || {
            ["Rule1", "Rule2"]
                .map(|id| change("add", "AWS::Events::Rule", id))
                .to_vec()
        };
        let mut modified = change("modify", "AWS::SQS::Queue", "Queue");
        modified.replacement = Some("true".to_owned());
        modified.properties = vec![PropertyChange {
            path: "/Properties/VisibilityTimeout".to_owned(),
            before: Some("60".to_owned()),
            after: Some("180\u{1b}[2J".to_owned()),
        }];
        let stacks = [
            stack("eu-west-1", StackAction::Create, made()),
            stack("eu-west-2", StackAction::Update, vec![modified]),
            stack("us-east-1", StackAction::Create, made()),
        ];
        let expected = "\
trailhunt-alerts-forwarder in 2 Regions: create, 2 resources
    eu-west-1, us-east-1
    2 AWS::Events::Rule
trailhunt-alerts-forwarder in eu-west-2: update, 1 change
    ~ AWS::SQS::Queue Queue (made anew)
      VisibilityTimeout: 60 -> 180\\x1b[2J
";
        assert_eq!(shown(&plan(&stacks, 80)), expected);
    }

    #[test]
    fn a_failure_is_loud_and_keeps_its_reason() {
        let mut failed = stack("eu-west-1", StackAction::Create, Vec::new());
        failed.outcome = StackOutcome::Failed;
        failed.reason = Some("Queue (AWS::SQS::Queue): it exists already".to_owned());
        let expected = "\
FAILED       trailhunt-alerts-forwarder in eu-west-1
    Queue (AWS::SQS::Queue): it exists already
";
        assert_eq!(shown(&outcome(&[failed], 80)), expected);
    }
}
