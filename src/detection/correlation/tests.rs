//! Tests of correlations: what may be written, and what is found, held against a search through all windows.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::detection::yaml;
use crate::event::Event;

pub(super) fn parse(text: &str) -> Result<Correlation, String> {
    let node = yaml::document(text).unwrap();
    Correlation::parse(&node).map_err(|problem| problem.to_string())
}

fn problem(text: &str) -> String {
    parse(text).unwrap_err()
}

pub(super) fn event(second: i64, id: &str, user: &str, ip: &str) -> Event {
    let time = DateTime::<Utc>::from_timestamp(1_795_000_000 + second, 0).unwrap();
    let record = json!({
        "eventVersion": "1.11", "eventTime": time.to_rfc3339(), "eventID": id,
        "eventName": "ConsoleLogin", "errorCode": (user == "eve").then_some("Denied"),
        "userIdentity": {"userName": user}, "sourceIPAddress": ip,
        "resources": [{"ARN": format!("arn:{user}")}],
    });
    Event::parse(record.to_string().as_bytes()).unwrap()
}

pub(super) const FAILURES: &str = "
type: event_count
rules: [failed]
group-by: [userIdentity.userName]
timespan: 1m
condition: { gte: 3 }
";

#[test]
fn mistakes_have_place_path_and_suggestion() {
    let line = |from: &str, to: &str| problem(&FAILURES.replace(from, to));
    assert_eq!(
        line("event_count", "temporal_ordered"),
        "2:7 type: unknown type 'temporal_ordered', known are event_count, value_count, temporal"
    );
    assert_eq!(
        line("event_count", "evnt_count"),
        "2:7 type: unknown type 'evnt_count', known are event_count, value_count, temporal \
         (did you mean 'event_count'?)"
    );
    assert_eq!(
        line("group-by", "groupby"),
        "4:1: unknown field `groupby` (did you mean 'group-by'?)"
    );
    assert_eq!(
        line("userIdentity.userName", "userIdentiy.userName"),
        "4:12 group-by: no record has a field 'userIdentiy' (did you mean 'userIdentity'?)"
    );
    for wrong in [
        "10M",
        "m",
        "10",
        "-1m",
        "+1m",
        "0s",
        "1.5h",
        "é",
        "99999999999999999d",
    ] {
        let message = line("1m", wrong);
        assert!(message.starts_with("5:11 timespan: "), "{message}");
    }
    assert_eq!(
        line("gte: 3", "gte: many"),
        "6:19 condition.gte: a whole number expected"
    );
    assert_eq!(
        line("gte: 3", "neq: 3"),
        "6:14 condition: unknown field `neq` (did you mean 'eq'?)"
    );
    for never in ["lt: 1", "lte: 0", "eq: 0", "gt: 5, lt: 6", "eq: 3, gte: 4"] {
        assert!(
            line("gte: 3", never).contains("no count meets it"),
            "{never}"
        );
    }
    assert_eq!(line("[failed]", "[]"), "3:8 rules: an empty list of rules");
    assert!(line("[failed]", "[a, a]").contains("'a' stands twice"));
    assert!(line("condition", "# ").contains("missing field `condition`"));
    assert!(line("gte: 3", "gte: 3, field: eventName").contains("only value_count"));
    assert!(line("event_count", "value_count").contains("missing field `field`"));
    assert_eq!(
        line("gte: 3", ""),
        "6:12 condition: how many? One of gt, gte, lt, lte, eq expected"
    );
}

#[test]
fn temporal_takes_all_rules_or_as_many_as_it_says() {
    let temporal = |condition: &str| {
        parse(&format!(
            "type: temporal\nrules: [a, b]\ntimespan: 1h\n{condition}"
        ))
    };
    assert_eq!(temporal("").unwrap().bounds.least, 2);
    assert_eq!(temporal("condition: { gte: 1 }").unwrap().bounds.least, 1);
    assert!(
        temporal("condition: { gte: 3 }")
            .unwrap_err()
            .contains("more than the 2 rules")
    );
}

#[test]
fn aliases_name_a_field_of_every_rule() {
    let aliased = |alias: &str| {
        parse(&format!(
            "type: temporal\nrules: [a, b]\ntimespan: 1h\ngroup-by: [who]\naliases: {{ who: {alias} }}"
        ))
    };
    let problem = |alias: &str| aliased(alias).unwrap_err();
    assert!(problem("{ a: eventName }").contains("aliases.who: missing field `b`"));
    assert!(problem("{ a: eventName, c: x }").contains("unknown field `c`"));
    assert!(problem("{ a: eventName, b: evntName }").contains("did you mean 'eventName'?"));

    let correlation = aliased("{ a: userIdentity.userName, b: sourceIPAddress }").unwrap();
    let mut watch = CorrelationWatch::new(&correlation, Tz::UTC);
    watch.hit(0, &event(0, "1", "x", "y"));
    watch.hit(1, &event(1, "2", "y", "z"));
    watch.hit(1, &event(2, "3", "y", "x"));
    let incidents = watch.finish();
    assert_eq!(incidents.len(), 1);
    assert_eq!(incidents[0].event_ids, ["1", "3"]);
    assert_eq!(incidents[0].group, [("who".to_owned(), "x".to_owned())]);
    assert_eq!(incidents[0].values, ["a", "b"]);
}

