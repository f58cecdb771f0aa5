//! Nothing is lost or doubled, whatever goes wrong on the way; what stays lost is a gap, and is told.

use serde_json::json;

use super::{HERE, answered, coverage, day_of_key, day_of_key_at, report, said, sandbox, serving};
use crate::support::lookup_server::{Builder, Fault, LookupServer, Outcome, Rule};
use crate::support::records;

/// Runs [`day_of_key`] against `server`: it must be complete, and the records in order, byte for byte.
/// Gives the server, to look at its calls; nothing where the test is skipped.
fn gets_all(server: Builder, mut records: Vec<String>) -> Option<LookupServer> {
    let server = server.start();
    let sandbox = sandbox(&server)?;
    let output = answered(&mut day_of_key(&sandbox, "jsonl"), 0);
    records.sort_by_cached_key(|record| {
        let record: serde_json::Value = serde_json::from_str(record).unwrap();
        [&record["eventTime"], &record["eventID"]].map(|field| field.as_str().map(str::to_owned))
    });
    let expected = records.join("\n") + "\n";
    assert!(output == expected, "{} lines", output.lines().count());
    Some(server)
}

/// 330 records, seven pages, read through `rule`.
fn survives(rule: Rule) -> Option<LookupServer> {
    let records = records::series(HERE, 330);
    gets_all(serving(records.clone()).fault(rule), records)
}

/// The calls that ended as `outcome`.
fn count(server: &LookupServer, outcome: Outcome) -> usize {
    let calls = server.calls();
    calls.iter().filter(|call| call.outcome == outcome).count()
}

#[test]
fn throttling_every_third_call() {
    if let Some(server) = survives(Rule::every(3, Fault::Throttle)) {
        assert!(count(&server, Outcome::Throttled) >= 3);
    }
}

#[test]
fn server_errors() {
    for (fault, code) in [
        (Fault::InternalServerError, "InternalServerError"),
        (Fault::ServiceUnavailable, "ServiceUnavailable"),
    ] {
        if let Some(server) = survives(Rule::every(4, fault)) {
            assert!(count(&server, Outcome::Refused(code)) >= 2);
        }
    }
}

#[test]
fn broken_connections_and_bodies() {
    for fault in [Fault::Drop, Fault::DropMidBody, Fault::MalformedBody] {
        if let Some(server) = survives(Rule::every(4, fault)) {
            assert!(count(&server, Outcome::Broken(fault)) >= 2);
        }
    }
}

#[test]
fn all_of_it_at_once() {
    let records = records::series(HERE, 330);
    let faults = [
        Rule::every(3, Fault::Throttle),
        Rule::nth(2, Fault::InternalServerError),
        Rule::nth(4, Fault::DropMidBody),
        Rule::nth(1, Fault::RefuseToken).with_token(),
        Rule::nth(5, Fault::ExpireCredentials),
        Rule::nth(7, Fault::EmptyPage),
    ];
    let server = faults
        .into_iter()
        .fold(serving(records.clone()), Builder::fault);
    gets_all(server, records);
}

#[test]
fn a_page_without_events_is_not_the_end() {
    for nth in [1, 2] {
        survives(Rule::nth(nth, Fault::EmptyPage));
    }
}

#[test]
fn a_session_that_expires_is_renewed() {
    if let Some(server) = survives(Rule::nth(2, Fault::ExpireCredentials)) {
        assert_eq!(count(&server, Outcome::Refused("ExpiredTokenException")), 1);
    }
}

#[test]
fn an_answer_without_events_is_none() {
    for fault in [Fault::NoEvents, Fault::NullEvents, Fault::NoBody] {
        if let Some(server) = survives(Rule::every(4, fault)) {
            assert!(count(&server, Outcome::Broken(fault)) >= 2);
        }
        let server = serving(records::series(HERE, 120))
            .fault(Rule::always(fault))
            .start();
        let Some(sandbox) = sandbox(&server) else {
            return;
        };
        let report = report(&mut day_of_key(&sandbox, "json"), 3);
        assert_eq!(coverage(&report, HERE)["state"], "failed", "{fault:?}");
    }
}

#[test]
fn a_page_that_comes_again_is_passed_over_or_a_gap() {
    survives(Rule::nth(2, Fault::SamePage));
    let server = serving(records::series(HERE, 120))
        .fault(Rule::always(Fault::SamePage))
        .start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let report = report(&mut day_of_key(&sandbox, "json"), 3);
    let coverage = coverage(&report, HERE);
    assert_eq!(coverage["state"], "truncated");
    assert!(
        coverage["reason"]
            .as_str()
            .unwrap()
            .contains("again and again")
    );
}

