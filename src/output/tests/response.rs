//! What `trailhunt respond` answers, over answers made by hand.

use proptest::prelude::*;
use serde_json::json;

use super::STYLE;
use crate::event::time::Time;
use crate::output::escape::is_deceptive;
use crate::output::{AnswerPart, Style, write_document, write_response, write_watched};
use crate::report::response::{
    Elsewhere, Fact, LeftOut, Omission, Phase, Progress, RecentUse, Response, Sighting,
    SightingKind, Step, StepState, Use, Watched,
};
use crate::report::{Caller, Coverage, Envelope, Next, State, Window};

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn envelope(generated_at: &str) -> Envelope {
    Envelope {
        run_id: "run".into(),
        generated_at: at(generated_at),
        ..Envelope::new(1)
    }
}

fn caller() -> Caller {
    Caller {
        account: "123456789012".into(),
        arn: "arn:aws:iam::123456789012:user/oncall".into(),
    }
}

fn step() -> Step {
    Step {
        number: 1,
        phase: Phase::Keys,
        what: format!("deactivate {KEY} of user ci-deploy"),
        why: "the key that was named".into(),
        slot: json!({"kind": "access-key", "user": "ci-deploy", "access_key_id": KEY}),
        call: words(&format!(
            "aws iam update-access-key --user-name ci-deploy --access-key-id {KEY} --status Inactive"
        )),
        before: Some("Active".into()),
        after: Some("Inactive".into()),
        can_be_undone: true,
        state: StepState::Planned,
        at: None,
        request_id: None,
        reason: None,
    }
}

/// A dry run of the deactivation of a key that somebody else uses, too.
fn dry_run() -> Response {
    let user = |ip: &str, agent: &str, events| Use {
        principal: Some("arn:aws:iam::123456789012:user/ci-deploy".into()),
        access_key_id: Some(KEY.into()),
        source_ip: Some(ip.into()),
        user_agent: Some(agent.into()),
        events,
        first: Some(at("2026-11-22T01:00:00Z")),
        last: Some(at("2026-11-22T02:58:00Z")),
    };
    Response {
        envelope: envelope("2026-11-22T03:00:00Z"),
        command: words(&format!("deactivate-key {KEY}")),
        title: format!("deactivate {KEY} of user ci-deploy, account 123456789012"),
        caller: caller(),
        state: Progress::Planned,
        complete: true,
        facts: vec![Fact {
            label: "Key".into(),
            text: format!("{KEY}  Active, created 2025-01-04"),
        }],
        recent_use: Some(RecentUse {
            since: Some(at("2026-11-21T03:00:00Z")),
            complete: true,
            gaps: Vec::new(),
            users: vec![
                user("203.0.113.66", "aws-cli/2.15", 31),
                user("198.51.100.7", "ci/1.0", 4),
            ],
        }),
        steps: vec![step()],
        left_out: vec![LeftOut {
            id: "ASIAIOSFODNN7EXAMPLE".into(),
            link: Some("compute".into()),
            principal: Some("role/web".into()),
            kind: Omission::Link,
            why: "needs --include compute".into(),
        }],
        handoffs: vec![Elsewhere {
            account: "444455556666".into(),
            what: "revoke the sessions of role OrgAdmin".into(),
            argv: words("trailhunt respond revoke-sessions role/OrgAdmin"),
        }],
        notes: vec!["sessions that the key opened live on".into()],
        still_open: Vec::new(),
        missing_permissions: Vec::new(),
        journal: None,
        snapshot: None,
        undo: None,
        undo_refused_until: None,
        next: vec![Next {
            why: "carry it out".into(),
            argv: words(&format!("trailhunt respond deactivate-key {KEY} --apply")),
            reference: None,
        }],
    }
}

/// The same, carried out.
fn done() -> Response {
    Response {
        state: Progress::Done,
        steps: vec![Step {
            state: StepState::Done,
            at: Some(at("2026-11-22T03:01:07Z")),
            request_id: Some("request".into()),
            ..step()
        }],
        journal: Some("/home/on call/j.jsonl".into()),
        undo: Some(
            ["trailhunt", "respond", "undo", "/home/on call/j.jsonl"]
                .map(str::to_owned)
                .to_vec(),
        ),
        next: Vec::new(),
        ..dry_run()
    }
}