#[test]
fn a_storm_is_told_once() {
    let correlation = parse(FAILURES).unwrap();
    let mut watch = CorrelationWatch::new(&correlation, Tz::UTC);
    let mut expected = Vec::new();
    for n in 0..100 {
        watch.hit(0, &event(n * 20, &format!("{n:03}"), "eve", "z"));
        watch.hit(
            0,
            &event(n * 20, &format!("b{n:03}"), &format!("user{n}"), "z"),
        );
        expected.push(format!("{n:03}"));
    }
    // out of reach, and too few
    watch.hit(0, &event(100 * 20 + 61, "later", "eve", "z"));
    let incidents = watch.finish();
    assert_eq!(incidents.len(), 1);
    let storm = &incidents[0];
    assert_eq!(storm.event_ids, expected);
    assert_eq!(
        (storm.count, storm.peak, storm.events, storm.failed),
        (100, 4, 100, 100)
    );
    assert_eq!(storm.error.as_deref(), Some("Denied"));
    assert_eq!(storm.resources, ["arn:eve"]);
    assert_eq!(
        storm.last - storm.first,
        chrono::TimeDelta::seconds(99 * 20)
    );
}

#[test]
fn both_ends_of_a_window_belong_to_it() {
    let correlation = parse(FAILURES).unwrap();
    let found = |last: i64| {
        let mut watch = CorrelationWatch::new(&correlation, Tz::UTC);
        for (n, second) in [0, 30, last].into_iter().enumerate() {
            watch.hit(0, &event(second, &n.to_string(), "eve", "z"));
        }
        watch.finish().len()
    };
    assert_eq!((found(60), found(61)), (1, 0));
}

#[test]
fn an_upper_bound_is_held_against_the_fullest_window() {
    let correlation = parse(&FAILURES.replace("gte: 3", "gte: 2, lte: 3")).unwrap();
    for (events, found) in [(1, 0), (2, 1), (3, 1), (4, 0)] {
        let mut watch = CorrelationWatch::new(&correlation, Tz::UTC);
        for n in 0..events {
            watch.hit(0, &event(n, &n.to_string(), "eve", "z"));
        }
        assert_eq!(watch.finish().len(), found, "{events}");
    }
}

#[test]
fn an_event_of_several_rules_counts_once() {
    let correlation = parse(&FAILURES.replace("[failed]", "[failed, denied]")).unwrap();
    let mut watch = CorrelationWatch::new(&correlation, Tz::UTC);
    for n in 0..2 {
        let event = event(n, &n.to_string(), "eve", "z");
        watch.hit(0, &event);
        watch.hit(1, &event);
    }
    assert_eq!(watch.finish(), []);
}

#[test]
fn what_lacks_a_field_or_a_time_does_not_correlate() {
    let correlation = parse(FAILURES).unwrap();
    let mut watch = CorrelationWatch::new(&correlation, Tz::UTC);
    let timeless = br#"{"eventVersion":"1.11","userIdentity":{"userName":"eve"}}"#;
    for n in 0..5 {
        watch.hit(0, &event(n, &n.to_string(), "", "z"));
        watch.hit(0, &Event::parse(timeless).unwrap());
        watch.hit(7, &event(n, &n.to_string(), "eve", "z"));
    }
    assert_eq!(watch.finish(), []);
}

/// A hit: second, rule, user, address.
type Hit = (i64, usize, u8, u8);

fn kinds() -> impl Strategy<Value = (&'static str, Correlation)> {
    let condition = prop_oneof![
        (1_u64..5).prop_map(|n| format!("gte: {n}")),
        (0_u64..4).prop_map(|n| format!("gt: {n}")),
        (1_u64..4).prop_map(|n| format!("eq: {n}")),
        (2_u64..5).prop_map(|n| format!("lt: {n}")),
        (1_u64..3, 0_u64..4).prop_map(|(n, more)| format!("gte: {n}, lte: {}", n + more)),
    ];
    let kind = prop::sample::select(vec!["event_count", "value_count", "temporal"]);
    (kind, condition).prop_map(|(kind, mut condition)| {
        match kind {
            "value_count" => condition.push_str(", field: sourceIPAddress"),
            "temporal" => "gte: 2".clone_into(&mut condition),
            _ => {}
        }
        let text = format!(
            "type: {kind}\nrules: [a, b, c]\ngroup-by: userIdentity.userName\ntimespan: 10s\ncondition: {{ {condition} }}"
        );
        (kind, parse(&text).unwrap())
    })
}

