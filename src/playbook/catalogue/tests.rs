//! Tests of the catalogue: which files are read, what is passed over, and where mistakes are said to be.

use std::fs;
use std::path::Path;

use chrono_tz::Tz;
use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::detection::CorrelationWatch;
use crate::event::Event;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn load(folder: &TempDir) -> Catalogue {
    Catalogue::load(&[folder.path().to_owned()]).unwrap()
}

/// What is wrong with these files, without the way to them.
fn problems(files: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(files);
    let failure = Catalogue::load(&[folder.path().to_owned()]).unwrap_err();
    assert_eq!(failure.exit, crate::error::Exit::Usage);
    let way = format!("{}/", folder.path().display());
    let lines = failure.message.lines();
    lines.map(|line| line.replace(&way, "")).collect()
}

fn names(catalogue: &Catalogue) -> Vec<&str> {
    let rules = catalogue.rules.iter();
    rules.map(|rule| rule.name.as_str()).collect()
}

const RULE: &str = "title: Made\nlogsource: { product: aws, service: cloudtrail }\n\
    detection: { s: { eventName: CreateUser }, condition: s }\n";

fn of(log_source: &str) -> String {
    RULE.replace("product: aws, service: cloudtrail", log_source)
}

#[test]
fn folders_are_read_whole_and_in_order() {
    let folder = folder(&[
        ("b/y.yaml", RULE),
        ("b/x.yml", RULE),
        ("a.yml", "# nothing\n"),
        ("a.txt", "title: ["),
        (".git/z.yml", "title: ["),
        ("config.yml", "name: workflow\non: [push]\n"),
        ("c.yml", RULE),
    ]);
    assert_eq!(names(&load(&folder)), ["x", "y", "c"]);
    let twice = [folder.path().to_owned(), folder.path().join("b/x.yml")];
    assert_eq!(Catalogue::load(&twice).unwrap().rules.len(), 3);
}

#[test]
#[cfg(unix)]
fn links_that_lead_back_end() {
    let folder = folder(&[("a/x.yml", RULE)]);
    let link =
        |to: &Path, at: &str| std::os::unix::fs::symlink(to, folder.path().join(at)).unwrap();
    link(folder.path(), "a/up");
    link(&folder.path().join("a/x.yml"), "same.yml");
    link(&folder.path().join("nowhere"), "broken.yml");
    assert_eq!(names(&load(&folder)), ["x"]);
}

#[test]
fn rules_of_others_are_counted_and_not_understood() {
    let other = "logsource: { category: process_creation, product: windows }\n\
        detection: { s: { Image|utf16le|base64offset: x }, condition: s | count() > 5 }\n";
    let withdrawn = format!("{RULE}status: deprecated\n");
    let folder = folder(&[
        ("a.yml", other),
        ("b.yml", &of("product: aws, service: guardduty")),
        ("c.yml", &of("product: gcp, service: cloudtrail")),
        ("d.yml", &of("category: webserver")),
        ("e.yml", &withdrawn),
        ("f.yml", &of("product: AWS")),
        ("g.yml", &of("service: cloudtrail")),
        ("h.yml", &RULE.replace("logsource", "source_of_logs")),
    ]);
    let catalogue = load(&folder);
    assert_eq!(names(&catalogue), ["f", "g", "h"]);
    assert_eq!(catalogue.skipped, 5);
}

#[test]
fn what_adds_no_rule_is_a_mistake() {
    let empty = problems(&[]);
    assert!(empty[0].ends_with(": no Sigma rule for CloudTrail (0 for others, or withdrawn)"));
    let others = problems(&[("a.yml", &of("product: gcp"))]);
    assert!(others[0].ends_with("(1 for others, or withdrawn)"));
    let named = |text: &str| {
        let folder = folder(&[("x.yml", text)]);
        let failure = Catalogue::load(&[folder.path().join("x.yml")]).unwrap_err();
        failure.message.rsplit_once("x.yml:").unwrap().1.to_owned()
    };
    assert_eq!(named(""), "1:1: empty");
    assert_eq!(named("- a\n"), "1:1: a rule is a mapping, not a list");
    assert_eq!(
        named("title: A\n"),
        "1:1: missing field `detection` (or `correlation`)"
    );
    assert!(Catalogue::load(&["/no/such/file.yml".into()]).is_err());
}

