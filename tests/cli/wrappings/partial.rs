//! Documents that say that they are not whole: what is missing of them is a gap, unless it was read, too.

use serde_json::{Value, json};

use crate::support::offline::{Folder, trail, trailhunt};
use crate::support::records::series;

fn lookup(folder: &Folder, code: i32) -> Value {
    let from = folder.path().to_str().unwrap();
    let said = trailhunt(["lookup", "--format", "json", "--from", from]);
    said.exits(code).json()
}

/// Why a file is a gap, of an answer with `count` events.
fn gap(folder: &Folder, count: usize) -> String {
    let report = lookup(folder, 3);
    assert_eq!(report["summary"]["events"], count);
    let coverage = report["coverage"].as_array().unwrap();
    let gaps: Vec<&Value> = coverage
        .iter()
        .filter(|entry| entry["state"] != "read")
        .collect();
    let [gap] = gaps.as_slice() else {
        panic!("{coverage:?}")
    };
    assert_eq!(gap["state"], "truncated");
    gap["reason"].as_str().unwrap().to_owned()
}

fn hits(records: &[String], total: &Value) -> Value {
    let hits: Vec<Value> = records
        .iter()
        .map(|record| json!({"_source": {"message": record}}))
        .collect();
    json!({"total": total, "hits": hits})
}

fn rows(records: &[String]) -> Vec<Value> {
    let row = |record: &String| json!([{"field": "@message", "value": record}]);
    records.iter().map(row).collect()
}

/// Each says in its own way that there is more; `count` records are more than a value that is kept, or few.
#[test]
fn what_says_that_it_is_a_part_is_a_gap() {
    for count in [3, 2_500] {
        let records = series("us-east-1", count);
        let more = count + 1;
        let events: Vec<Value> = records
            .iter()
            .map(|record| json!({"message": record}))
            .collect();
        let parts = [
            (json!({"Events": events, "NextToken": "abc[{"}), "NextToken"),
            (json!({"NextToken": "abc", "Events": events}), "NextToken"),
            (json!({"events": events, "nextToken": "b/1"}), "NextToken"),
            (json!([{"events": events, "nextToken": "b/1"}]), "NextToken"),
            (
                json!({"QueryStatus": "FINISHED", "QueryResultRows": events, "NextToken": "x"}),
                "NextToken",
            ),
            (
                json!({"timed_out": true, "hits": hits(&records, &json!(count))}),
                "did not come to its end",
            ),
            (
                json!({"_shards": {"total": 5, "failed": 2}, "hits": hits(&records, &json!(count))}),
                "shards failed",
            ),
            (
                json!({"hits": hits(&records, &json!(more))}),
                "records were found",
            ),
            (
                json!({"hits": hits(&records, &json!({"value": more, "relation": "eq"}))}),
                "records were found",
            ),
            (
                json!({"hits": hits(&records, &json!({"value": count, "relation": "gte"}))}),
                "records were found",
            ),
            (
                json!({"status": "Running", "results": rows(&records)}),
                "the query is Running",
            ),
            (
                json!({"status": "Complete", "statistics": {"recordsMatched": 9e9}, "results": rows(&records)}),
                "records were found",
            ),
            (
                json!({"QueryStatus": "TIMED_OUT", "QueryResultRows": events}),
                "the query is TIMED_OUT",
            ),
            (
                json!({"QueryStatistics": {"ResultsCount": count, "TotalResultsCount": more}, "QueryResultRows": events}),
                "records were found",
            ),
            (json!({"preview": true, "results": events}), "was not done"),
        ];
        for (part, why) in parts {
            let folder = Folder::new().with("part.json", part.to_string());
            let told = gap(&folder, count);
            assert!(told.contains(why), "{why}: {told}");
            // records of calls beside it are no last page
            let folder = folder.with("trail.json", trail(&series("eu-west-1", 2)));
            if why == "NextToken" {
                assert!(gap(&folder, count + 2).contains(why));
            }
        }
    }
}

#[test]
fn what_says_that_it_is_whole_is_no_gap() {
    let records = series("us-east-1", 4);
    for whole in [
        json!({"Events": records, "NextToken": ""}),
        json!({"events": records, "nextToken": null}),
        json!({"timed_out": false, "_shards": {"total": 50, "failed": 0}, "hits": hits(&records, &json!({"value": 4, "relation": "eq"}))}),
        json!({"status": "Complete", "statistics": {"recordsMatched": 4.0, "recordsScanned": 900.0}, "results": rows(&records)}),
        json!({"hits": {"total": 0, "hits": []}, "_shards": {"total": 5}}),
    ] {
        let folder = Folder::new()
            .with("whole.json", whole.to_string())
            .with("trail.json", trail(&records));
        let report = lookup(&folder, 0);
        assert_eq!(report["complete"], true, "{whole}");
        assert_eq!(report["summary"]["events"], 4, "{whole}");
    }
}

/// Pages in files of their own, or one after another in one: with a last one they are a doubt and no gap.
#[test]
fn pages_with_a_last_one_are_whole_as_far_as_can_be_told() {
    let records = series("us-east-1", 9);
    let page = |at: usize, token: Option<&str>| {
        json!({"Events": &records[at..at + 3], "NextToken": token}).to_string()
    };
    let pages = [page(0, Some("a")), page(3, Some("b")), page(6, None)];
    let apart = Folder::new()
        .with("1.json", &pages[0])
        .with("2.json", &pages[1])
        .with("3.json", &pages[2]);
    for folder in [apart, Folder::new().with("all.json", pages.concat())] {
        let report = lookup(&folder, 0);
        assert_eq!(report["summary"]["events"], 9);
        let unseen = report["not_visible"].as_array().unwrap();
        let told = unseen
            .iter()
            .find(|entry| entry["what"] == "pages that were not saved");
        let why = told.unwrap()["why"].as_str().unwrap();
        assert!(why.starts_with("2 pages name a next one"), "{why}");
    }
    let first = Folder::new()
        .with("1.json", &pages[0])
        .with("2.json", &pages[1]);
    let report = lookup(&first, 3);
    assert_eq!(
        report["coverage"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|entry| entry["state"] != "read")
            .count(),
        2
    );
    // a scroll names all hits on each of its pages
    let scrolled = |part: &[String]| json!({"hits": hits(part, &json!(9))}).to_string();
    let scroll = Folder::new()
        .with("1.json", scrolled(&records[..5]))
        .with("2.json", scrolled(&records[5..]));
    assert_eq!(lookup(&scroll, 0)["summary"]["events"], 9);
}
