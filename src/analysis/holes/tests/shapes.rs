//! What is a hole, rule by rule.

use chrono::TimeDelta;

use super::*;

/// A call every other minute from `begin` to `end`, but for those between the two of `silent`.
fn calls(region: &str, account: &str, silent: Option<(&str, &str)>) -> Vec<Event> {
    let silent = silent.map(|(from, to)| (at(from), at(to)));
    let mut time = at("06:00");
    let mut events = Vec::new();
    while time < at("14:00") {
        time = time + TimeDelta::seconds(120);
        if silent.is_none_or(|(from, to)| time <= from || time >= to) {
            let fields = json!({"awsRegion": region, "recipientAccountId": account,
                "readOnly": events.len() % 2 == 0});
            events.push(record(time, "ec2", "Anything", fields));
        }
    }
    events
}

fn home(silent: (&str, &str)) -> Vec<Event> {
    calls("us-east-1", ACCOUNT, Some(silent))
}

fn on_trail(time: &str, name: &str, request: &Value) -> Event {
    record(
        at(time),
        "cloudtrail",
        name,
        json!({"requestParameters": request}),
    )
}

fn named(time: &str, name: &str) -> Event {
    on_trail(time, name, &json!({"name": "main"}))
}

fn of(parts: &[&[Event]]) -> Holes {
    holes(parts.iter().copied().flatten())
}

const OUT: (&str, &str) = ("10:00", "10:41");

#[test]
fn a_stopped_trail_is_a_gap_wherever_nothing_came() {
    let trail = [
        named("10:00", "StopLogging"),
        named("10:41", "StartLogging"),
    ];
    let found = of(&[
        &home(OUT),
        &calls("eu-west-1", ACCOUNT, Some(OUT)),
        &calls("eu-north-1", ACCOUNT, None),
        &calls("us-east-1", "444455556666", None),
        &trail,
    ]);
    assert_eq!(
        gaps(&found),
        [
            "eu-west-1 of 111122223333: 10:00:00 to 10:41:00",
            "us-east-1 of 111122223333: 10:00:00 to 10:41:00",
        ]
    );
    assert_eq!(
        found.coverage[0].reason.as_deref(),
        Some(
            "nothing was recorded between 2026-11-10T10:00:00Z and 2026-11-10T10:41:00Z: trail main was stopped; \
             Event history holds it for 90 days, to 2027-02-08"
        )
    );
    assert_eq!(doubts(&found), [""; 0]);
}

#[test]
fn what_goes_on_was_delivered_by_another_trail() {
    let trail = [
        named("10:00", "StopLogging"),
        named("10:41", "StartLogging"),
    ];
    let found = of(&[&calls("us-east-1", ACCOUNT, None), &trail]);
    assert_eq!((gaps(&found), doubts(&found)), (vec![], vec![]));
    let gone = [named("10:00", "DeleteTrail")];
    let found = of(&[&calls("us-east-1", ACCOUNT, None), &gone]);
    assert_eq!((gaps(&found), doubts(&found)), (vec![], vec![]));
}

/// Any call at `time`, not of the usual kind.
fn lone(time: &str, region: &str) -> Event {
    let fields = json!({"awsRegion": region});
    record(at(time), "iam", "CreateUser", fields)
}

#[test]
fn a_lone_record_splits_a_gap() {
    let trail = [
        named("10:00", "StopLogging"),
        named("10:41", "StartLogging"),
    ];
    let eu = calls("eu-west-1", ACCOUNT, Some(OUT));
    let both = [
        "us-east-1 of 111122223333: 10:00:00 to 10:20:00",
        "us-east-1 of 111122223333: 10:21:00 to 10:41:00",
    ];
    let one = lone("10:20:30", "us-east-1");
    let found = of(&[&home(OUT), &trail, std::slice::from_ref(&one)]);
    assert_eq!(gaps(&found), both);
    // it says nothing of other Regions
    let found = of(&[&home(OUT), &eu, &trail, &[one]]);
    assert_eq!(
        gaps(&found),
        [
            &["eu-west-1 of 111122223333: 10:00:00 to 10:41:00"][..],
            &both
        ]
        .concat()
    );
    let everywhere = [lone("10:20", "us-east-1"), lone("10:20", "eu-west-1")];
    let found = of(&[&home(OUT), &eu, &trail, &everywhere]);
    assert_eq!(gaps(&found).len(), 4, "{:?}", gaps(&found));
    // many in one minute are as one
    let many: Vec<Event> = (0..40)
        .map(|n| {
            lone(
                &format!("10:20:{n}").replace(":20:", if n < 10 { ":20:0" } else { ":20:" }),
                "us-east-1",
            )
        })
        .collect();
    assert_eq!(gaps(&of(&[&home(OUT), &trail, &many])), both);
    // nor does it end an outage without an end
    let gone = home(("10:00", "23:00"));
    let later = [lone("12:00", "us-east-1")];
    let other = calls("us-east-1", "444455556666", None);
    let found = of(&[&gone, &other, &trail[..1], &later]);
    assert_eq!(
        gaps(&found),
        [
            "us-east-1 of 111122223333: 10:00:00 to 12:00:00",
            "us-east-1 of 111122223333: 12:01:00 to on"
        ]
    );
}

