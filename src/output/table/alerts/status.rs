//! What `alerts-status` saw, as a table: the verdict, what needs attention, what stands where.

use std::io::{self, Write};

use crate::output::Style;
use crate::output::table::grid::{Fit, Grid};
use crate::output::table::text::{self, LABEL, Line, account, behind, count, labelled, paragraphs};
use crate::report::alerting::deploy::{TrailFound, TrailState};
use crate::report::alerting::status::{
    AlertsHealth, AlertsStatus, Formatter, HomeStatus, RegionCoverage, RegionStatus, StackRules,
    StackStatus, Subscription, SubscriptionState,
};

/// What stands in place of a value that could not be looked at.
const UNKNOWN: &str = "?";

/// Writes `status` for people.
///
/// # Errors
/// Those of `out`.
pub fn write(status: &AlertsStatus, style: &Style, out: &mut impl Write) -> io::Result<()> {
    let room = style.prose() - LABEL;
    let formatter = status.home.formatter.as_ref();
    let receivers = status.home.subscriptions.iter().map(subscription);
    let receivers: Vec<String> = receivers.chain(formatter.and_then(webhooks)).collect();
    let sections = [
        vec![Line::from(verdict(status)), Line::default()],
        labelled("Attention", attention(status, room)),
        labelled("Unread", unread(status, room)),
        account(&status.caller, room),
        labelled("Home", paragraphs([home(&status.home)], room)),
        labelled("Trail", paragraphs([trail(&status.trail)], room)),
        labelled("Told", paragraphs(receivers, room)),
        labelled("Last alert", paragraphs(formatter.map(last_alert), room)),
        labelled("Digest", paragraphs(formatter.map(digest), room)),
        labelled(
            "Regions",
            regions(&status.regions, room, style.room() - LABEL),
        ),
    ];
    let lines = sections.concat().into_iter();
    text::write(lines.map(|line| line.cut(style.room())), style, out)
}

/// What could not be looked at is never called well.
fn verdict(status: &AlertsStatus) -> String {
    let things = status.attention.len() as u64;
    let things = count(things, "thing needs", "things need");
    match (status.verdict, status.complete) {
        (AlertsHealth::Working, _) => "alerts: working".to_owned(),
        (AlertsHealth::Incomplete, _) => {
            "alerts: INCOMPLETE, not everything could be looked at; the rest is working".to_owned()
        }
        (AlertsHealth::Attention, true) => format!("alerts: {things} ATTENTION"),
        (AlertsHealth::Attention, false) => {
            format!("alerts: {things} ATTENTION, and not everything could be looked at")
        }
    }
}

fn attention(status: &AlertsStatus, room: usize) -> Vec<Line> {
    let lines = status.attention.iter().flat_map(|one| {
        let what = paragraphs([format!("{}: {}", one.regions.join(", "), one.what)], room);
        let todo = behind("-> ", paragraphs([&one.todo], room.saturating_sub(3)));
        what.into_iter().chain(todo)
    });
    lines.collect()
}

fn unread(status: &AlertsStatus, room: usize) -> Vec<Line> {
    let lines = status.unread.iter();
    let lines = lines.map(|one| format!("{}: {}: {}", one.regions.join(", "), one.what, one.why));
    paragraphs(lines, room)
}

/// `us-east-1: UPDATE_COMPLETE, as deployed, 3 of 3 rules; queue: 0 waiting, 0 dead letters`
fn home(home: &HomeStatus) -> String {
    format!(
        "{}: {}, {}, rules {}; queue: {} waiting, {} dead letters",
        home.region,
        stack(&home.stack),
        drift(&home.stack),
        rules(home.rules.as_ref()),
        number(home.waiting),
        number(home.dead_letters),
    )
}

fn stack(stack: &StackStatus) -> &str {
    stack.status.as_deref().unwrap_or("no stack known")
}

fn drift(stack: &StackStatus) -> String {
    match stack.drifted.as_deref() {
        None => "drift unknown".to_owned(),
        Some([]) => "as deployed".to_owned(),
        Some(drifted) => format!("{} changed by hand", drifted.len()),
    }
}

