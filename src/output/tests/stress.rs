//! What somebody in a hurry must not be left to guess: what failed, what was looked at, what is left out.

use serde_json::json;

use super::{STYLE, story, written};
use crate::output::{Format, Style};
use crate::report::{Coverage, Finding, Level, Next, Report, Row, State, Window};

const OPEN: Window = Window {
    since: None,
    until: None,
};

fn table(report: &Report) -> String {
    written(report, Format::Table, &STYLE)
}

/// The table as one line, however it is wrapped.
fn flat(report: &Report) -> String {
    let table = table(report);
    table.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn table_of(width: usize, report: &Report) -> String {
    let style = Style { width, ..STYLE };
    written(report, Format::Table, &style)
}

/// An answer to another question, over two files.
fn files() -> Report {
    let mut report = story::plain();
    report.window = OPEN;
    report.not_visible.clear();
    let file = |name: &str, since: &str, until: &str| Coverage {
        source: "files".into(),
        location: Some(name.to_owned()),
        since: since.parse().ok(),
        until: until.parse().ok(),
        pages: 0,
        throttled: 0,
        ..report.coverage[0].clone()
    };
    report.coverage = vec![
        file("a.json", "2023-07-10T11:42:36Z", "2023-07-10T11:43:34Z"),
        file("b.json", "2023-07-10T11:59:00Z", "2023-07-10T12:38:01Z"),
    ];
    report
}

fn empty(mut report: Report) -> Report {
    report.summary = crate::report::Summary::default();
    report.findings.clear();
    report.events.clear();
    report
}

/// An event with the columns of a trace.
fn traced(call: &str) -> Report {
    let mut report = story::plain();
    report.columns = [
        "time",
        "key",
        "who",
        "source",
        "call",
        "region",
        "ip",
        "user_agent",
        "error",
    ]
    .map(str::to_owned)
    .to_vec();
    let cells = json!({
        "key": "AKIARZPUZDIKO6RIC2WO",
        "who": "arn:aws:iam::123456789012:user/svc-backup",
        "source": "cloudtrail.amazonaws.com",
        "call": call,
        "region": "us-east-1",
        "ip": "198.51.100.9",
        "user_agent": "Boto3/1.26.0 md/Botocore#1.29.0 ua/2.0",
        "error": "AccessDenied",
    });
    report.events = vec![Row {
        event_id: None,
        time: "2026-10-06T22:50:00Z".parse().ok(),
        cells: cells.as_object().unwrap().clone(),
    }];
    report
}

fn events(table: &str) -> String {
    let (_, events) = table.split_once("\ntime, UTC").unwrap();
    let (events, _) = events.split_once("\n\n").unwrap();
    format!("time, UTC{events}")
}

#[test]
fn events_keep_what_one_came_for() {
    let report = traced("StopLogging");
    insta::assert_snapshot!(events(&table(&report)), @r#"
    time, UTC       key                   who              call         ip            error
    10-06 22:50:00  AKIARZPUZDIKO6RIC2WO  user/svc-backup  StopLogging  198.51.100.9  AccessDenied
    no room for user_agent, source, region: --format csv has every column
    "#);
    insta::assert_snapshot!(events(&table_of(80, &report)), @r#"
    time, UTC       key                   call         ip            error
    10-06 22:50:00  AKIARZPUZDIKO6RIC2WO  StopLogging  198.51.100.9  AccessDenied
    no room for user_agent, source, region, who: --format csv has every column
    "#);
    insta::assert_snapshot!(events(&table_of(60, &report)), @r#"
    time, UTC       key                   call         error
    10-06 22:50:00  AKIARZPUZDIKO6RIC2WO  StopLogging  AccessD…
    no room for user_agent, source, region, who, ip: --format
    csv has every column
    "#);

    let call = "GetCloudFrontOriginAccessIdentityConfigById";
    let table = table(&traced(call));
    assert!(table.contains(&format!("10-06 22:50:00  AKIARZPUZDIKO6RIC2WO  {call}")));
}

#[test]
fn who_did_it_stays_where_the_playbook_names_it_first() {
    let mut report = traced("StopLogging");
    report.columns.swap(1, 2);
    report.columns.insert(3, "mfa".to_owned());
    report.events[0]
        .cells
        .insert("mfa".to_owned(), json!("unknown"));
    insta::assert_snapshot!(events(&table_of(80, &report)), @r#"
    time, UTC       who              call         ip            error
    10-06 22:50:00  user/svc-backup  StopLogging  198.51.100.9  AccessDenied
    no room for user_agent, source, region, key: --format csv has every column
    "#);
}

/// The logins of a playbook with more columns than any terminal has room for; some have no value.
fn logins() -> Report {
    let mut report = traced("ConsoleLogin");
    let columns = "time user call result mfa ip error switched_from access_key type credential to mobile region user_agent";
    report.columns = columns.split(' ').map(str::to_owned).collect();
    let cells = json!({
        "user": "svc-backup", "call": "ConsoleLogin", "result": "Success", "mfa": "false",
        "ip": "198.51.100.9", "type": "IAMUser", "region": "eu-north-1", "mobile": "No",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    });
    report.events[0].cells = cells.as_object().unwrap().clone();
    report
}

#[test]
fn columns_without_values_go_before_any_that_has_one() {
    insta::assert_snapshot!(events(&table_of(80, &logins())), @r#"
    time, UTC       user        call          result   mfa    ip            type
    10-06 22:50:00  svc-backup  ConsoleLogin  Success  false  198.51.100.9  IAMUser
    no room for user_agent, region, mobile: --format csv has every column
    "#);
    insta::assert_snapshot!(events(&table_of(60, &logins())), @r#"
    time, UTC       user        call          ip
    10-06 22:50:00  svc-backup  ConsoleLogin  198.51.100.9
    no room for user_agent, region, mobile, type, result, mfa:
    --format csv has every column
    "#);
}

#[test]
fn a_wide_terminal_is_used_and_prose_stays_readable() {
    let report = traced("StopLogging");
    insta::assert_snapshot!(events(&table_of(200, &report)), @r#"
    time, UTC       key                   who              source      call         region     ip            user_agent                              error
    10-06 22:50:00  AKIARZPUZDIKO6RIC2WO  user/svc-backup  cloudtrail  StopLogging  us-east-1  198.51.100.9  Boto3/1.26.0 md/Botocore#1.29.0 ua/2.0  AccessDenied
    "#);
    let mut report = story::traced();
    report.lineage[2].note = Some("a note ".repeat(8));
    let wide = table_of(200, &report);
    assert!(wide.contains(
        "ASIAY34FZKBOKMUTVV7A  session token (GetSessionToken, eu-west-1, valid until 10-06 10:10)"
    ));
    let (_, coverage) = wide.split_once("\nCoverage ").unwrap();
    assert!(
        coverage.lines().all(|line| line.chars().count() <= 100),
        "{coverage}"
    );
}

#[test]
fn one_long_call_leaves_the_others_their_room() {
    let mut report = traced("StopLogging");
    report.events = vec![report.events[0].clone(); 30];
    let long = "DescribeSomethingThatHasAnExtraordinarilyLongName";
    report.events[7].cells["call"] = json!(long);
    let events = events(&table(&report));
    assert!(events.contains(&format!("  {long}  ")), "{events}");
    let line = "  StopLogging  198.51.100.9  AccessDenied\n";
    assert_eq!(events.matches(line).count(), 29, "{events}");
}

fn finding(count: u64, failed: u64, message: &str, rule: &str) -> Report {
    let mut report = story::plain();
    report.findings = vec![Finding {
        level: Level::High,
        rule: rule.to_owned(),
        message: message.to_owned(),
        count,
        failed,
        error: (failed > 0).then(|| "Client.VcpuLimitExceeded".to_owned()),
        ..report.findings[0].clone()
    }];
    report
}

#[test]
fn what_was_only_tried_does_not_read_as_done() {
    let cases = [
        (1, 0, "RunInstances of x"),
        (2, 0, "RunInstances of x (2 events)"),
        (1, 1, "RunInstances of x: failed (Client.VcpuLimitExceeded)"),
        (
            2,
            2,
            "RunInstances of x (2 events, all failed: Client.VcpuLimitExceeded)",
        ),
        (5, 2, "RunInstances of x (5 events, 2 failed)"),
    ];
    for (count, failed, expected) in cases {
        let table = table(&finding(count, failed, "RunInstances of x", "rule"));
        assert!(table.contains(&format!("! high  {expected}  ")), "{table}");
    }
    for (message, rule) in [
        ("calls denied: ec2 2", "rule"),
        ("StopLogging failed: X", "rule"),
        ("refused", "denied-calls"),
    ] {
        let table = table(&finding(2, 2, message, rule));
        assert!(table.contains(&format!("{message} (2 events)")), "{table}");
    }
}

#[test]
fn the_timeline_knows_what_failed_too() {
    let mut report = story::traced();
    report.findings[2].failed = 1;
    let table = table(&report);
    let (_, timeline) = table.split_once("Timeline").unwrap();
    assert!(timeline.contains("logging again after 41 min: failed\n"));
}

#[test]
fn a_key_that_is_gone_says_since_when() {
    let mut report = story::traced();
    report.lineage[1].deleted_at = "2026-10-05T22:28:00Z".parse().ok();
    report.lineage[4].deleted_at = "2026-10-05T22:29:00Z".parse().ok();
    let table = table_of(80, &report);
    let (_, tree) = table.split_once("Lineage").unwrap();
    let (tree, _) = tree.split_once("Related").unwrap();
    assert!(tree.contains("deleted 22:28"), "{tree}");
    assert!(tree.contains("deleted 22:29"), "{tree}");
    assert!(!tree.contains("valid until"), "{tree}");
}

#[test]
fn a_page_to_read_is_no_command() {
    let mut report = story::traced();
    report.next = vec![Next {
        why: "what AWS advises".into(),
        argv: Vec::new(),
        reference: Some("https://docs.example/leaked-key".into()),
    }];
    let expected = "Next       # what AWS advises\n           https://docs.example/leaked-key\n";
    assert!(table(&report).ends_with(expected));
}

#[test]
fn files_say_what_they_cover() {
    let mut report = files();
    let cover = "2023-07-10 11:42 to 12:38 UTC";
    assert!(flat(&report).contains(&format!(
        "complete: 2 of 2 files read, {cover}, us-east-1, account 123456789012"
    )));
    let nothing = table(&empty(report.clone()));
    assert!(nothing.contains(&format!("\nno events found (the files cover {cover})\n")));
    assert!(!nothing.contains("any time"));

    report.window.since = "2023-01-01T00:00:00Z".parse().ok();
    report.coverage.truncate(1);
    let half = table(&empty(report.clone()));
    let cover = "2023-07-10 11:42 to 11:43 UTC";
    assert!(
        half.contains(&format!(
            "\nno events found, since 2023-01-01 00:00 UTC (the file covers {cover})\n"
        )),
        "{half}"
    );

    report.coverage[0].since = None;
    report.coverage[0].until = None;
    report.window = OPEN;
    assert!(table(&empty(report)).contains("\nno events found\n"));
}

#[test]
fn a_question_of_some_regions_says_so() {
    let mut report = story::plain();
    report.regions = vec!["eu-west-1".into()];
    let range = "2026-10-01 00:00 to 2026-10-06 09:30 UTC";
    let some = table(&report);
    assert!(some.contains("complete: 3 of 3 Regions read, only in eu-west-1, 61 pages, "));
    let none = table(&empty(report));
    assert!(none.contains(&format!(
        "\nno events found, looked only in eu-west-1, {range}\n"
    )));

    let mut report = files();
    report.regions = ["eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"]
        .map(str::to_owned)
        .to_vec();
    let many = flat(&empty(report));
    assert!(many.contains(" no events found, looked only in 4 Regions (the files cover "));
    assert!(
        many.contains(", files of us-east-1, account 123456789012"),
        "{many}"
    );
}

#[test]
fn what_failed_before_its_first_event_was_not_looked_at() {
    for state in [State::Failed, State::Truncated, State::Denied] {
        let mut report = empty(files());
        report.complete = false;
        for entry in &mut report.coverage {
            (entry.state, entry.events, entry.gap) = (state, 0, true);
        }
        let expected = "\ncould not look: nothing could be read (the files cover ";
        assert!(table(&report).contains(expected));
        report.coverage[0].events = 1;
        let expected = "\nno events found in the part that could be read (the files cover ";
        assert!(table(&report).contains(expected));
    }
}

#[test]
fn ids_are_whole_wherever_they_hang() {
    let mut report = story::traced();
    // five more roles between the key and what hangs deepest
    let mut parent = report.lineage[2].id.clone();
    for nth in 0..5 {
        let mut role = report.lineage[2].clone();
        role.id = format!("ASIADEEPEXAMPLE0000{nth}");
        role.parent = Some(std::mem::replace(&mut parent, role.id.clone()));
        report.lineage.push(role);
    }
    report.lineage[3].parent = Some(parent.clone());
    report.lineage[9].parent = Some(parent);
    for width in [80, 100] {
        let table = table_of(width, &report);
        for id in [
            "3f1c8f63-5f0a-4d58-8a39-3a1f4f0b7c11",
            "web/i-0dbc9c2f4f4b7e001",
            " i-0dbc9c2f4f4b7e001, launched",
        ] {
            let (tree, _) = table.split_once("Timeline").unwrap();
            assert!(tree.contains(id), "{id} in\n{tree}");
        }
        assert!(table.contains("(us-west-2, compute)"), "{table}");
    }
}

#[test]
fn the_timeline_marks_where_it_leaves_out() {
    let mut report = story::traced();
    let finding = |minute: u32, level| Finding {
        level,
        first: format!("2026-10-05T21:{minute:02}:00Z").parse().ok(),
        message: format!("at {minute}"),
        ..report.findings[0].clone()
    };
    report.findings = (0..60)
        .map(|minute| {
            let level = if minute % 10 == 0 {
                Level::High
            } else {
                Level::Low
            };
            finding(minute, level)
        })
        .collect();
    let table = table(&report);
    let (_, timeline) = table.split_once("\nTimeline, ").unwrap();
    let (timeline, _) = timeline.split_once("\n\n").unwrap();
    insta::assert_snapshot!(timeline, @r#"
    UTC: the gravest moments (--all shows every one)
    21:00:00  ! high    at 0 (23 events)
    21:01:00    low     at 1 (23 events)
    … 8 more
    21:10:00  ! high    at 10 (23 events)
    … 9 more
    21:20:00  ! high    at 20 (23 events)
    … 9 more
    21:30:00  ! high    at 30 (23 events)
    … 9 more
    21:40:00  ! high    at 40 (23 events)
    … 9 more
    21:50:00  ! high    at 50 (23 events)
    … 10 more
    22:10:00    issued  ASIAQNZGKIQY56JQ7WML  role deploy/build-1 (ap-northeast-2)
    22:10:00    issued  ASIA52RQV423TWB3UWEE  role ops/x (us-west-2)
    22:10:00    issued  AKIAJ2EXAMPLEEXAMPLE  user svc-backup, new key (CreateAccessKey, us-west-2)
    22:10:00    issued  ASIA36DZQP7PEXAMPLE0  role web/i-0dbc9c2f4f4b7e001, issued to i-0dbc9c2f4f4b7e0…
    22:40:00    issued  login svc-backup, no MFA (eu-north-1)
    "#);

    let all = Style { all: true, ..STYLE };
    let all = written(&report, Format::Table, &all);
    assert!(!all.contains("--all shows"), "{all}");
}

#[test]
fn a_playbook_is_named_in_words() {
    let mut report = story::traced();
    report.title = "Trace a leaked key".into();
    assert!(table(&report).starts_with("AKIAIOSFODNN7EXAMPLE  user ci-deploy"));
    report.playbook = "our-trace".into();
    let own = "our-trace  Trace a leaked key  access_key AKIAIOSFODNN7EXAMPLE\nAKIA";
    assert!(table(&report).starts_with(own), "{}", table(&report));
}

#[test]
fn a_key_without_events_needs_no_tree() {
    let mut report = empty(story::traced());
    report.lineage.truncate(1);
    report.lineage[0].events = 0;
    report.related.clear();
    assert!(
        table(&report).contains("Lineage"),
        "the hand-off is worth it"
    );
    report.handoffs.clear();
    assert!(!table(&report).contains("Lineage"));
}

#[test]
fn one_is_singular() {
    let mut report = files();
    report.coverage.truncate(1);
    report.coverage[0].pages = 1;
    report.summary.events = 1;
    report.findings[0].count = 2;
    report.findings[0].failed = 1;
    report.regions = vec!["eu-west-1".into()];
    let table = table(&report);
    for many in ["events", "files", "pages", "Regions", "principals", "keys"] {
        let wrong = format!("1 {many}");
        let mut words = table.match_indices(&wrong);
        assert!(
            !words.any(|(at, _)| !table[..at].ends_with(|c: char| c.is_ascii_digit())),
            "{wrong} in\n{table}"
        );
    }
}