#[test]
fn every_mistake_of_every_file_has_its_place() {
    let unknown = RULE.replace("eventName", "eventName|contians");
    let no_condition = RULE.replace(", condition: s", "");
    let several = format!("{RULE}---\n{}level: hihg\n", RULE.replace("title", "titel"));
    assert_eq!(
        problems(&[
            ("a.yml", &unknown),
            ("b.yml", &no_condition),
            ("c.yml", &several),
            ("d.yml", "detection: [\n"),
        ]),
        [
            "a.yml:3:19 detection.s.eventName: unknown modifier 'contians' (did you mean 'contains'?)",
            "b.yml:3:12 detection: a detection needs a `condition`",
            "c.yml:1:1: missing field `name`: the file holds several rules without one",
            "c.yml:5:1: missing field `name`: the file holds several rules without one",
            "c.yml:5:1: missing field `title`",
            "c.yml:8:8 level: expected informational, low, medium, high, critical",
            "d.yml:2:1: not readable as YAML: while parsing a node, did not find expected node content",
        ]
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("x.yml"), b"title: a\nb: \xff\n").unwrap();
    let failure = Catalogue::load(&[folder.path().to_owned()]).unwrap_err();
    assert!(
        failure.message.ends_with("x.yml:2:4: not UTF-8"),
        "{}",
        failure.message
    );
}

#[test]
fn what_counted_before_correlations_is_refused_by_name() {
    let count = RULE.replace("condition: s", "condition: s | count() by x > 5");
    let timeframe = RULE.replace("condition: s", "timeframe: 5m, condition: s");
    let filter = "title: F\nlogsource: { product: aws }\nfilter: { rules: [a] }\n";
    let [count, timeframe, filter] = [count.as_str(), &timeframe, filter].map(|text| {
        let found = problems(&[("x.yml", text)]);
        assert_eq!(found.len(), 1);
        found[0].clone()
    });
    assert!(
        count.starts_with("x.yml:3:57 detection.condition: the aggregation `| count() by x > 5`")
    );
    assert!(timeframe.contains("detection.timeframe: `timeframe` is of an older Sigma"));
    assert!(count.contains("`correlation` block") && timeframe.contains("`correlation` block"));
    assert!(filter.contains("Sigma filters are not known"));
}

#[test]
fn two_rules_share_neither_name_nor_id() {
    let with_id = format!("{RULE}id: 1-2\n");
    assert_eq!(
        problems(&[("a/x.yml", RULE), ("b/x.yml", RULE)]).len(),
        1,
        "the name"
    );
    let shared = problems(&[("a.yml", &with_id), ("b.yml", &with_id)]);
    assert_eq!(shared.len(), 1, "the id");
    assert!(
        shared[0].starts_with("b.yml:1:1: a rule '1-2' stands in "),
        "{shared:?}"
    );
    let own = format!("{RULE}name: x\nid: x\n");
    assert_eq!(load(&folder(&[("a.yml", &own)])).rules.len(), 1);
}

const STORM: &str = "title: Many new users
tags: [attack.persistence, attack.t1136.003]
correlation:
  type: event_count
  rules: [x]
  group-by: [userIdentity.userName]
  timespan: 10m
  condition: { gte: 3 }
";

#[test]
fn a_correlation_silences_its_rules_unless_it_says_otherwise() {
    let tagged = format!("{RULE}tags: [attack.persistence]\n");
    let silent = load(&folder(&[("storm.yml", STORM), ("x.yml", &tagged)]));
    let reporting = |catalogue: &Catalogue| {
        let (findings, correlations) = catalogue.reporting();
        (findings.len(), correlations.len())
    };
    assert_eq!(reporting(&silent), (0, 1));
    let selected: Vec<&str> = silent
        .select("attack.persistence")
        .map(|rule| &*rule.name)
        .collect();
    assert_eq!(selected, ["storm"]);
    assert_eq!(silent.select("x").count(), 1);
    for (from, to) in [
        ("  type", "  generate: true\n  type"),
        ("title", "generate: true\ntitle"),
    ] {
        let storm = STORM.replacen(from, to, 1);
        let spoken = load(&folder(&[("storm.yml", &storm), ("x.yml", RULE)]));
        assert_eq!(reporting(&spoken), (1, 1), "{to}");
    }
}

#[test]
fn correlations_name_rules_that_there_are() {
    let wrong = |storm: &str, rule: &str| {
        let found = problems(&[("storm.yml", storm), ("x.yml", RULE), ("failed.yml", rule)]);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    };
    let other = &of("product: aws");
    assert_eq!(
        wrong(&STORM.replace("[x]", "[x, faild]"), other),
        "storm.yml:5:14 correlation.rules: there is no rule 'faild' (did you mean 'failed'?)"
    );
    assert!(
        wrong(&STORM.replace("[x]", "[storm]"), other).contains("'storm' is a correlation itself")
    );
    assert!(
        wrong(&format!("{STORM}message: 'by {{x.actor}}'\n"), other)
            .starts_with("storm.yml:9:10 message: the message of a correlation has no holes")
    );
    // of a rule that is passed over, nothing can be correlated
    let skipped = load(&folder(&[
        ("storm.yml", &STORM.replace("[x]", "[x, failed]")),
        ("x.yml", RULE),
        ("failed.yml", &of("product: windows")),
    ]));
    assert_eq!(names(&skipped), ["x"]);
    assert_eq!(skipped.skipped, 2);
    assert_eq!(skipped.reporting().0.len(), 1);
}