#[test]
fn records_that_go_on_for_a_while_leave_the_rest() {
    let trail = [
        named("08:00", "StopLogging"),
        named("12:00", "StartLogging"),
    ];
    let found = of(&[&home(("09:00", "12:00")), &trail]);
    assert_eq!(
        gaps(&found),
        ["us-east-1 of 111122223333: 09:01:00 to 12:00:00"]
    );
}

#[test]
fn a_region_that_is_silent_while_home_goes_on_is_a_gap_against_its_habit() {
    let trail = [
        named("10:00", "StopLogging"),
        named("10:41", "StartLogging"),
    ];
    let us = calls("us-east-1", ACCOUNT, None);
    let eu = calls("eu-west-1", ACCOUNT, Some(OUT));
    let gap = ["eu-west-1 of 111122223333: 10:00:00 to 10:41:00"];
    assert_eq!(gaps(&of(&[&us, &eu, &trail])), gap);
    for (is_multi, expected) in [(true, &gap[..]), (false, &[])] {
        let request = json!({"name": "main", "isMultiRegionTrail": is_multi});
        let created = [on_trail("05:00", "CreateTrail", &request)];
        assert_eq!(gaps(&of(&[&us, &eu, &created, &trail])), expected);
    }
    // it has hardly any records
    let rare = [lone("06:10", "eu-west-1"), lone("13:00", "eu-west-1")];
    let found = of(&[&us, &rare, &trail]);
    assert_eq!((gaps(&found), doubts(&found)), (vec![], vec![]));
}

#[test]
fn a_trail_by_its_arn_is_the_same_trail() {
    let arn = json!({"name": "arn:aws:cloudtrail:us-east-1:111122223333:trail/main"});
    let trail = [
        on_trail("10:00", "StopLogging", &arn),
        named("10:41", "StartLogging"),
    ];
    let found = of(&[&home(OUT), &trail]);
    assert_eq!(
        gaps(&found),
        ["us-east-1 of 111122223333: 10:00:00 to 10:41:00"]
    );
}

#[test]
fn what_was_not_done_stops_no_trail() {
    let mut stop = serde_json::to_value(named("10:00", "StopLogging").json()).unwrap();
    stop["errorCode"] = "AccessDeniedException".into();
    let stop = Event::parse(stop.to_string().as_bytes()).unwrap();
    let found = of(&[&home(OUT), &[stop]]);
    assert_eq!(gaps(&found), [""; 0]);
}

#[test]
fn a_trail_that_never_comes_back_leaves_a_gap_without_an_end() {
    for last in ["StopLogging", "DeleteTrail"] {
        let found = of(&[&home(("10:00", "23:00")), &[named("10:00", last)]]);
        assert_eq!(gaps(&found), ["us-east-1 of 111122223333: 10:00:00 to on"]);
        let reason = found.coverage[0].reason.as_deref().unwrap();
        assert!(reason.contains("from 2026-11-10T10:00:00Z on"), "{reason}");
    }
    // nothing else is there at all
    let found = of(&[&[named("10:00", "DeleteTrail")]]);
    assert_eq!(gaps(&found), ["us-east-1 of 111122223333: 10:00:00 to on"]);
}

#[test]
fn records_that_go_on_without_a_word_end_a_gap() {
    let found = of(&[&home(OUT), &[named("10:00", "StopLogging")]]);
    assert_eq!(
        gaps(&found),
        ["us-east-1 of 111122223333: 10:00:00 to 10:42:00"]
    );
}