/// How many of the rules do something: `5/5`.
fn rules(rules: Option<&StackRules>) -> String {
    rules.map_or_else(
        || UNKNOWN.to_owned(),
        |rules| format!("{}/{}", rules.total - rules.off.len(), rules.total),
    )
}

fn number(number: Option<u64>) -> String {
    number.map_or_else(|| UNKNOWN.to_owned(), |number| number.to_string())
}

fn trail(trail: &TrailFound) -> String {
    let state = match trail.state {
        TrailState::Suitable => "logging",
        TrailState::NotSuitable => "NONE that suits",
        TrailState::Unknown => "unknown",
    };
    format!("{state}: {}", trail.reason)
}

/// `email security@example.com: confirmed (trailhunt-alerts)`
fn subscription(one: &Subscription) -> String {
    let state = match one.state {
        SubscriptionState::Confirmed => "confirmed",
        SubscriptionState::Pending => "PENDING",
        SubscriptionState::Vanished => "GONE",
    };
    let by_hand = if one.wanted {
        ""
    } else {
        ", subscribed by hand"
    };
    let (protocol, endpoint, topic) = (&one.protocol, &one.endpoint, &one.topic);
    format!("{protocol} {endpoint}: {state} ({topic}{by_hand})")
}

fn webhooks(formatter: &Formatter) -> Option<String> {
    let webhooks = &formatter.webhooks;
    let states = [("Slack", &webhooks.slack), ("webhook", &webhooks.webhook)];
    let states = states.into_iter().filter(|(_, state)| !state.is_empty());
    let states: Vec<String> = states
        .map(|(name, state)| format!("{name}: {state}"))
        .collect();
    (!states.is_empty()).then(|| states.join("; "))
}

fn last_alert(formatter: &Formatter) -> String {
    let Some(last) = &formatter.last_alert else {
        return "none yet".to_owned();
    };
    let parts = [&last.time, &last.severity, &last.rule];
    let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    let actor = last.actor.as_deref().map(|actor| format!(" by {actor}"));
    format!("{}{}", parts.join("  "), actor.unwrap_or_default())
}

fn digest(formatter: &Formatter) -> String {
    let waiting = count(formatter.waiting, "entry", "entries");
    let active = count(formatter.suppressions.active, "suppression", "suppressions");
    format!("{waiting} for the next daily digest; {active} in force")
}

/// Those that are covered or unknown; those that were left out below them; the others are named above.
fn regions(regions: &[RegionStatus], room: usize, table: usize) -> Vec<Line> {
    let heading = ["region", "stack", "rules", "dead letters", "drift"];
    let mut rows = vec![heading.map(Line::from).to_vec()];
    let mut uncovered = 0;
    let mut left_out = Vec::new();
    for region in regions {
        rows.push(match region.state {
            RegionCoverage::Covered => vec![
                Line::from(&region.region),
                Line::from(stack(&region.stack)),
                Line::from(rules(region.rules.as_ref())),
                Line::from(number(region.dead_letters)),
                Line::from(drift(&region.stack)),
            ],
            RegionCoverage::Unknown => vec![Line::from(&region.region), "could not look".into()],
            RegionCoverage::Uncovered => {
                uncovered += 1;
                continue;
            }
            RegionCoverage::LeftOut => {
                left_out.push(region.region.as_str());
                continue;
            }
        });
    }
    let fits = [Fit::Cut, Fit::Cut, Fit::Number, Fit::Number, Fit::Cut];
    let mut lines = Grid::new(fits, rows).lines(table);
    if uncovered > 0 {
        lines.push(format!("{} not covered", count(uncovered, "Region", "Regions")).into());
    }
    if !left_out.is_empty() {
        let all = count(left_out.len() as u64, "Region", "Regions");
        let named = left_out.join(", ");
        let what = format!("{all} left out by --regions, nothing there is told: {named}");
        lines.extend(paragraphs([what], room));
    }
    lines
}