#[test]
fn a_token_refused_once_or_always() {
    let always = Rule::always(Fault::RefuseToken).with_token();
    for (rule, least) in [
        (Rule::nth(1, Fault::RefuseToken).with_token(), 1),
        (always, 6),
    ] {
        if let Some(server) = survives(rule) {
            let refused = count(&server, Outcome::Refused("InvalidNextTokenException"));
            assert!(refused >= least, "{refused}");
        }
    }
}

#[test]
fn more_events_in_a_second_than_a_page_holds() {
    let crowd = (0..130).map(|n| {
        let fields =
            json!({"eventID": format!("crowd-{n:03}"), "eventTime": "2023-07-10T00:01:00Z"});
        records::record(&fields)
    });
    let records: Vec<_> = records::series(HERE, 120)
        .into_iter()
        .chain(crowd)
        .collect();
    for rule in [
        Rule::every(5, Fault::InternalServerError),
        Rule::nth(2, Fault::RefuseToken).with_token(),
        Rule::nth(3, Fault::RefuseToken).with_token(),
    ] {
        gets_all(serving(records.clone()).fault(rule), records.clone());
    }
}

#[test]
fn events_at_the_bounds_of_the_window() {
    let at = |time: &str| records::record(&json!({"eventID": time, "eventTime": time}));
    let within = ["2023-07-10T00:00:00Z", "2023-07-10T12:00:00Z"].map(at);
    let before = at("2023-07-09T23:59:59Z");
    let server = serving(within.iter().cloned().chain([before]));
    gets_all(server, within.to_vec());
}

#[test]
fn a_crowded_second_whose_token_is_always_refused_is_a_gap() {
    let crowd = (0..60).map(|n| records::record(&json!({"eventID": format!("crowd-{n}")})));
    let refuse = Rule::always(Fault::RefuseToken).with_token();
    let server = serving(crowd).fault(refuse).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let report = report(&mut day_of_key(&sandbox, "json"), 3);
    assert_eq!(report["complete"], false);
    let coverage = coverage(&report, HERE);
    assert_eq!(coverage["state"], "truncated");
    assert!(
        coverage["reason"].as_str().unwrap().contains("token"),
        "{coverage}"
    );
    assert_eq!(report["events"].as_array().unwrap().len(), 50);
}

#[test]
fn a_record_that_is_no_json_is_a_gap() {
    let records = records::series(HERE, 60);
    let server = serving(records).fault(Rule::nth(1, Fault::UnreadableRecord));
    let server = server.start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let report = report(&mut day_of_key(&sandbox, "json"), 3);
    let coverage = coverage(&report, HERE);
    assert_eq!(coverage["state"], "truncated");
    assert!(
        coverage["reason"].as_str().unwrap().starts_with("1 record"),
        "{coverage}"
    );
    assert_eq!(report["events"].as_array().unwrap().len(), 59);
}

#[test]
fn rows_that_cannot_say_what_is_missing_have_it_said_beside_them() {
    for format in ["csv", "jsonl"] {
        let server = serving(records::series(HERE, 60));
        let server = server.fault(Rule::nth(1, Fault::UnreadableRecord)).start();
        let Some(sandbox) = sandbox(&server) else {
            return;
        };
        let stderr = said(&mut day_of_key(&sandbox, format), 3);
        assert!(
            stderr.contains("INCOMPLETE: us-east-1: 1 record"),
            "{stderr}"
        );
    }
}

/// Whatever keeps a Region from getting on, an answer comes, and says what it lacks.
#[test]
fn what_makes_no_progress_is_given_up() {
    for fault in [Fault::Throttle, Fault::EmptyPage, Fault::Hang] {
        let server = serving(records::series(HERE, 120))
            .fault(Rule::always(fault))
            .start();
        let Some(sandbox) = sandbox(&server) else {
            return;
        };
        let mut command = day_of_key(&sandbox, "json");
        let report = report(command.args(["--patience", "2s"]), 3);
        let coverage = coverage(&report, HERE);
        assert_eq!(coverage["state"], "truncated", "{fault:?}");
        let reason = coverage["reason"].as_str().unwrap();
        assert_eq!(reason, "no answer led on for 2 s", "{fault:?}");
    }
}

/// Patience is about answers, not about a pace that somebody chose.
#[test]
fn a_slow_pace_costs_no_patience() {
    let server = serving(records::series(HERE, 120)).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let mut command = day_of_key_at(&sandbox, "0.5");
    command.args(["--patience", "1s", "--format", "json"]);
    assert_eq!(report(&mut command, 0)["summary"]["events"], 120);
}