fn shown(response: &Response, part: AnswerPart, style: &Style) -> String {
    let mut out = Vec::new();
    write_response(response, part, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn plan(response: &Response) -> String {
    shown(response, AnswerPart::Plan, &STYLE)
}

#[test]
fn a_dry_run_shows_all_that_a_yes_needs() {
    insta::assert_snapshot!(plan(&dry_run()), @r"
    deactivate AKIAIOSFODNN7EXAMPLE of user ci-deploy, account 123456789012

    Account    123456789012, as arn:aws:iam::123456789012:user/oncall
    Key        AKIAIOSFODNN7EXAMPLE  Active, created 2025-01-04
    Used by    2 users and sessions since 2026-11-21 03:00 UTC, each with its last event
               11-22 02:58  31 events  203.0.113.66  aws-cli/2.15
               11-22 02:58   4 events  198.51.100.7  ci/1.0
    Plan       dry run: nothing was changed
      1  deactivate AKIAIOSFODNN7EXAMPLE of user ci-deploy: Active -> Inactive  # the key that was named
         aws iam update-access-key --user-name ci-deploy --access-key-id AKIAIOSFODNN7EXAMPLE --status \
           Inactive
    Not done   ASIAIOSFODNN7EXAMPLE of role/web  needs --include compute
    Elsewhere  444455556666  revoke the sessions of role OrgAdmin
               trailhunt respond revoke-sessions role/OrgAdmin
    Note       sessions that the key opened live on
    Next       trailhunt respond deactivate-key AKIAIOSFODNN7EXAMPLE --apply  # carry it out
    ");
}

#[test]
fn what_was_done_and_how_to_take_it_back() {
    insta::assert_snapshot!(shown(&done(), AnswerPart::Outcome, &STYLE), @r"
    Outcome    done
      1  done         03:01:07 UTC  deactivate AKIAIOSFODNN7EXAMPLE of user ci-deploy
    Journal    /home/on call/j.jsonl
    Undo       trailhunt respond undo '/home/on call/j.jsonl'
    ");
}

#[test]
fn what_is_left_to_do_stands_below_the_outcome() {
    let mut done = done();
    done.still_open = vec![
        "sessions that it opened before live on".into(),
        "AKIAI44QH8DHBEXAMPLE stays active".into(),
    ];
    done.undo_refused_until = Some(at("2026-11-22T15:01:08Z"));
    insta::assert_snapshot!(shown(&done, AnswerPart::Outcome, &STYLE), @r"
    Outcome    done
      1  done         03:01:07 UTC  deactivate AKIAIOSFODNN7EXAMPLE of user ci-deploy
    Journal    /home/on call/j.jsonl
    Undo       trailhunt respond undo '/home/on call/j.jsonl'
               # from 2026-11-22 15:01 UTC on, sooner with --force
    Still open - sessions that it opened before live on
               - AKIAI44QH8DHBEXAMPLE stays active
    ");
}

/// An SDK names the call in its user agent: one machine would be a user for each.
#[test]
fn a_machine_is_one_user_whatever_it_calls() {
    let mut response = dry_run();
    let used = response.recent_use.as_mut().unwrap();
    for (user, call) in used.users.iter_mut().zip(["ListUsers", "GetUser"]) {
        user.source_ip = Some("203.0.113.66".into());
        user.user_agent = Some(format!("Boto3/1.34 md/Botocore#1.34 cmd/{call}"));
    }
    let plan = plan(&response);
    assert!(plan.contains("1 user or session since"), "{plan}");
    let row = "11-22 02:58  35 events  203.0.113.66  Boto3/1.34\n";
    assert!(plan.contains(row), "{plan}");
}

#[test]
fn a_permission_that_is_missing_does_not_come_by_itself() {
    let mut failed = done();
    failed.state = Progress::Failed;
    failed.steps[0].state = StepState::Failed;
    failed.steps[0].reason = Some("AccessDenied: not allowed".into());
    let text = shown(&failed, AnswerPart::Outcome, &STYLE);
    assert!(text.contains("grant the permission"), "{text}");
}

#[test]
fn what_did_not_work_says_why() {
    let mut failed = done();
    failed.state = Progress::Partial;
    failed.steps[0].state = StepState::Already;
    failed.steps.push(Step {
        number: 2,
        what: "deny every session of role ops issued until now".into(),
        state: StepState::Failed,
        reason: Some("Throttling: slower".into()),
        ..step()
    });
    insta::assert_snapshot!(shown(&failed, AnswerPart::Outcome, &STYLE), @r"
    Outcome    NOT ALL: 1 of 2 hold; the same command tries the others again
      1  already      03:01:07 UTC  deactivate AKIAIOSFODNN7EXAMPLE of user ci-deploy
      2  FAILED       deny every session of role ops issued until now
         Throttling: slower
    Journal    /home/on call/j.jsonl
    Undo       trailhunt respond undo '/home/on call/j.jsonl'
    ");
}

#[test]
fn nobody_seen_is_not_what_could_not_be_looked_for() {
    let used = |complete, users: Vec<Use>| {
        let mut response = dry_run();
        let gaps = if complete {
            vec![]
        } else {
            vec!["eu-west-1: AccessDenied".to_owned()]
        };
        response.recent_use = response.recent_use.map(|used| RecentUse {
            complete,
            gaps,
            users,
            ..used
        });
        let plan = plan(&response);
        let from = plan.find("Used by").unwrap();
        plan[from..plan.find("Plan ").unwrap()].to_owned()
    };
    let users = dry_run().recent_use.unwrap().users;
    assert!(
        used(true, Vec::new()).contains("nobody seen with this key since 2026-11-21 03:00 UTC")
    );
    assert!(!used(true, users.clone()).contains("INCOMPLETE"));
    for users in [Vec::new(), users] {
        let text = used(false, users);
        assert!(
            text.contains("INCOMPLETE: could not look everywhere"),
            "{text}"
        );
        assert!(
            text.contains("could not look: eu-west-1: AccessDenied"),
            "{text}"
        );
    }
}

/// A policy is one word of a command and longer than any line: it is copied whole, or not shown.
#[test]
fn calls_are_shown_whole() {
    let document = format!(
        "{{\"Version\": \"2012-10-17\", \"it's\": \"{}\"}}",
        "x".repeat(200)
    );
    let mut response = dry_run();
    response.steps[0].call.push(document.clone());
    response.steps[0].before = Some(document.clone());
    response.steps[0].after = Some(document.clone());
    let plan = plan(&response);
    let quoted = document.replace('\'', r"'\''");
    assert!(plan.contains(&format!("Inactive '{quoted}'\n")), "{plan}");
    assert!(
        plan.contains("in place of the policy that is there"),
        "{plan}"
    );
    response.steps[0].call.push("\x1b[2J".into());
    let plan = self::plan(&response);
    assert!(plan.contains("a terminal cannot show"), "{plan}");
    assert!(!plan.contains("update-access-key"), "{plan}");
}

/// A plan of many steps, on a narrow terminal: what is copied is whole, and nothing else is wider.
#[test]
fn a_long_plan_stays_legible() {
    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"2026-11-22T03:01:08Z"}}}]}"#;
    let mut response = dry_run();
    response.facts = vec![Fact {
        label: "last used".into(),
        text: "never".into(),
    }];
    response.notes.push("new sessions are not denied".into());
    let put = "aws iam put-role-policy --role-name ops --policy-name AWSRevokeOlderSessions --policy-document";
    let deny = |number| Step {
        number,
        phase: Phase::Sessions,
        what: "deny every session of role ops issued until now".into(),
        why: format!("ASIAIOSFODNN7EXAMPLE AssumeRole by {KEY} (exact)"),
        call: [words(put), vec![deny.to_owned()]].concat(),
        before: None,
        after: Some(deny.into()),
        ..step()
    };
    response.steps.extend((2..=10).map(deny));
    let narrow = Style { width: 80, ..STYLE };
    let plan = shown(&response, AnswerPart::Plan, &narrow);
    let from = plan.find("Last used").unwrap();
    let to = plan.find("  3  deny").unwrap();
    insta::assert_snapshot!(plan[from..to], @r#"
    Last used  never
    Used by    2 users and sessions since 2026-11-21 03:00 UTC, each with its last
               event
               11-22 02:58  31 events  203.0.113.66  aws-cli/2.15
               11-22 02:58   4 events  198.51.100.7  ci/1.0
    Plan       dry run: nothing was changed
      1  deactivate AKIAIOSFODNN7EXAMPLE of user ci-deploy: Active -> Inactive
         # the key that was named
         aws iam update-access-key --user-name ci-deploy --access-key-id \
           AKIAIOSFODNN7EXAMPLE --status Inactive
      2  deny every session of role ops issued until now
         # ASIAIOSFODNN7EXAMPLE AssumeRole by AKIAIOSFODNN7EXAMPLE (exact)
         aws iam put-role-policy --role-name ops --policy-name \
           AWSRevokeOlderSessions --policy-document \
           '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],
           "Resource":["*"],"Condition":{"DateLessThan":{
           "aws:TokenIssueTime":"2026-11-22T03:01:08Z"}}}]}'
    "#);
    assert!(
        plan.lines().all(|line| line.chars().count() <= 80),
        "{plan}"
    );

    let mut done = Response {
        journal: Some("x".repeat(90)),
        ..done()
    };
    done.undo = Some(vec!["undo".into(), "x".repeat(90)]);
    done.next = vec![Next {
        why: "see whether it held".into(),
        argv: done.undo.clone().unwrap(),
        reference: None,
    }];
    let text = shown(&done, AnswerPart::Outcome, &narrow);
    let path = "x".repeat(90);
    assert_eq!(text.matches(&path).count(), 3, "{text}");
}