#[test]
fn a_trail_in_its_place_ends_the_outage_as_far_as_it_reaches() {
    let eu = calls("eu-west-1", ACCOUNT, Some(("10:00", "12:00")));
    let main = |is_multi: bool| {
        let request =
            json!({"name": "main", "isMultiRegionTrail": is_multi, "s3BucketName": "logs"});
        [
            on_trail("05:00", "CreateTrail", &request),
            named("10:00", "DeleteTrail"),
            named("12:00", "StartLogging"),
        ]
    };
    let second = |is_multi: bool| {
        let request =
            json!({"name": "second", "isMultiRegionTrail": is_multi, "s3BucketName": "logs"});
        let started = on_trail("10:41", "StartLogging", &json!({"name": "second"}));
        [on_trail("10:40", "CreateTrail", &request), started]
    };
    let at_home = "us-east-1 of 111122223333: 10:00:00 to 10:41:00";
    let found = of(&[&home(OUT), &eu, &main(true), &second(false)]);
    assert_eq!(
        gaps(&found),
        ["eu-west-1 of 111122223333: 10:00:00 to 12:00:00", at_home]
    );
    let found = of(&[&home(OUT), &main(false), &second(false)]);
    assert_eq!(gaps(&found), [at_home]);
    let found = of(&[&home(OUT), &main(true), &second(true)]);
    assert_eq!(gaps(&found), [at_home]);
}

#[test]
fn a_trail_that_may_be_there_for_show_ends_no_outage() {
    let at = |time, name, trail| on_trail(time, name, &json!({"name": trail}));
    let elsewhere =
        |bucket| json!({"name": "decoy", "isMultiRegionTrail": true, "s3BucketName": bucket});
    for decoy in [
        // nothing is known of it
        vec![at("10:01", "StartLogging", "decoy")],
        // it was never started
        vec![on_trail("10:01", "CreateTrail", &elsewhere("b"))],
        // it writes elsewhere
        vec![
            on_trail("05:01", "CreateTrail", &elsewhere("theirs")),
            at("10:01", "StartLogging", "decoy"),
        ],
        // it writes into another folder of the bucket
        vec![
            on_trail(
                "05:01",
                "CreateTrail",
                &json!({"name": "decoy", "isMultiRegionTrail": true,
                "s3BucketName": "ours", "s3KeyPrefix": "theirs"}),
            ),
            at("10:01", "StartLogging", "decoy"),
        ],
        // one of a Region
        vec![
            on_trail(
                "10:00:20",
                "CreateTrail",
                &json!({"name": "decoy", "s3BucketName": "theirs"}),
            ),
            at("10:00:40", "StartLogging", "decoy"),
        ],
        // in the same second, of which the order is not recorded
        vec![at("10:00", "StartLogging", "main")],
    ] {
        let main = json!({"name": "main", "isMultiRegionTrail": true, "s3BucketName": "ours"});
        let trail = [
            on_trail("05:00", "CreateTrail", &main),
            named("10:00", "StopLogging"),
        ];
        // whether the bucket of the one that was stopped is known, or not
        for trail in [&trail[..], &trail[1..]] {
            let found = of(&[&home(OUT), trail, &decoy]);
            assert_eq!(
                gaps(&found),
                ["us-east-1 of 111122223333: 10:00:00 to 10:42:00"],
                "{decoy:?}"
            );
            let found = of(&[&home(("10:00", "23:00")), trail, &decoy]);
            assert_eq!(
                gaps(&found),
                ["us-east-1 of 111122223333: 10:00:00 to on"],
                "{decoy:?}"
            );
        }
    }
}

#[test]
fn a_trail_replaced_within_a_second_was_off_only_if_nothing_came() {
    let trail = [
        on_trail("10:00", "CreateTrail", &json!({"name": "main"})),
        named("10:00", "DeleteTrail"),
        named("10:00", "StartLogging"),
    ];
    let found = of(&[&calls("us-east-1", ACCOUNT, None), &trail]);
    assert_eq!(gaps(&found), [""; 0]);
    let found = of(&[&home(OUT), &trail]);
    assert_eq!(
        gaps(&found),
        ["us-east-1 of 111122223333: 10:00:00 to 10:42:00"]
    );
}

#[test]
fn an_outage_of_seconds_is_a_doubt() {
    let trail = [
        named("10:00:10", "StopLogging"),
        named("10:00:40", "StartLogging"),
    ];
    let found = of(&[&calls("us-east-1", ACCOUNT, None), &trail]);
    assert_eq!(gaps(&found), [""; 0]);
    assert_eq!(
        doubts(&found),
        [
            "us-east-1 of 111122223333: nothing between 2026-11-10T10:00:10Z and 2026-11-10T10:00:40Z, and trail main \
             was stopped: quiet, recorded by another trail, or not recorded"
        ]
    );
}

