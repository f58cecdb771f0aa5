//! What the searches of these playbooks ask live: the attribute that is looked up, and where.

use trailhunt::playbook::{self, RegionScope};

/// `search: attribute, Regions` of every search of a playbook, its parameters given as `given`.
fn lookups(id: &str, given: &[(&str, &str)]) -> Vec<String> {
    let playbook = playbook::find(id)
        .expect("it is built in")
        .load()
        .expect("it loads");
    let given: Vec<(String, String)> = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let bindings = playbook
        .bind(&given)
        .expect("the parameters fit")
        .bindings(chrono_tz::UTC);
    let asked = |search: &playbook::Search| {
        let derived = search.detection.lookup(&bindings);
        let attribute = derived.map_or("everything", |derived| derived.attribute.into_str());
        format!(
            "{}: {attribute}, {}",
            search.name,
            search.regions.into_str()
        )
    };
    playbook.searches.iter().map(asked).collect()
}

#[test]
fn every_search_is_narrowed_by_name_or_source() {
    for (id, given) in [
        ("trail-tampering", None),
        ("bucket-exposure", None),
        ("bucket-exposure", Some(("bucket", "attic"))),
        ("off-hours-iam", None),
        ("data-exfiltration", None),
        ("persistence", None),
    ] {
        for asked in lookups(id, given.as_slice()) {
            assert!(asked.contains(": EventName, "), "{id}: {asked}");
        }
    }
}

#[test]
fn iam_is_asked_where_it_records_and_everything_else_everywhere() {
    for (id, there) in [
        ("persistence", &["iam", "organization"][..]),
        ("off-hours-iam", &["iam", "organizations"]),
        ("root-activity", &["central"]),
        ("trail-tampering", &[]),
    ] {
        let scopes = playbook::find(id)
            .expect("it is built in")
            .load()
            .expect("it loads")
            .searches;
        for search in scopes {
            let expected = if there.contains(&search.name.as_str()) {
                RegionScope::ControlPlane
            } else {
                RegionScope::All
            };
            assert_eq!(search.regions, expected, "{id}: {}", search.name);
        }
    }
}

#[test]
fn traces_follow_what_can_be_looked_up() {
    assert_eq!(
        lookups("root-activity", &[])[..4],
        [
            "root: Username, all",
            "entry: EventName, all",
            "assumed: EventName, all",
            "sessions: AccessKeyId, all",
        ]
    );
    assert_eq!(lookups("unused-regions", &[])[0], "changes: ReadOnly, all");
    assert_eq!(
        lookups("ip-trace", &[("ip", "203.0.113.9")]),
        [
            "from_address: everything, all",
            "same_keys: AccessKeyId, all"
        ]
    );
    assert_eq!(
        lookups("principal-trace", &[("principal", "deploy")]),
        [
            "own: Username, all",
            "issued: EventName, all",
            "by_key: AccessKeyId, all",
            "by_session: Username, all",
        ]
    );
    assert_eq!(
        lookups("resource-history", &[("resource", "deploy")]),
        ["by_name: ResourceName, all"]
    );
}