fn hits() -> impl Strategy<Value = Vec<Hit>> {
    prop::collection::vec((0_i64..120, 0_usize..3, 0_u8..2, 0_u8..4), 0..40)
}

fn events(hits: &[Hit]) -> Vec<(usize, Event)> {
    let event = |(n, (second, rule, user, ip)): (usize, &Hit)| {
        let event = event(
            *second,
            &format!("{n:02}"),
            &user.to_string(),
            &ip.to_string(),
        );
        (*rule, event)
    };
    let mut events: Vec<_> = hits.iter().enumerate().map(event).collect();
    events.sort_by_key(|(_, event)| event.time());
    events
}

fn watched(correlation: &Correlation, events: &[(usize, Event)]) -> Vec<Incident> {
    let mut watch = CorrelationWatch::new(correlation, Tz::UTC);
    for (rule, event) in events {
        watch.hit(*rule, event);
    }
    watch.finish()
}

/// User, count, fullest window and event ids of each incident, by looking at every window there is.
fn searched(kind: &str, bounds: Bounds, hits: &[Hit]) -> Vec<(String, u64, u64, Vec<String>)> {
    let count = |of: &[usize]| {
        let mut counted: Vec<usize> = match kind {
            "event_count" => of.to_vec(),
            "value_count" => of.iter().map(|at| usize::from(hits[*at].3)).collect(),
            _ => of.iter().map(|at| hits[*at].1).collect(),
        };
        counted.sort_unstable();
        counted.dedup();
        counted.len() as u64
    };
    let mut found = Vec::new();
    for user in 0..2 {
        let window = |from: i64| {
            let within = (0..hits.len()).filter(move |at| {
                let (second, _, by, _) = hits[*at];
                by == user && (from..=from + 10).contains(&second)
            });
            within.collect::<Vec<usize>>()
        };
        let mut storms: Vec<(Vec<usize>, u64)> = Vec::new();
        for from in -10..=120 {
            let window = window(from);
            if window.is_empty() || count(&window) < bounds.least {
                continue;
            }
            let peak = count(&window);
            match storms.last_mut() {
                Some((storm, most)) if window.iter().any(|at| storm.contains(at)) => {
                    storm.extend(window);
                    *most = peak.max(*most);
                }
                _ => storms.push((window, peak)),
            }
        }
        for (mut storm, peak) in storms {
            storm.sort_by_key(|at| (hits[*at].0, *at));
            storm.dedup();
            let ids = storm.iter().map(|at| format!("{at:02}")).collect();
            found.push((user.to_string(), count(&storm), peak, ids));
        }
    }
    found.retain(|(_, _, peak, _)| *peak <= bounds.most);
    found.sort();
    found
}

proptest! {
    #[test]
    fn finds_what_a_search_through_all_windows_finds((kind, correlation) in kinds(), hits in hits()) {
        let incidents = watched(&correlation, &events(&hits));
        let mut found: Vec<_> = incidents
            .into_iter()
            .map(|incident| (incident.group[0].1.clone(), incident.count, incident.peak, incident.event_ids))
            .collect();
        found.sort();
        prop_assert_eq!(found, searched(kind, correlation.bounds, &hits));
    }

    #[test]
    fn the_order_within_a_second_is_no_matter((_, correlation) in kinds(), hits in hits()) {
        let events = events(&hits);
        let mut other = events.clone();
        other.reverse();
        other.sort_by_key(|(_, event)| event.time());
        prop_assert_eq!(watched(&correlation, &events), watched(&correlation, &other));
    }

    #[test]
    fn never_panics_out_of_order((_, correlation) in kinds(), hits in hits()) {
        let mut events = events(&hits);
        events.sort_by_key(|(_, event)| event.id().map(str::to_owned));
        watched(&correlation, &events);
    }

    #[test]
    fn never_panics_on_near_correlations(key in "type|rules|group-by|timespan|condition|aliases", value in "\\PC{0,12}") {
        let text = FAILURES.lines().map(|line| {
            if line.starts_with(&key) { format!("{key}: {value}\n") } else { format!("{line}\n") }
        });
        if let Ok(node) = yaml::document(&text.collect::<String>()) {
            drop(Correlation::parse(&node));
        }
    }
}
