//! The demo's records are those of the generator, hold everything that they promise, and the lineage that is written
//! down.

mod ingredients;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::LazyLock;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use trailhunt::event::{Event, path::FieldPath, services, time};
use trailhunt::sources::demo::{LEAKED_KEY, RECORDS, read};

use super::generator::{REGIONS, records};

/// Set to write the records anew.
const RENEW: &str = "RENEW_DEMO";

/// Counted by a script outside this project, which shares no code with it.
const LINEAGE: &str = include_str!("../../fixtures/demo-lineage.txt");

static EVENTS: LazyLock<Vec<Event>> = LazyLock::new(|| {
    let mut events = Vec::new();
    read(|event| events.push(event.clone()));
    events
});

#[test]
fn the_binary_holds_what_the_generator_tells() {
    let told = records().join("\n") + "\n";
    if std::env::var_os(RENEW).is_some() {
        // no name, no time: the same story makes the same file
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(told.as_bytes()).unwrap();
        let file = "src/sources/demo/records.jsonl.gz";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        std::fs::write(path, packed.finish().unwrap()).unwrap();
        return;
    }
    let mut held = String::new();
    GzDecoder::new(RECORDS).read_to_string(&mut held).unwrap();
    assert!(
        held == told,
        "another story: {RENEW}=1 cargo test --test cli demo::records renews the file"
    );
    let raw: Vec<&str> = EVENTS.iter().map(Event::raw).collect();
    assert_eq!(raw, records(), "each record is an event");
}

/// FNV-1a of the whole output: whoever changes the story changes this knowingly, and the fixture with it.
#[test]
fn the_bytes_are_the_same_everywhere() {
    let all = records().join("\n");
    let hash = all.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    assert_eq!(format!("{hash:016x}"), "bfccac885c741e6f");
}

#[test]
fn it_is_about_1500_records_in_order_within_its_dates() {
    assert!((1_400..=1_600).contains(&EVENTS.len()), "{}", EVENTS.len());
    assert!(EVENTS.is_sorted_by_key(|event| (event.time(), event.id().map(str::to_owned))));
    let first = time::rfc3339("2026-09-29T00:05:00Z");
    let last = time::rfc3339("2026-10-06T01:30:00Z");
    assert_eq!(EVENTS.first().unwrap().time(), first);
    assert_eq!(EVENTS.last().unwrap().time(), last);
}

#[test]
fn it_has_events_in_just_its_regions() {
    let found: BTreeSet<_> = EVENTS.iter().filter_map(Event::region).collect();
    assert_eq!(found, BTreeSet::from(REGIONS));
}

#[test]
fn ids_are_unique() {
    let shape =
        regex::Regex::new(r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
            .unwrap();
    for field in ["eventID", "requestID", "sharedEventID"] {
        let path = FieldPath::new(field);
        let ids: Vec<_> = EVENTS
            .iter()
            .filter_map(|event| path.first(event.json())?.as_str())
            .collect();
        assert!(ids.iter().all(|id| shape.is_match(id)), "{field}");
        assert_eq!(
            ids.iter().collect::<BTreeSet<_>>().len(),
            ids.len(),
            "{field}"
        );
    }
    assert!(EVENTS.iter().all(|event| event.id().is_some()));
    let issued: Vec<_> = EVENTS.iter().filter_map(issued_key).collect();
    assert_eq!(issued.iter().collect::<BTreeSet<_>>().len(), issued.len());
}

#[test]
fn every_key_spells_its_account() {
    assert!(services::is_access_key_id(LEAKED_KEY) && LEAKED_KEY.len() == 20);
    for event in EVENTS.iter() {
        if let Some(key) = event.access_key_id() {
            assert_eq!(
                services::account_hint(key).as_deref(),
                event.identity().account_id()
            );
        }
    }
    let handed_off = EVENTS.iter().filter_map(issued_key);
    let accounts: BTreeSet<_> = handed_off.filter_map(services::account_hint).collect();
    assert_eq!(
        accounts,
        ["123456789012", "444455556666"].map(String::from).into()
    );
}

#[test]
fn answers_spell_their_times_as_iam_and_sts_do() {
    for (field, comma) in [
        ("responseElements.credentials.expiration", true),
        ("responseElements.accessKey.createDate", false),
    ] {
        let path = FieldPath::new(field);
        let mut seen = 0;
        for event in EVENTS.iter() {
            if let Some(text) = path.first(event.json()).and_then(|value| value.as_str()) {
                assert_eq!(text.contains("2026, "), comma, "{text}");
                assert!(time::in_response(text) >= event.time(), "{text}");
                seen += 1;
            }
        }
        assert!(seen >= 3, "{field}");
    }
}

/// The incident's addresses, agents and Regions appear nowhere before it.
#[test]
fn what_the_incident_brings_is_new() {
    let start = time::rfc3339("2026-10-05T22:00:00Z");
    let (before, since): (Vec<_>, Vec<_>) = EVENTS.iter().partition(|event| event.time() < start);
    let addresses = |events: &[&Event]| -> BTreeSet<String> {
        let of = |event: &&Event| event.source_ip().map(str::to_owned);
        events.iter().filter_map(of).collect()
    };
    let (known, now) = (addresses(&before), addresses(&since));
    for address in ["203.0.113.66", "198.51.100.9"] {
        assert!(
            !known.contains(address) && now.contains(address),
            "{address}"
        );
    }
    let regions: BTreeSet<_> = before.iter().filter_map(|event| event.region()).collect();
    assert_eq!(regions, ["eu-west-1", "us-east-1"].into());
    let of_key = |event: &&&Event| event.access_key_id() == Some(LEAKED_KEY);
    let services: BTreeSet<_> = before
        .iter()
        .filter(of_key)
        .filter_map(|event| event.source())
        .collect();
    assert_eq!(services.len(), 4);
}

struct Node {
    id: &'static str,
    parent: &'static str,
    link: &'static str,
    via: &'static str,
    events: usize,
    issued: &'static str,
}

fn lineage() -> Vec<Node> {
    let node = |line: &'static str| {
        let mut cells = line.split_whitespace();
        let mut next = || cells.next().unwrap();
        let (id, parent, link, via) = (next(), next(), next(), next());
        let (events, _region) = (next().parse().unwrap(), next());
        Node {
            id,
            parent,
            link,
            via,
            events,
            issued: next(),
        }
    };
    LINEAGE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(node)
        .collect()
}

