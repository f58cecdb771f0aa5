//! A change as cells of text: what `csv` and the table both say of it.

use serde_json::Value;

use crate::report::Change;

/// The columns of `--format csv`, one row a change, and where each comes from.
pub const COLUMNS: [&str; 16] = [
    "time",
    "actor",
    "session",
    "source_ip",
    "mfa",
    "account",
    "region",
    "call",
    "target",
    "action",
    "before",
    "after",
    "note",
    "detail",
    "error",
    "event_id",
];

/// What stands in `column` of `change`.
pub fn cell(change: &Change, column: &str) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    match column {
        "time" => change.time.map(|time| time.to_string()).unwrap_or_default(),
        "actor" => text(&change.actor),
        "session" => text(&change.session),
        "source_ip" => text(&change.source_ip),
        "mfa" => change.mfa.into_str().to_owned(),
        "account" => text(&change.account),
        "region" => text(&change.region),
        "target" => text(&change.target),
        "action" => change.action.into_str().to_owned(),
        "before" if is_unknown_before(change) => "unknown".to_owned(),
        "before" => text(&change.before),
        "after" => text(&change.after),
        "detail" => rest(change),
        "error" => text(&change.error),
        "event_id" => text(&change.event_id),
        name => text_of(change, name).unwrap_or_default(),
    }
}

/// What the renderer knows besides, as text.
pub fn text_of(change: &Change, name: &str) -> Option<String> {
    let value = change.detail.get(name).filter(|value| !value.is_null())?;
    Some(super::text(value)).filter(|text| !text.is_empty())
}

/// Whether something held before, and the history read does not tell what.
pub fn is_unknown_before(change: &Change) -> bool {
    change.before.is_none() && change.detail.get("before_known") == Some(&Value::Bool(false))
}

/// The details that have no column of their own, as compact JSON; empty where there are none.
fn rest(change: &Change) -> String {
    let has_column = |name: &str| matches!(name, "call" | "note" | "before_known");
    let rest: serde_json::Map<String, Value> = change
        .detail
        .iter()
        .filter(|(name, _)| !has_column(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if rest.is_empty() {
        String::new()
    } else {
        Value::Object(rest).to_string()
    }
}
