//! Every way to make a hole over generated trails, and whole ones; then each rule of what is a hole, on its own.

mod generated;
mod shapes;

use serde_json::{Value, json};

use super::Holes;
use crate::analysis::holes;
use crate::event::Event;
use crate::event::time::Time;
use crate::report::Window;

const ACCOUNT: &str = "111122223333";
const OPEN: Window = Window {
    since: None,
    until: None,
};

fn at(text: &str) -> Time {
    let text = match text.len() {
        5 => format!("2026-11-10T{text}:00Z"),
        8 => format!("2026-11-10T{text}Z"),
        _ => text.to_owned(),
    };
    text.parse().unwrap()
}

/// A record of [`ACCOUNT`] in us-east-1, with `fields` in place of its own.
fn record(time: Time, source: &str, name: &str, fields: Value) -> Event {
    let mut record = json!({
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "accountId": ACCOUNT},
        "eventTime": time,
        "eventSource": format!("{source}.amazonaws.com"),
        "eventName": name,
        "awsRegion": "us-east-1",
        "readOnly": false,
        "managementEvent": true,
        "eventCategory": "Management",
        "recipientAccountId": ACCOUNT,
    });
    if let (Some(record), Value::Object(fields)) = (record.as_object_mut(), fields) {
        record.extend(fields);
    }
    Event::parse(record.to_string().as_bytes()).unwrap()
}

fn holes<'e>(events: impl IntoIterator<Item = &'e Event>) -> Holes {
    holes_in(OPEN, &[], events)
}

/// Folded in two parts, as two threads do.
fn holes_in<'e>(
    window: Window,
    regions: &[String],
    events: impl IntoIterator<Item = &'e Event>,
) -> Holes {
    let mut folds = [holes::Fold::default(), holes::Fold::default()];
    for (number, event) in events.into_iter().enumerate() {
        folds[number * 7 % 3 % 2].observe(event);
    }
    let [mut all, other] = folds;
    all.merge(other);
    all.finish(window, regions)
}

/// Every gap as `region of account: begin to end`.
fn gaps(holes: &Holes) -> Vec<String> {
    let time = |time: Option<Time>| {
        time.map_or("on".to_owned(), |time| time.format("%H:%M:%S").to_string())
    };
    let gaps = holes.coverage.iter().map(|entry| {
        assert!(entry.gap && entry.location.is_none());
        format!(
            "{} of {}: {} to {}",
            entry.region.as_deref().unwrap(),
            entry.account.as_deref().unwrap(),
            time(entry.since),
            time(entry.until)
        )
    });
    gaps.collect()
}

fn doubts(holes: &Holes) -> Vec<String> {
    let doubts = holes.not_visible.iter();
    doubts
        .map(|doubt| format!("{}: {}", doubt.what, doubt.why))
        .collect()
}