/// The selectors of a call, as basic and as advanced ones say the same.
fn narrowed(fields: &[Value], lost: impl Fn(&Event) -> bool) -> Vec<Vec<String>> {
    let told = fields.iter().map(|fields| {
        let mut request = json!({"trailName": "main"});
        request
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        let all =
            json!({"trailName": "main", "eventSelectors": [{"includeManagementEvents": true}]});
        let trail = [
            on_trail("10:00", "PutEventSelectors", &request),
            on_trail("10:41", "PutEventSelectors", &all),
        ];
        let (from, to) = (at(OUT.0), at(OUT.1));
        let is_within = |event: &Event| event.time().is_some_and(|time| from < time && time < to);
        let every = calls("us-east-1", ACCOUNT, None);
        let kept = every
            .iter()
            .filter(|event| !is_within(event) || !lost(event));
        // data events go on
        let data = record(
            at("10:20"),
            "s3",
            "GetObject",
            json!({"eventCategory": "Data", "managementEvent": false}),
        );
        let found = holes(kept.chain(&trail).chain([&data]));
        [gaps(&found), doubts(&found)].concat()
    });
    told.collect()
}

#[test]
fn selectors_that_leave_out_management_events_are_a_gap() {
    let gap = ["us-east-1 of 111122223333: 10:00:00 to 10:41:00"];
    let advanced = |more: Value| {
        let mut fields = vec![json!({"field": "eventCategory", "equals": ["Management"]})];
        fields.push(more);
        json!({"advancedEventSelectors": [{"fieldSelectors": fields}]})
    };
    let none = [
        json!({"eventSelectors": [{"includeManagementEvents": false, "readWriteType": "All"}]}),
        json!({"eventSelectors": []}),
        json!({"advancedEventSelectors": [{"fieldSelectors": [{"field": "eventCategory", "equals": ["Data"]}]}]}),
    ];
    assert!(narrowed(&none, |_| true).iter().all(|told| *told == gap));
    let reads = [
        json!({"eventSelectors": [{"readWriteType": "ReadOnly", "includeManagementEvents": true}]}),
        advanced(json!({"field": "readOnly", "equals": ["true"]})),
    ];
    let is_read = |event: &Event| event.json()["readOnly"] == true;
    assert!(
        narrowed(&reads, |event| !is_read(event))
            .iter()
            .all(|told| *told == gap)
    );
    let writes = [
        json!({"eventSelectors": [{"readWriteType": "WriteOnly"}]}),
        advanced(json!({"field": "readOnly", "equals": ["false"]})),
    ];
    assert!(narrowed(&writes, is_read).iter().all(|told| *told == gap));
    // the calls that are said to be left out go on
    assert!(narrowed(&writes, |_| false).iter().all(Vec::is_empty));
}

#[test]
fn sources_that_selectors_leave_out_are_told() {
    let kms = [
        json!({"eventSelectors": [{"excludeManagementEventSources": ["kms.amazonaws.com"]}]}),
        json!({"advancedEventSelectors": [{"fieldSelectors": [
            {"field": "eventCategory", "equals": ["Management"]},
            {"field": "eventSource", "notEquals": ["kms.amazonaws.com"]},
        ]}]}),
    ];
    for told in narrowed(&kms, |_| false) {
        assert_eq!(
            told,
            [
                "kms.amazonaws.com in us-east-1 of 111122223333: trail main was told to leave them out between \
                 2026-11-10T10:00:00Z and 2026-11-10T10:41:00Z"
            ]
        );
    }
}

#[test]
fn a_trail_confined_to_its_region_leaves_the_others_out() {
    let request = json!({"name": "main", "isMultiRegionTrail": true});
    let confined = json!({"name": "main", "isMultiRegionTrail": false});
    let trail = [
        on_trail("05:00", "CreateTrail", &request),
        on_trail("10:00", "UpdateTrail", &confined),
        on_trail("10:41", "UpdateTrail", &request),
    ];
    let eu = calls("eu-west-1", ACCOUNT, Some(OUT));
    let found = of(&[&calls("us-east-1", ACCOUNT, None), &eu, &trail]);
    assert_eq!(
        gaps(&found),
        ["eu-west-1 of 111122223333: 10:00:00 to 10:41:00"]
    );
    // whether it reached there is not known
    let found = of(&[&calls("us-east-1", ACCOUNT, None), &eu, &trail[1..]]);
    assert_eq!(gaps(&found), [""; 0]);
    assert_eq!(doubts(&found).len(), 1, "{:?}", doubts(&found));
}

#[test]
fn a_trail_that_writes_elsewhere_leaves_a_gap_in_these_files() {
    let to = |bucket: &str| json!({"name": "main", "s3BucketName": bucket});
    let moved = on_trail("10:00", "UpdateTrail", &to("attic"));
    let back = on_trail("10:41", "UpdateTrail", &to("logs"));
    let found = of(&[&home(OUT), &[moved.clone(), back]]);
    assert_eq!(
        gaps(&found),
        ["us-east-1 of 111122223333: 10:00:00 to 10:41:00"]
    );
    // the files of both buckets are there
    let found = of(&[
        &calls("us-east-1", ACCOUNT, None),
        std::slice::from_ref(&moved),
    ]);
    assert_eq!((gaps(&found), doubts(&found)), (vec![], vec![]));
    // it wrote there before
    let created = on_trail("05:00", "CreateTrail", &to("attic"));
    assert_eq!(gaps(&of(&[&home(OUT), &[created, moved]])), [""; 0]);
}

