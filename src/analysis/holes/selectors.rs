//! What a trail's selectors leave out of the management events.

use serde_json::Value;

use super::actions::TrailAction;
use super::minutes::CallKind;
use crate::event::Event;
use crate::event::flag_of;

/// What the selectors leave out of the management events.
pub fn selected(event: &Event, trail: Box<str>) -> TrailAction {
    let request = event.json().get("requestParameters");
    let list = |name: &str| request.and_then(|request| request.get(name)?.as_array());
    let list = |name: &str| list(name).map(Vec::as_slice).unwrap_or_default();
    let mut scope = SelectorScope::default();
    for selector in list("eventSelectors") {
        scope.add_basic(selector);
    }
    for selector in list("advancedEventSelectors") {
        scope.add_advanced(selector);
    }
    match (scope.reads, scope.writes, scope.left_out) {
        (true, true, None) => TrailAction::Selected(trail, None),
        (true, true, Some(left_out)) => TrailAction::SelectedInPart(trail, left_out),
        (true, false, _) => TrailAction::Selected(trail, Some(CallKind::Writes)),
        (false, true, _) => TrailAction::Selected(trail, Some(CallKind::Reads)),
        (false, false, _) => TrailAction::Selected(trail, Some(CallKind::Any)),
    }
}

/// The management events that selectors take in together.
#[derive(Default)]
struct SelectorScope {
    reads: bool,
    writes: bool,
    left_out: Option<Box<str>>,
}

impl SelectorScope {
    fn add_basic(&mut self, selector: &Value) {
        let management = selector.get("includeManagementEvents").and_then(flag_of);
        if management == Some(false) {
            return;
        }
        let kind = selector.get("readWriteType").and_then(Value::as_str);
        self.reads |= kind != Some("WriteOnly");
        self.writes |= kind != Some("ReadOnly");
        let sources = selector.get("excludeManagementEventSources");
        self.leave_out(sources.and_then(Value::as_array));
    }

    fn add_advanced(&mut self, selector: &Value) {
        let fields = selector.get("fieldSelectors").and_then(Value::as_array);
        let fields = fields.map(Vec::as_slice).unwrap_or_default();
        let field = |field: &Value| field.get("field")?.as_str().map(str::to_owned);
        let first = |field: &Value| field.get("equals")?.get(0)?.as_str().map(str::to_owned);
        let is_of = |name: &str, value: &str| {
            fields.iter().any(|one| {
                field(one).as_deref() == Some(name) && first(one).as_deref() == Some(value)
            })
        };
        if !is_of("eventCategory", "Management") {
            return;
        }
        self.reads |= !is_of("readOnly", "false");
        self.writes |= !is_of("readOnly", "true");
        for other in fields {
            match field(other).as_deref() {
                Some("eventCategory" | "readOnly") | None => {}
                Some("eventSource") => {
                    self.leave_out(other.get("notEquals").and_then(Value::as_array));
                    if other.get("equals").is_some() {
                        self.left_out = Some("all but some sources".into());
                    }
                }
                Some(_) => self.left_out = Some("what its selectors leave out".into()),
            }
        }
    }

    fn leave_out(&mut self, sources: Option<&Vec<Value>>) {
        let sources = sources.map(Vec::as_slice).unwrap_or_default();
        let sources = sources.iter().filter_map(Value::as_str);
        let named: Vec<&str> = sources
            .filter(|source| source.len() <= 64)
            .take(4)
            .collect();
        if !named.is_empty() {
            self.left_out = Some(named.join(", ").into());
        }
    }
}
