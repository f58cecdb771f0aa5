//! What the table looks like.

use chrono_tz::Tz;

use super::{STYLE, story, written};
use crate::output::{Format, Style};
use crate::report::{Report, State};

fn table(report: &Report) -> String {
    written(report, Format::Table, &STYLE)
}

#[test]
fn a_traced_key() {
    insta::assert_snapshot!(table(&story::traced()), @r#"
    AKIAIOSFODNN7EXAMPLE  user ci-deploy, account 123456789012, active
    2,175 events by 2 credentials, 2026-10-05 22:00 to 23:12 UTC, 2 Regions, 2 addresses
    ! critical  trail "main" stopped (StopLogging), logging again after 41 min  22:50
    ! high      new key AKIAJ2EXAMPLEEXAMPLE for new user svc-backup,           22:21
                arn:aws:iam::aws:policy/AdministratorAccess attached
      medium    calls denied (recon): iam 11, s3 8, sts 4 (23 events)           22:06

    Lineage                                                        events  first-last   address
    AKIAIOSFODNN7EXAMPLE  user ci-deploy                            2,104  22:00-23:10  203.0.113.66
    ├─ ASIAY34FZKBOKMUTVV7A  session token (GetSessionToken,            0
    │  │ eu-west-1, valid until 10-06 10:10)
    │  └─ ASIAQNZGKIQY56JQ7WML  role deploy/build-1                     1  22:12-22:57
    │     │ (ap-northeast-2)
    │     └─ ASIA52RQV423TWB3UWEE  role ops/x (us-west-2)              12  22:12-22:57
    │        ├─ role OrgAdmin in 828282828282: continues there,
    │        │    not readable (sharedEventID
    │        │    3f1c8f63-5f0a-4d58-8a39-3a1f4f0b7c11)
    │        ├─ AKIAJ2EXAMPLEEXAMPLE  user svc-backup, new key          5  22:12-22:57  198.51.100.9 new
    │        │    (CreateAccessKey, us-west-2)
    │        └─ login svc-backup, no MFA (eu-north-1) -> 3             10  22:12-22:57  198.51.100.9 new
    │             console keys
    └─ ASIA36DZQP7PEXAMPLE0  role web/i-0dbc9c2f4f4b7e001, issued      23  22:12-22:57
         to i-0dbc9c2f4f4b7e001, launched 22:30 (us-west-2,
         compute)

    Related: sessions of the same principal that the key did not open  events  first-last   address
    login ci-deploy, no MFA (eu-north-1)                                    1  22:12-22:57  192.0.2.7

    Denied  calls
    iam        11  ListUsers 8, GetAccountSummary 3
    s3          8  ListBuckets 8
    sts         1  AssumeRole

    Where from         events  first   last                      What                 events  failed
    203.0.113.66        2,140  22:00  23:10                      DescribeRouteTables     155       0
    198.51.100.9  new      14  22:00  23:10                      ListUsers                 8       8

    User agent                           events  first   last    Region     events  failed
    Boto3/1.26.0 md/Botocore#1.29.0 ua…   2,104  22:00  23:10    us-east-1   2,000      20
                                                                 eu-west-1     175       3

    Timeline, UTC
    22:06:00    medium    calls denied (recon): iam 11, s3 8, sts 4 (23 events)
    22:10:00    issued    ASIAY34FZKBOKMUTVV7A  session token (GetSessionToken, eu-west-1, valid until…
    22:10:00    issued    ASIAQNZGKIQY56JQ7WML  role deploy/build-1 (ap-northeast-2)
    22:10:00    issued    ASIA52RQV423TWB3UWEE  role ops/x (us-west-2)
    22:10:00    issued    AKIAJ2EXAMPLEEXAMPLE  user svc-backup, new key (CreateAccessKey, us-west-2)
    22:10:00    issued    ASIA36DZQP7PEXAMPLE0  role web/i-0dbc9c2f4f4b7e001, issued to i-0dbc9c2f4f4b7…
    22:21:00  ! high      new key AKIAJ2EXAMPLEEXAMPLE for new user svc-backup, arn:aws:iam::aws:policy…
    22:40:00    issued    login svc-backup, no MFA (eu-north-1)
    22:50:00  ! critical  trail "main" stopped (StopLogging), logging again after 41 min

    Coverage   complete, but continues in 828282828282 as OrgAdmin: 3 of 3 Regions read, 61 pages,
               2026-10-01 00:00 to 2026-10-06 09:30 UTC, 2 throttled
               disabled, so not read: me-south-1
               not visible: data events (S3 objects, Lambda invokes); the last 15 minutes
    Next       trailhunt respond deactivate-key AKIAIOSFODNN7EXAMPLE  # dry run first
               trailhunt lookup --attribute 'Username=it'\''s me'     # what else the role did
    "#);
}

#[test]
fn another_question_lists_its_few_events() {
    insta::assert_snapshot!(table(&story::plain()), @r#"
    security-group-changes  group sg-04cfb7a4712d75b00
    2,175 events by 1 principal, 2026-10-05 22:00 to 23:12 UTC, 2 Regions, 2 addresses
    ! critical  trail "main" stopped (StopLogging), logging again after 41 min  22:50
    ! high      new key AKIAJ2EXAMPLEEXAMPLE for new user svc-backup,           22:21
                arn:aws:iam::aws:policy/AdministratorAccess attached
      medium    calls denied (recon): iam 11, s3 8, sts 4 (23 events)           22:06

    Where from         events  first   last                      What                 events  failed
    203.0.113.66        2,140  22:00  23:10                      DescribeRouteTables     155       0
    198.51.100.9  new      14  22:00  23:10                      ListUsers                 8       8

    User agent                           events  first   last    Region     events  failed
    Boto3/1.26.0 md/Botocore#1.29.0 ua…   2,104  22:00  23:10    us-east-1   2,000      20
                                                                 eu-west-1     175       3

    time, UTC  key                   call           ip            groups
    22:00:07   AKIAIOSFODNN7EXAMPLE  ListUsers      203.0.113.66
    22:31:00   AKIAIOSFODNN7EXAMPLE  =HYPERLINK(1)                sg-1; {"id":"sg-2"}

    Coverage   complete: 3 of 3 Regions read, 61 pages, 2026-10-01 00:00 to 2026-10-06 09:30 UTC, 2
               throttled
               disabled, so not read: me-south-1
               not visible: data events (S3 objects, Lambda invokes); the last 15 minutes
    "#);
}

#[test]
fn changes_stand_below_who_made_them() {
    insta::assert_snapshot!(table(&story::changed()), @r#"
    security-group-changes  group sg-04cfb7a4712d75b00
    2,175 events by 1 principal, 2026-10-05 22:00 to 23:12 UTC, 2 Regions, 2 addresses
    ! critical  trail "main" stopped (StopLogging), logging again after 41 min  22:50
    ! high      new key AKIAJ2EXAMPLEEXAMPLE for new user svc-backup,           22:21
                arn:aws:iam::aws:policy/AdministratorAccess attached
      medium    calls denied (recon): iam 11, s3 8, sts 4 (23 events)           22:06

    Changes, UTC
    bert-jan  AKIAIOSFODNN7EXAMPLE  203.0.113.66  no MFA  eu-west-1
      22:10:05  + sg-04cfb7a4712d75b00: ingress tcp 443 from 0.0.0.0/0 "TLS from anywhere"
      22:10:08  + sg-04cfb7a4712d75b00: ingress tcp 22 from 0.0.0.0/0  ! open to the world
    root  203.0.113.66  MFA  eu-west-1
      22:11:57  - sg-04cfb7a4712d75b00: ingress tcp 22 from 0.0.0.0/0  open for 1 min 49 s
    bert-jan  AKIAIOSFODNN7EXAMPLE  203.0.113.66  no MFA  eu-west-1
      22:12:00  ~ sg-04cfb7a4712d75b00: ingress tcp 443 from 0.0.0.0/0 (unknown before)
      22:12:01  ~ sg-04cfb7a4712d75b00: ingress tcp 443 from 0.0.0.0/0 -> ingress tcp 22 from 0.0.0.0/0
      22:12:02  = sg-04cfb7a4712d75b00: ingress tcp 22 from 0.0.0.0/0: changed nothing

    Failed, UTC
    bert-jan  AKIAIOSFODNN7EXAMPLE  203.0.113.66  no MFA  eu-west-1
      22:12:03  x sg-04cfb7a4712d75b00: ingress tcp 22 from 0.0.0.0/0: Client.UnauthorizedOperation

    Coverage   complete: 3 of 3 Regions read, 61 pages, 2026-10-01 00:00 to 2026-10-06 09:30 UTC, 2
               throttled
               disabled, so not read: me-south-1
               not visible: data events (S3 objects, Lambda invokes); the last 15 minutes
    "#);
}

#[test]
fn changes_of_several_accounts_name_theirs() {
    let mut report = story::changed();
    assert!(!table(&report).contains("no MFA  1"));
    report.changes[1].account = Some("210987654321".to_owned());
    let shown = table(&report);
    let headings = shown.lines().filter(|line| line.starts_with("bert-jan"));
    let headings: Vec<&str> = headings.take(2).collect();
    assert_eq!(
        headings,
        [
            "bert-jan  AKIAIOSFODNN7EXAMPLE  203.0.113.66  no MFA  123456789012  eu-west-1",
            "bert-jan  AKIAIOSFODNN7EXAMPLE  203.0.113.66  no MFA  210987654321  eu-west-1",
        ]
    );
}

#[test]
fn nothing_found_where_not_everything_could_be_read() {
    insta::assert_snapshot!(table(&story::denied()), @r#"
    security-group-changes  group sg-04cfb7a4712d75b00
    no events found in the part that could be read, 2026-10-01 00:00 to 2026-10-06 09:30 UTC
    INCOMPLETE: 2 of 3 Regions read
      us-east-1 denied (IAM events are there and nowhere else): explicit deny in a service control
      policy

    Coverage   INCOMPLETE: 2 of 3 Regions read, 61 pages, 2026-10-01 00:00 to 2026-10-06 09:30 UTC, 2
               throttled
               disabled, so not read: me-south-1
               not visible: data events (S3 objects, Lambda invokes); the last 15 minutes
    "#);
}

#[test]
fn nothing_found_and_nothing_read_are_different_words() {
    let mut report = story::denied();
    for entry in &mut report.coverage {
        entry.state = State::Truncated;
        entry.events = 0;
        entry.gap = true;
    }
    assert!(table(&report).contains("\ncould not look: nothing could be read, 2026-10-01"));
    report.complete = true;
    assert!(
        table(&report).contains("\nno events found, 2026-10-01 00:00 to 2026-10-06 09:30 UTC\n")
    );
}

#[test]
fn all_shows_every_event_and_console_key_in_the_time_zone() {
    let style = Style {
        all: true,
        timezone: Tz::Asia__Tokyo,
        ..STYLE
    };
    let table = written(&story::traced(), Format::Table, &style);
    assert!(table.contains("─ ASIACONSOLEEXAMPLE03 "), "{table}");
    assert!(!table.contains("-> 3 console keys"));
    assert!(table.contains("2026-10-06 07:00 to 08:12 Asia/Tokyo"));
    assert!(table.contains("\n07:00:07          AKIAIOSFODNN7EXAMPLE  ListUsers "));
}

#[test]
fn a_narrow_terminal_keeps_the_key_ids() {
    let style = Style { width: 60, ..STYLE };
    let table = written(&story::traced(), Format::Table, &style);
    for node in story::traced()
        .lineage
        .iter()
        .filter(|node| !node.id.contains("CONSOLE"))
    {
        let id = node.access_key_id.as_deref().unwrap_or("login svc-backup");
        assert!(table.contains(id), "{id} in\n{table}");
    }
    insta::assert_snapshot!(table.lines().skip(9).take(20).collect::<Vec<_>>().join("\n"), @r#"
                (23 events)

    Lineage                                               events
    AKIAIOSFODNN7EXAMPLE  user ci-deploy                   2,104
    ├─ ASIAY34FZKBOKMUTVV7A  session token                     0
    │  │ (GetSessionToken, eu-west-1, valid until 10-06
    │  │ 10:10)
    │  └─ ASIAQNZGKIQY56JQ7WML  role deploy/build-1            1
    │     │ (ap-northeast-2)
    │     └─ ASIA52RQV423TWB3UWEE  role ops/x                 12
    │        │ (us-west-2)
    │        ├─ role OrgAdmin in 828282828282: continues
    │        │    there, not readable (sharedEventID
    │        │    3f1c8f63-5f0a-4d58-8a39-3a1f4f0b7c11)
    │        ├─ AKIAJ2EXAMPLEEXAMPLE  user svc-backup,         5
    │        │    new key (CreateAccessKey, us-west-2)
    │        └─ login svc-backup, no MFA (eu-north-1) ->      10
    │             3 console keys
    └─ ASIA36DZQP7PEXAMPLE0  role                             23
         web/i-0dbc9c2f4f4b7e001, issued to
    "#);
}

#[test]
fn colour_is_for_level_and_new_alone() {
    let style = Style {
        color: true,
        ..STYLE
    };
    let table = written(&story::traced(), Format::Table, &style);
    assert!(table.contains("\x1b[1;31m! critical\x1b[0m"));
    assert!(table.contains("198.51.100.9 \x1b[1;35mnew\x1b[0m"));
    let painted = table.lines().filter(|line| line.contains('\x1b'));
    assert!(painted.clone().count() > 0);
    for line in painted {
        assert!(
            ["critical", "high", "medium", "new"]
                .iter()
                .any(|word| line.contains(word)),
            "{line}"
        );
    }
}

#[test]
fn a_broken_tree_still_shows_every_node_once() {
    let mut report = story::traced();
    report.findings.clear();
    let nodes = &mut report.lineage;
    nodes[0].parent = nodes[2].parent.clone();
    nodes[4].parent = Some("unknown".into());
    nodes[5].parent = Some(nodes[5].id.clone());
    let table = table(&report);
    let (tree, _) = table.split_once("Timeline").unwrap();
    for node in report
        .lineage
        .iter()
        .filter(|node| !node.id.contains("CONSOLE"))
        .skip(1)
    {
        let id = node.access_key_id.as_deref().unwrap_or("login svc-backup");
        assert_eq!(tree.matches(id).count(), 1, "{id} in\n{table}");
    }
}

#[test]
fn a_chain_of_any_depth_is_drawn() {
    let mut report = story::traced();
    let node = report.lineage[2].clone();
    report.lineage = (0..20_000)
        .map(|at| {
            let mut node = node.clone();
            node.id = format!("ASIA{at}");
            node.parent = (at > 0).then(|| format!("ASIA{}", at - 1));
            node
        })
        .collect();
    let style = Style { all: true, ..STYLE };
    let table = written(&report, Format::Table, &style);
    assert!(
        table
            .lines()
            .filter(|line| line.contains("└─ ASIAQNZGKIQY56JQ7WML"))
            .count()
            == 19_999
    );
}

#[test]
fn a_credential_in_another_account_names_it() {
    let mut report = story::traced();
    report.lineage[2].account = Some("029608264753".into());
    assert!(table(&report).contains("role deploy/build-1 in 029608264753"));
}

#[test]
fn gaps_share_a_line_with_their_reason() {
    let mut report = story::denied();
    let mut other = report.coverage[0].clone();
    other.account = Some("999999999999".into());
    report.coverage.push(other);
    let regions = table(&report);
    assert!(regions.contains("INCOMPLETE: 2 of 4 Regions in 2 accounts read\n"));
    assert!(regions.contains("  us-east-1 of 123456789012, us-east-1 of 999999999999 denied"));

    report.coverage.truncate(2);
    for (entry, name) in report.coverage.iter_mut().zip(["a.json.gz", "b.json.gz"]) {
        entry.account = None;
        entry.location = Some(name.into());
    }
    let files = table(&report);
    assert!(files.contains("INCOMPLETE: 1 of 2 files read\n"), "{files}");
    assert!(files.contains("  a.json.gz denied: explicit deny"));
}

#[test]
fn a_gap_of_no_place_is_still_a_gap() {
    let mut report = story::traced();
    report.complete = false;
    assert!(table(&report).contains("\n  a search ended before it had seen everything\n"));
}