fn issued_key(event: &Event) -> Option<&str> {
    event
        .response(&["credentials", "accessKeyId"])
        .or_else(|| event.response(&["accessKey", "accessKeyId"]))
}

/// Each line of the fixture is borne out by the records, and no exact descendant is missing from it.
#[test]
fn the_written_lineage_is_that_of_the_records() {
    let nodes = lineage();
    let at = |event: &Event| {
        event
            .time()
            .map(|time| time.to_rfc3339().replace("+00:00", "Z"))
    };
    for node in &nodes {
        let signed = EVENTS
            .iter()
            .filter(|event| event.access_key_id() == Some(node.id));
        if !node.id.starts_with("login:") {
            assert_eq!(signed.clone().count(), node.events, "{}", node.id);
        }
        let issuing = EVENTS
            .iter()
            .find(|event| issued_key(event) == Some(node.id));
        match node.link {
            "subject" => assert_eq!(node.id, LEAKED_KEY),
            "exact" | "compute" => {
                let issuing = issuing.unwrap();
                assert_eq!(issuing.name(), Some(node.via));
                assert_eq!(at(issuing).as_deref(), Some(node.issued));
                let issuer = issuing.access_key_id();
                let expected = (node.link == "exact").then_some(node.parent);
                assert_eq!(issuer, expected, "{}", node.id);
            }
            "console-login" if node.id.starts_with("login:") => {
                assert!(EVENTS.iter().any(|event| {
                    event.name() == Some("ConsoleLogin")
                        && at(event).as_deref() == Some(node.issued)
                }));
            }
            "console-login" => {
                assert!(signed.clone().all(|event| {
                    event.identity().session_created() == time::rfc3339(node.issued)
                }));
            }
            other => panic!("{other}"),
        }
    }
    let exact: BTreeMap<_, _> = nodes.iter().map(|node| (node.id, node)).collect();
    for event in EVENTS.iter() {
        if let (Some(parent), Some(child)) = (event.access_key_id(), issued_key(event))
            && exact.contains_key(parent)
        {
            assert_eq!(exact[child].parent, parent);
        }
    }
    assert_eq!(nodes.iter().map(|node| node.events).sum::<usize>(), 816);
}

/// Refused requests to assume a role hide what they asked; services' own records name no type (facts: C3, C4).
#[test]
fn what_cloudtrail_leaves_out_is_left_out() {
    for event in EVENTS.iter() {
        let denied = event.error_code().is_some() && event.name() == Some("AssumeRole");
        assert!(!denied || event.json()["requestParameters"].is_null());
        let service_event = event.json()["eventType"] == "AwsServiceEvent";
        assert_eq!(service_event, event.identity().kind().is_none());
        if event.error_code().is_some() {
            assert!(event.json()["responseElements"].is_null());
        }
    }
}