#[test]
fn a_trail_of_an_organization_is_off_in_every_account() {
    let request = json!({"name": "main", "isMultiRegionTrail": true, "isOrganizationTrail": true});
    let trail = [
        on_trail("05:00", "CreateTrail", &request),
        named("10:00", "StopLogging"),
        named("10:41", "StartLogging"),
    ];
    let member = calls("eu-west-1", "444455556666", Some(OUT));
    let found = of(&[&home(OUT), &member, &trail]);
    let both = [
        "us-east-1 of 111122223333: 10:00:00 to 10:41:00",
        "eu-west-1 of 444455556666: 10:00:00 to 10:41:00",
    ];
    assert_eq!(gaps(&found), both);
    // nothing says that it is one of an organization, and yet the other account has never been so quiet
    assert_eq!(gaps(&of(&[&home(OUT), &member, &trail[1..]])), both);
    // it is known to be none
    let own = [on_trail(
        "05:00",
        "CreateTrail",
        &json!({"name": "main", "isMultiRegionTrail": true}),
    )];
    assert_eq!(
        gaps(&of(&[&home(OUT), &member, &own, &trail[1..]])),
        both[..1]
    );
}

/// A policy of the bucket `logs` that lets CloudTrail write, with `more` statements.
fn policy(time: &str, more: &[Value]) -> Event {
    let mut statements = vec![
        json!({"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/*"}),
    ];
    statements.extend_from_slice(more);
    let request = json!({"bucketName": "logs", "bucketPolicy": {"Statement": statements}});
    record(
        at(time),
        "s3",
        "PutBucketPolicy",
        json!({"requestParameters": request}),
    )
}