#[test]
fn a_file_may_hold_a_correlation_and_its_rules() {
    let text = format!(
        "{RULE}id: 1-2\nname: made\n---\n{}",
        STORM.replace("[x]", "[1-2]")
    );
    let catalogue = load(&folder(&[("storm.yml", &text)]));
    assert_eq!(names(&catalogue), ["made", "storm"]);
    let (_, correlations) = catalogue.reporting();
    assert_eq!(correlations[0].names, ["made"]);
    assert_eq!(correlations[0].attack, ["T1136.003"]);
    assert_eq!(correlations[0].detections.len(), 1);
}

/// What is said of this many events, a minute apart.
fn described(storm: &str, events: u32) -> Option<String> {
    let catalogue = load(&folder(&[("storm.yml", storm), ("x.yml", RULE)]));
    let (_, correlations) = catalogue.reporting();
    let rule = &correlations[0];
    let mut watch = CorrelationWatch::new(&rule.correlation, Tz::UTC);
    for n in 0..events {
        let record = json!({
            "eventVersion": "1.11", "eventTime": format!("2026-11-20T12:{n:02}:00Z"), "eventID": n.to_string(),
            "eventName": "CreateUser", "userIdentity": {"userName": "eve"}, "awsRegion": n.to_string(),
        });
        watch.hit(0, &Event::parse(record.to_string().as_bytes()).unwrap());
    }
    watch
        .finish()
        .first()
        .map(|incident| rule.describe(incident))
}

#[test]
fn incidents_are_told_by_what_they_share() {
    assert_eq!(described(STORM, 2), None);
    assert_eq!(
        described(STORM, 11).unwrap(),
        "Many new users: 11 within 10m, userIdentity.userName=eve"
    );
    let storm = format!("{STORM}message: new users\n");
    assert_eq!(
        described(&storm, 20).unwrap(),
        "new users: 20, up to 11 within 10m, userIdentity.userName=eve"
    );
    let values = STORM
        .replace("event_count", "value_count")
        .replace("gte: 3", "gte: 3, field: awsRegion")
        .replace("  group-by: [userIdentity.userName]\n", "");
    assert_eq!(
        described(&values, 3).unwrap(),
        "Many new users: 3 values of awsRegion within 10m"
    );
    let temporal = STORM
        .replace("event_count", "temporal")
        .replace("  condition: { gte: 3 }\n", "");
    assert_eq!(
        described(&temporal, 1).unwrap(),
        "Many new users: x within 10m, userIdentity.userName=eve"
    );
}

#[test]
fn the_built_in_rules_are_right() {
    let catalogue = builtin().unwrap();
    assert_eq!(catalogue.skipped, 0);
    assert!(catalogue.rules.len() >= RULES.len());
    assert!(catalogue.find("access-key-created").is_some());
}

#[test]
fn every_rule_of_sigmahq_for_cloudtrail_is_read() {
    let root = std::env::var_os("TRAILHUNT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"),
        PathBuf::from,
    );
    let folder = root.join("sigma-aws");
    if !folder.is_dir() {
        println!("skipped: {} is not there", folder.display());
        return;
    }
    let catalogue = Catalogue::load(std::slice::from_ref(&folder)).unwrap();
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    let files = files.filter(|file| file.extension().is_some_and(|end| end == "yml"));
    assert_eq!(
        (catalogue.rules.len(), catalogue.skipped),
        (files.count(), 0)
    );
    assert!(
        catalogue
            .rules
            .iter()
            .all(|rule| rule.reports && rule.uuid.is_some())
    );
}

#[test]
fn a_rule_may_name_the_group_of_its_alerts() {
    let folder = folder(&[
        ("a.yml", &format!("{RULE}alert: ConsoleLogins\n")),
        ("b.yml", RULE),
    ]);
    let alerts: Vec<_> = load(&folder).rules.iter().map(|rule| rule.alert).collect();
    assert_eq!(alerts, [Some("ConsoleLogins"), None]);
    let correlation = "title: Many\nname: many\nalert: ConsoleLogins\n\
        correlation: { type: event_count, rules: [a], group-by: [userIdentity.arn], timespan: 1h, condition: { gte: 2 } }\n";
    assert_eq!(
        problems(&[
            ("a.yml", &format!("{RULE}alert: ConsoleLogin\n")),
            ("b.yml", correlation)
        ]),
        [
            "a.yml:4:8 alert: no group of alerts 'ConsoleLogin' (did you mean 'ConsoleLogins'?); there are \
             HighRiskSecurityEvents, InfraProvisioningEvents, CloudTrailChanges, ConsoleLogins",
            "b.yml:3:8 alert: alerts are about single events: a correlation makes none",
        ]
    );
}