#[test]
fn permissions_and_refusals() {
    let mut response = dry_run();
    response.next.clear();
    response.missing_permissions = vec!["iam:UpdateAccessKey on user ci-deploy".into()];
    let missing = plan(&response);
    assert!(missing.contains("and permissions are missing"), "{missing}");
    assert!(
        missing.contains("Missing    iam:UpdateAccessKey on"),
        "{missing}"
    );
    response.state = Progress::Failed;
    response.steps[0].state = StepState::Refused;
    response.steps[0].reason = Some("it is the key that signs this call".into());
    let refused = plan(&response);
    assert!(
        refused.contains("REFUSED: it is the key that signs"),
        "{refused}"
    );
    assert!(refused.contains("cannot be carried out"), "{refused}");
    assert!(!refused.contains("update-access-key"), "{refused}");
}

fn watched(kinds: &[SightingKind], complete: bool) -> Watched {
    let sighting = |kind: &SightingKind| Sighting {
        event_id: Some("id".into()),
        time: Some(at("2026-11-22T03:05:00Z")),
        event_name: Some("GetSecretValue".into()),
        event_source: Some("secretsmanager.amazonaws.com".into()),
        region: Some("eu-west-1".into()),
        access_key_id: Some("ASIAIOSFODNN7EXAMPLE".into()),
        principal: Some("arn:aws:sts::123456789012:assumed-role/ops/x".into()),
        source_ip: Some("203.0.113.66".into()),
        error: (*kind == SightingKind::Refused).then(|| "AccessDenied".into()),
        kind: *kind,
    };
    let window = Window {
        since: None,
        until: None,
    };
    Watched {
        envelope: envelope("2026-11-22T03:31:00Z"),
        caller: caller(),
        access_key_id: KEY.into(),
        key_status: Some("Inactive".into()),
        contained_at: at("2026-11-22T03:01:07Z"),
        contained_from: "journal".into(),
        watched_since: at("2026-11-22T03:01:30Z"),
        watched_until: at("2026-11-22T03:31:00Z"),
        polls: 29,
        access_keys: vec![KEY.into(), "ASIAIOSFODNN7EXAMPLE".into()],
        sightings: kinds.iter().map(sighting).collect(),
        complete,
        coverage: if complete {
            Vec::new()
        } else {
            let denied = Coverage::of("history", State::Denied, window).missing("AccessDenied");
            let region = Some("eu-west-1".to_owned());
            vec![Coverage { region, ..denied }]
        },
        notes: vec!["CloudTrail may deliver over 15 minutes late".into()],
        next: Vec::new(),
    }
}