#[test]
fn a_bucket_or_key_that_cloudtrail_may_not_use_stops_delivery() {
    let request = json!({"name": "main", "s3BucketName": "logs",
        "kmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1234abcd"});
    let created = on_trail("05:00", "CreateTrail", &request);
    let on = |time, source, name, request: Value| {
        record(
            at(time),
            source,
            name,
            json!({"requestParameters": request}),
        )
    };
    let bucket = json!({"bucketName": "logs"});
    let key = json!({"keyId": "1234abcd"});
    let deny = json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"});
    let tls = json!({"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}});
    let shut = [
        (
            on("10:00", "s3", "DeleteBucketPolicy", bucket.clone()),
            policy("10:41", &[]),
        ),
        (
            policy("10:00", std::slice::from_ref(&deny)),
            policy("10:41", &[tls]),
        ),
        (
            on(
                "10:00",
                "s3",
                "PutBucketPolicy",
                json!({"bucketName": "logs", "bucketPolicy": {"Statement": []}}),
            ),
            policy("10:41", &[]),
        ),
        (
            on("10:00", "s3", "DeleteBucket", bucket),
            policy("10:41", &[]),
        ),
        (
            on("10:00", "kms", "DisableKey", key.clone()),
            on("10:41", "kms", "EnableKey", key.clone()),
        ),
        (
            on("10:00", "kms", "ScheduleKeyDeletion", key.clone()),
            on("10:41", "kms", "EnableKey", key),
        ),
    ];
    for (shut, opened) in &shut {
        let calls = [created.clone(), shut.clone(), opened.clone()];
        let found = of(&[&home(OUT), &calls]);
        assert_eq!(
            gaps(&found),
            ["us-east-1 of 111122223333: 10:00:00 to 10:41:00"],
            "{}",
            shut.raw()
        );
        // of a bucket or key that no trail uses
        assert_eq!(
            gaps(&of(&[&home(OUT), &calls[1..]])),
            [""; 0],
            "{}",
            shut.raw()
        );
    }
}

#[test]
fn a_policy_that_lets_in_something_else_keeps_the_trail_out() {
    let with = |time: &str, statement: Value| {
        let request = json!({"bucketName": "logs", "bucketPolicy": {"Statement": [statement]}});
        let request = json!({"requestParameters": request});
        record(at(time), "s3", "PutBucketPolicy", request)
    };
    let allow = |resource: &str, source: Option<&str>| {
        let mut statement = json!({"Effect": "Allow", "Action": "s3:PutObject", "Resource": resource,
            "Principal": {"Service": "cloudtrail.amazonaws.com"}});
        if let Some(source) = source {
            statement["Condition"] = json!({"StringEquals": {"AWS:SourceArn": source}});
        }
        statement
    };
    let own = "arn:aws:s3:::logs/main/AWSLogs/111122223333/*";
    let trail = |name: &str| format!("arn:aws:cloudtrail:us-east-1:111122223333:trail/{name}");
    let request = json!({"name": "main", "s3BucketName": "logs", "s3KeyPrefix": "main"});
    let created = on_trail("05:00", "CreateTrail", &request);
    let out = [
        allow("arn:aws:s3:::logs/other/*", None),
        allow("arn:aws:s3:::logs/AWSLogs/111122223333/*", None),
        allow("arn:aws:s3:::logs/main/AWSLogs/444455556666/*", None),
        allow("arn:aws:s3:::elsewhere/*", None),
        allow(own, Some(&trail("decoy"))),
    ];
    let back = [
        allow(own, None),
        allow("arn:aws:s3:::logs/*", None),
        allow("*", Some(&trail("main"))),
        allow(own, Some(&trail("*"))),
    ];
    for out in &out {
        for back in &back {
            let calls = [
                created.clone(),
                with("10:00", out.clone()),
                with("10:00:30", out.clone()),
                with("10:41", back.clone()),
            ];
            assert_eq!(
                gaps(&of(&[&home(OUT), &calls])),
                ["us-east-1 of 111122223333: 10:00:00 to 10:41:00"],
                "{out} {back}"
            );
        }
    }
    let calls = [created, with("10:00", back[0].clone())];
    assert_eq!(gaps(&of(&[&home(OUT), &calls])), [""; 0]);
}

#[test]
fn a_trail_that_was_stopped_nobody_can_tell_when_is_a_gap() {
    let untimed = |name: &str, time: Value, request: &Value| {
        let fields = json!({"eventTime": time, "requestParameters": request});
        record(at("10:00"), "cloudtrail", name, fields)
    };
    let name = json!({"name": "main"});
    let none = json!({"trailName": "main", "eventSelectors": []});
    for (call, cause) in [
        (
            untimed("StopLogging", "garbage".into(), &name),
            "trail main was stopped",
        ),
        (
            untimed("StopLogging", Value::Null, &name),
            "trail main was stopped",
        ),
        (
            untimed("DeleteTrail", 17.into(), &name),
            "trail main was deleted",
        ),
        (
            untimed("PutEventSelectors", "".into(), &none),
            "trail main was told to record no management events",
        ),
    ] {
        let found = of(&[&calls("us-east-1", ACCOUNT, None), &[call]]);
        assert_eq!(gaps(&found), ["us-east-1 of 111122223333: on to on"]);
        let reason = found.coverage[0].reason.as_deref().unwrap();
        assert!(reason.starts_with(cause), "{reason}");
        assert!(reason.contains("cannot be read"), "{reason}");
    }
    let started = untimed("StartLogging", "garbage".into(), &name);
    let found = of(&[&calls("us-east-1", ACCOUNT, None), &[started]]);
    assert_eq!(gaps(&found), [""; 0]);
}

#[test]
fn what_was_left_out_is_what_is_said_to_be_missing() {
    let said = |kind: &str, is_lost: &dyn Fn(&Event) -> bool| {
        let request = json!({"trailName": "main", "eventSelectors": [{"readWriteType": kind}]});
        let trail = [on_trail("10:00", "PutEventSelectors", &request)];
        let every = calls("us-east-1", ACCOUNT, None);
        let kept = every
            .iter()
            .filter(|event| event.time().unwrap() <= at("10:00") || !is_lost(event));
        let found = holes(kept.chain(&trail));
        found.coverage[0].reason.clone().unwrap()
    };
    let is_read = |event: &Event| event.json()["readOnly"] == true;
    let changes = said("ReadOnly", &|event| !is_read(event));
    assert!(
        changes.starts_with("no call that changes something was recorded from "),
        "{changes}"
    );
    let reads = said("WriteOnly", &is_read);
    assert!(
        reads.starts_with("no call that only reads was recorded from "),
        "{reads}"
    );
}

#[test]
fn more_calls_on_trails_than_are_looked_at_are_a_gap_in_any_order() {
    let start = at("10:00");
    let call = |number: i64| {
        let fields = json!({"requestParameters": {"name": format!("trail-{number}")}});
        let time = start + TimeDelta::seconds(number);
        record(time, "cloudtrail", "StartLogging", fields)
    };
    let mut events: Vec<Event> = (0..10_050).map(call).collect();
    events.push(named("09:00", "StopLogging"));
    let told = |events: &[Event]| {
        let found = holes(events);
        let told = |entry: &crate::report::Coverage| {
            assert!(entry.gap);
            (entry.since, entry.reason.clone())
        };
        found.coverage.iter().map(told).collect::<Vec<_>>()
    };
    let first = told(&events);
    let limit = first.last().unwrap();
    assert_eq!(limit.0, Some(at("12:46:38")));
    let reason = limit.1.as_deref().unwrap();
    assert!(
        reason.contains("more calls on trails, or more days and places, than are looked through"),
        "{reason}"
    );
    // the trail that was stopped is among them
    assert!(
        first.iter().any(|(since, _)| *since == Some(at("09:00"))),
        "{first:?}"
    );
    events.reverse();
    assert_eq!(told(&events), first);
    events.sort_by_key(|event| event.json()["requestParameters"]["name"].to_string());
    assert_eq!(told(&events), first);
}

#[test]
fn more_days_than_are_kept_are_the_same_in_any_order() {
    let places = |number: i64| {
        let fields = json!({"recipientAccountId": format!("{:012}", number % 300), "awsRegion": "us-east-1"});
        let time = Time::of_unix(1_700_000_000 + number / 300 * 86_400).unwrap();
        record(time, "ec2", "Anything", fields)
    };
    let mut events: Vec<Event> = (0..52_000).map(places).collect();
    let kept = |events: &[Event]| {
        let mut folds = [holes::Fold::default(), holes::Fold::default()];
        for (number, event) in events.iter().enumerate() {
            folds[number % 2].observe(event);
        }
        let [mut all, other] = folds;
        all.merge(other);
        let places = all.activity.places();
        let days = places.map(|(place, known)| (place.account.to_owned(), known.days.len()));
        (all.activity.is_cut, days.collect::<Vec<_>>())
    };
    let first = kept(&events);
    assert!(first.0);
    events.reverse();
    assert_eq!(kept(&events), first);
    // where a trail was stopped besides, somebody may have been off
    events.push(named("10:00", "StopLogging"));
    let found = holes(&events);
    assert!(!found.coverage.is_empty());
}

#[test]
fn of_many_sources_that_selectors_leave_out_the_first_are_told() {
    let request = |number: i64| {
        json!({"trailName": format!("trail-{number}"),
            "eventSelectors": [{"excludeManagementEventSources": ["kms.amazonaws.com"]}]})
    };
    let trails: Vec<Event> = (0..500)
        .map(|number| on_trail("10:00", "PutEventSelectors", &request(number)))
        .collect();
    let told = doubts(&of(&[&calls("us-east-1", ACCOUNT, None), &trails]));
    assert_eq!(told.len(), 9, "{told:?}");
    assert!(told[8].starts_with("492 more kinds of events"), "{told:?}");
}

#[test]
fn a_bucket_is_known_by_its_use() {
    let used = record(
        at("05:00"),
        "s3",
        "GetBucketAcl",
        json!({"requestParameters": {"bucketName": "logs"},
        "userIdentity": {"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}}),
    );
    let shut = record(
        at("10:00"),
        "s3",
        "DeleteBucketPolicy",
        json!({"requestParameters": {"bucketName": "logs"}}),
    );
    let found = of(&[&home(("10:00", "23:00")), &[used, shut]]);
    assert_eq!(gaps(&found), ["us-east-1 of 111122223333: 10:00:00 to on"]);
}

#[test]
fn only_what_was_asked_for_is_told() {
    let trail = [
        named("10:00", "StopLogging"),
        named("10:41", "StartLogging"),
    ];
    let events = [
        home(OUT),
        calls("eu-west-1", ACCOUNT, Some(OUT)),
        trail.to_vec(),
    ]
    .concat();
    let told = |since: &str, until: &str, regions: &[&str]| {
        let window = Window {
            since: Some(at(since)),
            until: Some(at(until)),
        };
        let regions: Vec<String> = regions.iter().map(|region| (*region).to_owned()).collect();
        gaps(&holes_in(window, &regions, &events)).len()
    };
    assert_eq!(told("09:00", "09:59", &[]), 0);
    assert_eq!(told("10:42", "11:00", &[]), 0);
    assert_eq!(told("10:30", "11:00", &[]), 2);
    assert_eq!(told("10:30", "11:00", &["eu-west-1"]), 1);
}

#[test]
fn files_that_were_taken_away_are_a_doubt_while_neighbours_deliver() {
    let eu = calls("eu-west-1", ACCOUNT, Some(("09:00", "11:00")));
    let found = of(&[&calls("us-east-1", ACCOUNT, None), &eu]);
    assert_eq!(
        doubts(&found),
        [
            "eu-west-1 of 111122223333: nothing between 2026-11-10T09:01:00Z and 2026-11-10T11:00:00Z: quiet, or not \
             delivered"
        ]
    );
}

#[test]
fn a_span_in_which_a_whole_account_is_silent_is_a_doubt() {
    let span = ("10:00", "11:00");
    let told =
        "nothing between 2026-11-10T10:01:00Z and 2026-11-10T11:00:00Z: quiet, or not delivered";
    let both = [home(span), calls("eu-west-1", ACCOUNT, Some(span))].concat();
    assert_eq!(
        doubts(&of(&[&both])),
        [format!("every Region of {ACCOUNT}: {told}")]
    );
    assert_eq!(
        doubts(&of(&[&home(span)])),
        [format!("us-east-1 of {ACCOUNT}: {told}")]
    );
    let second = "444455556666";
    let second = calls("us-east-1", second, Some(span));
    let all = doubts(&of(&[&both, &second]));
    assert_eq!(
        all,
        [format!(
            "every Region of {ACCOUNT}, us-east-1 of 444455556666: {told}"
        )]
    );
    // it was seen for no more than some hours
    let long = ("09:00", "11:00");
    let both = [home(long), calls("eu-west-1", ACCOUNT, Some(long))].concat();
    assert_eq!(doubts(&of(&[&both])), [""; 0]);
    // a stopped trail explains it
    let trail = [
        named("10:00", "StopLogging"),
        named("11:00", "StartLogging"),
    ];
    let found = of(&[&home(span), &trail]);
    assert_eq!((gaps(&found).len(), doubts(&found)), (1, vec![]));
    // few records say nothing
    let few: Vec<Event> = home(span).into_iter().step_by(9).collect();
    assert_eq!(doubts(&holes(&few)), [""; 0]);
}

#[test]
fn where_calls_come_like_clockwork_a_short_silence_is_a_doubt() {
    let silent = |until| calls("eu-west-1", ACCOUNT, Some(("10:00", until)));
    let us = calls("us-east-1", ACCOUNT, None);
    assert_eq!(doubts(&of(&[&us, &silent("10:24")])).len(), 1);
    assert_eq!(doubts(&of(&[&us, &silent("10:08")])), [""; 0]);
}

#[test]
fn nights_and_weekends_are_none() {
    let us = |day: i64, hour: i64| {
        let time = at("2026-11-09T00:00:00Z") + TimeDelta::hours(24 * day + hour);
        (0..12).map(move |n| {
            record(
                time + TimeDelta::minutes(5 * n),
                "ec2",
                "Anything",
                json!({}),
            )
        })
    };
    let office = |day: i64, hour: i64| {
        let at_work = (8..18).contains(&hour) && day % 7 < 5;
        let eu = json!({"awsRegion": "eu-west-1"});
        let time = at("2026-11-09T00:00:00Z") + TimeDelta::hours(24 * day + hour);
        let calls =
            (0..if at_work { 12 } else { 0 }).map(move |n| time + TimeDelta::minutes(5 * n));
        calls.map(move |time| record(time, "ec2", "Anything", eu.clone()))
    };
    for days in [2, 5, 9, 21] {
        let hours = (0..days).flat_map(|day| (0..24).map(move |hour| (day, hour)));
        let events: Vec<Event> = hours
            .flat_map(|(day, hour)| us(day, hour).chain(office(day, hour)))
            .collect();
        assert_eq!(doubts(&holes(&events)), [""; 0], "{days} days");
        // of many nights, a morning that is missing does not stand out
        if days > 5 {
            continue;
        }
        let (from, to) = (at("2026-11-10T08:30:00Z"), at("2026-11-10T12:30:00Z"));
        let is_kept = |event: &&Event| {
            let time = event.time().unwrap();
            event.region() == Some("us-east-1") || time < from || time > to
        };
        assert_eq!(
            doubts(&holes(events.iter().filter(is_kept))).len(),
            1,
            "{days} days"
        );
    }
}

#[test]
fn hostile_records_take_no_room() {
    let mut fold = holes::Fold::default();
    for number in 0..60_000_i64 {
        let time = Time::of_unix(number * 86_400).unwrap();
        let name = format!("trail-{number}");
        let fields = json!({"requestParameters": {"name": name}});
        fold.observe(&record(time, "cloudtrail", "StopLogging", fields));
        fold.observe(&record(
            time,
            "ec2",
            "Anything",
            json!({"awsRegion": "x".repeat(500)}),
        ));
        fold.observe(&record(time, "ec2", "Anything", json!({})));
    }
    assert!(fold.calls.kept.len() <= 10_000);
    let found = fold.finish(OPEN, &[]);
    assert!(
        doubts(&found)
            .iter()
            .any(|doubt| doubt.starts_with("some holes: "))
    );
    for time in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"] {
        let found = holes([&record(
            at(time),
            "cloudtrail",
            "StopLogging",
            json!({"requestParameters": {"name": "main"}}),
        )]);
        assert_eq!(gaps(&found).len(), 1);
    }
}