fn watch(watched: &Watched) -> String {
    let mut out = Vec::new();
    write_watched(watched, &STYLE, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_watch_that_saw_something() {
    use SightingKind::{Alive, Late, Refused};
    insta::assert_snapshot!(watch(&watched(&[Late, Refused, Alive], true)), @r"
    watch of AKIAIOSFODNN7EXAMPLE

    Account    123456789012, as arn:aws:iam::123456789012:user/oncall
    Key        Inactive
    Contained  2026-11-22 03:01:07 UTC, as the journal says
    Watched    2026-11-22 03:01:30 to 2026-11-22 03:31:00 UTC, 29 looks, 2 keys
    Verdict    ALIVE: 1 call succeeded over 60 seconds after containment, by role/ops/x with
               ASIAIOSFODNN7EXAMPLE
    Seen       late     11-22 03:05:00  GetSecretValue by role/ops/x, ASIAIOSFODNN7EXAMPLE, from
                                        203.0.113.66 in eu-west-1
               refused  11-22 03:05:00  GetSecretValue by role/ops/x, ASIAIOSFODNN7EXAMPLE, from
                                        203.0.113.66 in eu-west-1: AccessDenied
               ALIVE    11-22 03:05:00  GetSecretValue by role/ops/x, ASIAIOSFODNN7EXAMPLE, from
                                        203.0.113.66 in eu-west-1
    Note       CloudTrail may deliver over 15 minutes late
    ");
}

#[test]
fn silence_is_no_gap_and_an_active_key_is_said() {
    let silent = watch(&watched(&[], true));
    assert!(silent.contains("no call is known since"), "{silent}");
    let mut active = watched(&[], true);
    active.key_status = Some("Active".into());
    let active = watch(&active);
    assert!(
        active.contains("Key        Active: NOT contained"),
        "{active}"
    );
    assert!(!silent.contains("INCOMPLETE"), "{silent}");
    let unread = watch(&watched(&[], false));
    assert!(unread.contains("INCOMPLETE, could not look"), "{unread}");
    assert!(unread.contains("eu-west-1: AccessDenied"), "{unread}");
    let refused = watch(&watched(&[SightingKind::Refused], true));
    assert!(refused.contains("1 call was refused"), "{refused}");
}

proptest! {
    /// Names, user agents and reasons come from outside.
    #[test]
    fn hostile_text_stays_text(text: String, width in 0usize..120) {
        let style = Style { width, ..STYLE };
        let mut response = done();
        response.title.clone_from(&text);
        response.notes.push(text.clone());
        response.command.push(text.clone());
        response.undo = Some(vec![text.clone()]);
        response.missing_permissions.push(text.clone());
        let used = response.recent_use.as_mut().unwrap();
        used.users[0].user_agent = Some(text.clone());
        used.users[0].principal = Some(text.clone());
        used.gaps.push(text.clone());
        let step = &mut response.steps[0];
        step.what.clone_from(&text);
        step.before = Some(text.clone());
        step.reason = Some(text.clone());
        step.call.push(text.clone());
        let mut watched = watched(&[SightingKind::Alive], false);
        watched.sightings[0].error = Some(text.clone());
        watched.notes.push(text.clone());
        let mut json = Vec::new();
        write_document(&response, &mut json).unwrap();
        for shown in [
            shown(&response, AnswerPart::Plan, &style),
            shown(&response, AnswerPart::Outcome, &style),
            watch(&watched),
            String::from_utf8(json).unwrap(),
        ] {
            let deceptive = |c| c != '\n' && is_deceptive(c);
            prop_assert!(!shown.contains(deceptive), "{shown:?}");
        }
    }
}
