//! `deploy-alerts`, by the binary: what it makes of an account, what it leaves when it is not to, and how it goes on
//! after a failure.

use std::time::Duration;

use aws_config::Region;
use aws_sdk_cloudtrail::types::EventSelector;
use serde_json::{Value, json};
use trailhunt::alerting::preflight::trail;
use trailhunt::aws::{Aws, ProfileChoice};
use trailhunt::report::alerting::deploy::TrailState;

use super::stage::{ALWAYS, DEPLOY, HOME, ONE_MORE, Stage, document, each, outcomes};
use crate::support::aws_servers::Emulator;
use crate::support::gate::{Fault, Rule};
use crate::support::http::{Answer, Request, Server};
use crate::support::offline::offline;
use crate::support::pty::CTRL_C;

const HOME_STACK: &str = "trailhunt-alerts";
const FORWARDER: &str = "trailhunt-alerts-forwarder";
const QUESTION: &str = "in account 000000000000? [y/N] ";

/// `name Region status`, as the account says it, of home and of forwarders in `regions`.
fn complete(regions: &[&str]) -> Vec<String> {
    let mut stacks = Vec::new();
    for region in regions {
        if *region == HOME {
            stacks.push(format!("{HOME_STACK} {region} CREATE_COMPLETE"));
        }
        stacks.push(format!("{FORWARDER} {region} CREATE_COMPLETE"));
    }
    stacks
}

fn sorted(mut texts: Vec<String>) -> Vec<String> {
    texts.sort();
    texts
}

fn notes(answer: &Value) -> String {
    answer["notes"].to_string()
}

#[tokio::test]
async fn it_makes_what_is_asked_for_and_then_has_nothing_to_do() {
    let Some(stage) = Stage::new() else { return };
    let answer = stage.deployed(&[], 0);
    let made = [
        each("home", &[HOME], "create done"),
        each("forwarder", &ALWAYS, "create done"),
    ];
    assert_eq!(outcomes(&answer), made.concat());
    assert_eq!(answer["state"], "done");
    assert_eq!(sorted(stage.stacks().await), sorted(complete(&ALWAYS)));
    let next = answer["next"][0]["argv"].clone();
    assert_eq!(next, json!(["trailhunt", "test-alerts"]));

    // nobody is there to be asked, and nobody has to be
    let said = stage.deploy(&[]).exits(0);
    assert!(
        said.text()
            .contains("no change: everything is as it should be")
    );
    let again = stage.deployed(&[], 0);
    assert_eq!(again["state"], "nothing");
    let unchanged = [
        each("home", &[HOME], "none unchanged"),
        each("forwarder", &ALWAYS, "none unchanged"),
    ];
    assert_eq!(outcomes(&again), unchanged.concat());
    assert_eq!(sorted(stage.stacks().await), sorted(complete(&ALWAYS)));
}

/// The flags are what holds afterwards: who is told no longer, and what is watched no longer, is said and done.
#[tokio::test]
async fn what_is_no_longer_asked_for_goes() {
    let Some(stage) = Stage::new() else { return };
    stage.deployed(&["--regions", ONE_MORE], 0);
    let other = [&DEPLOY[..6], &["b@example.com", "--dry-run"]].concat();
    let said = stage.run(&other).exits(0);
    for part in [
        "dry run: nothing was changed",
        "- AWS::SNS::Subscription Email",
        "+ AWS::SNS::Subscription Email",
        "trailhunt-alerts-forwarder in us-west-2: REMOVE",
        "a@example.com will NOT hear of alerts any more",
        "b@example.com will hear of alerts",
    ] {
        assert!(said.text().contains(part), "{part}: {}", said.text());
    }
    let all = [&ALWAYS[..], &[ONE_MORE]].concat();
    assert_eq!(sorted(stage.stacks().await), sorted(complete(&all)));

    let other = [
        &DEPLOY[..6],
        &["b@example.com", "--yes", "--format", "json"],
    ]
    .concat();
    let answer = document(&stage.run(&other).exits(0));
    let done = outcomes(&answer);
    assert!(
        done.contains(&format!("home {HOME} update done")),
        "{done:?}"
    );
    assert!(
        done.contains(&format!("forwarder {ONE_MORE} remove done")),
        "{done:?}"
    );
    assert!(
        notes(&answer).contains("a@example.com will NOT hear"),
        "{answer}"
    );
    let changes = answer["stacks"][0]["changes"].as_array().unwrap();
    let removed = changes.iter().filter(|change| change["action"] == "remove");
    assert!(
        removed
            .into_iter()
            .all(|it| it["resource_type"] == "AWS::SNS::Subscription")
    );
    assert!(!stage.stacks().await.concat().contains(ONE_MORE));
}

#[tokio::test]
async fn nothing_is_left_of_what_was_declined() {
    let Some(stage) = Stage::new() else { return };
    let dry = stage.deploy(&["--dry-run", "--format", "json"]).exits(0);
    let plan = document(&dry);
    assert_eq!(
        (&plan["state"], &plan["dry_run"]),
        (&json!("planned"), &json!(true))
    );
    assert_eq!(stage.stacks().await, [""; 0]);

    let said = stage.deploy(&[]).exits(5);
    assert!(
        said.stderr.contains("there is no terminal to ask on"),
        "{}",
        said.stderr
    );
    assert_eq!(stage.stacks().await, [""; 0]);

    for (typed, code) in [("n\n", 5), (CTRL_C, 130)] {
        let mut terminal = stage.on_terminal(&DEPLOY);
        terminal.expect("trailhunt-alerts-forwarder in 4 Regions: create");
        terminal
            .expect("Make these changes to 5 stacks")
            .expect(QUESTION);
        terminal.send(typed);
        let (ended, transcript) = terminal.wait();
        assert_eq!(ended, Some(code), "{transcript}");
        assert!(transcript.contains("nothing was changed"), "{transcript}");
        assert_eq!(stage.stacks().await, [""; 0], "{typed:?}");
    }

    // of stacks that are there, nothing waits to be executed
    stage.deployed(&[], 0);
    let other = [&DEPLOY[..6], &["b@example.com"]].concat();
    let said = stage.run(&other).exits(5);
    assert!(
        said.text()
            .contains("trailhunt-alerts in us-east-1: update")
    );
    assert_eq!(sorted(stage.stacks().await), sorted(complete(&ALWAYS)));
}

/// The bus is of home, and taken: what needs home is not begun, and nothing of it is left.
#[tokio::test]
async fn without_home_nothing_is_begun_and_running_it_again_mends_it() {
    let Some(stage) = Stage::new() else { return };
    let events = aws_sdk_eventbridge::Client::new(&stage.server.config());
    let taken = events.create_event_bus().name("trailhunt-alerts").send();
    taken.await.unwrap();
    let answer = stage.deployed(&[], 1);
    let failed = [
        each("home", &[HOME], "create failed"),
        each("forwarder", &ALWAYS, "create not-tried"),
    ];
    assert_eq!(outcomes(&answer), failed.concat());
    let why = answer["stacks"][0]["reason"].as_str().unwrap();
    assert!(why.contains("Bus (AWS::Events::EventBus)"), "{why}");
    assert!(why.contains("already exists"), "{why}");
    let left = [format!("{HOME_STACK} {HOME} ROLLBACK_COMPLETE")];
    assert_eq!(stage.stacks().await, left);

    let gone = events.delete_event_bus().name("trailhunt-alerts").send();
    gone.await.unwrap();
    let said = stage.deploy(&["--yes"]).exits(0);
    let plan = "trailhunt-alerts in us-east-1: delete, then create anew";
    assert!(said.text().contains(plan), "{}", said.text());
    assert!(said.text().contains("what is there is ROLLBACK_COMPLETE"));
    assert!(
        said.text()
            .contains("replaced     trailhunt-alerts in us-east-1")
    );
    assert_eq!(sorted(stage.stacks().await), sorted(complete(&ALWAYS)));
}

#[tokio::test]
async fn one_region_that_fails_does_not_stop_the_others() {
    let Some(stage) = Stage::new() else { return };
    stage.fail_to_make(FORWARDER, "eu-north-1").await;
    // home, and then one of the forwarders that have a change set
    stage
        .gate
        .rule(Rule::on("ExecuteChangeSet", Fault::DENY).after(1).times(1));
    let answer = stage.deployed(&[], 1);
    assert_eq!(answer["state"], "partial");
    let stacks = answer["stacks"].as_array().unwrap();
    let failed: Vec<&Value> = stacks
        .iter()
        .filter(|it| it["outcome"] == "failed")
        .collect();
    let [failed] = failed.as_slice() else {
        panic!("one fails: {answer:#}");
    };
    assert_eq!(failed["reason"], "AccessDenied: scripted by a test");
    let done = outcomes(&answer);
    assert_eq!(
        done.iter().filter(|it| it.ends_with(" done")).count(),
        4,
        "{done:?}"
    );
    assert!(
        done.contains(&"forwarder eu-north-1 replace done".to_owned()),
        "{done:?}"
    );
    assert_eq!(
        stage.stacks().await.len(),
        4,
        "no shell is left of the one that failed"
    );

    let mended = stage.deployed(&[], 0);
    let region = failed["region"].as_str().unwrap();
    let done = outcomes(&mended);
    assert!(
        done.contains(&format!("forwarder {region} create done")),
        "{done:?}"
    );
    assert_eq!(sorted(stage.stacks().await), sorted(complete(&ALWAYS)));
}

/// What CloudFormation has begun, it ends; what it has not, is not begun.
#[tokio::test]
async fn ctrl_c_leaves_to_cloudformation_what_it_has_begun() {
    let Some(stage) = Stage::new() else { return };
    stage
        .gate
        .rule(Rule::on("ExecuteChangeSet", Fault::HoldAnswer).times(1));
    let words = [&DEPLOY[..], &["--yes"]].concat();
    let mut terminal = stage.on_terminal(&words);
    stage.gate.wait_until_held();
    terminal.send(CTRL_C);
    terminal.expect("CloudFormation goes on with what it has begun");
    // a look at the stack would find it done
    let unseen = Fault::Refuse(400, "ValidationError");
    stage
        .gate
        .rule(Rule::on("DescribeStackEvents", unseen).times(1));
    stage.gate.let_go();
    let (code, transcript) = terminal.wait();
    assert_eq!(code, Some(130), "{transcript}");
    for part in [
        "INTERRUPTED",
        "GOING ON     trailhunt-alerts in us-east-1",
        "NOT TRIED",
    ] {
        assert!(transcript.contains(part), "{part}: {transcript}");
    }
    stage.gate.reset();
    let answer = stage.deployed(&[], 0);
    let made = each("forwarder", &ALWAYS, "create done");
    assert_eq!(outcomes(&answer)[1..], made);
}

#[tokio::test]
async fn there_is_one_home_to_an_account() {
    let Some(stage) = Stage::new() else { return };
    stage.deployed(&[], 0);
    let said = stage.deploy(&["--region", "us-east-2", "--yes"]).exits(2);
    assert!(
        said.stderr.contains("have their home in us-east-1 already"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.contains("hint: pass --region us-east-1"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_cannot_hold_is_refused_before_anything_is_looked_at() {
    let Some(stage) = Stage::new() else { return };
    for (arguments, problem) in [
        (&["deploy-alerts"][..], "nobody would hear of the alerts"),
        (
            &[
                "deploy-alerts",
                "--email",
                "a@example.com",
                "--expect-account",
                "111111111111",
            ],
            "these credentials are of account 000000000000",
        ),
        (
            &[
                "deploy-alerts",
                "--email",
                "a@example.com",
                "--region",
                "us-est-1",
            ],
            "there is no Region 'us-est-1' (did you mean 'us-east-1'?)",
        ),
    ] {
        let said = stage.run(arguments).exits(2);
        assert!(said.stderr.contains(problem), "{problem}: {}", said.stderr);
    }
    assert_eq!(stage.gate.calls(), []);
    let said = crate::support::offline::said(offline().trailhunt().args(DEPLOY));
    assert_eq!(said.code, Some(1), "{}", said.stderr);
}

/// CloudTrail as it answers a member of an organization: the trail is seen, and cannot be looked at.
fn organization_trail() -> Server {
    let arn = "arn:aws:cloudtrail:us-east-1:999999999999:trail/organization";
    let trails = json!({"trailList": [{
        "Name": "organization", "TrailARN": arn, "HomeRegion": "us-east-1", "S3BucketName": "elsewhere",
        "IsMultiRegionTrail": true, "IsOrganizationTrail": true
    }]});
    Server::start(move |request: &Request, _| {
        let answer = match request.header("x-amz-target").rsplit('.').next() {
            Some("DescribeTrails") => Answer::Whole(200, trails.to_string().into_bytes()),
            _ => Answer::Whole(
                400,
                br#"{"__type":"AccessDeniedException","message":"not yours"}"#.to_vec(),
            ),
        };
        (answer, Duration::ZERO)
    })
}

/// Not to know is not to have none: nobody pays for a second copy of events without having said so.
#[tokio::test]
async fn a_trail_that_cannot_be_looked_at_is_asked_about() {
    let Some(stage) = Stage::new() else { return };
    let cloudtrail = organization_trail();
    let Stage {
        server,
        gate,
        sandbox,
    } = stage;
    let sandbox = sandbox.cloudtrail(&cloudtrail.url());
    let stage = Stage {
        server,
        gate,
        sandbox,
    };
    let words = [
        "deploy-alerts",
        "--regions",
        HOME,
        "--email",
        "a@example.com",
    ];
    for flags in [&[][..], &["--yes"], &["--dry-run"]] {
        let said = stage.run(&[&words, flags].concat()).exits(2);
        assert!(
            said.stderr
                .contains("it is the organization's, AccessDenied"),
            "{}",
            said.stderr
        );
        assert!(said.stderr.contains("pass --trail none"), "{}", said.stderr);
    }
    assert_eq!(stage.stacks().await, [""; 0]);

    let mut terminal = stage.on_terminal(&words);
    terminal.expect("Make one of our own?").send_line("n");
    terminal
        .expect("NOT KNOWN whether one suits")
        .expect(QUESTION)
        .send_line("n");
    let (code, transcript) = terminal.wait();
    assert_eq!(code, Some(5), "{transcript}");

    let mut terminal = stage.on_terminal(&words);
    terminal.expect("Make one of our own?").send_line("y");
    terminal
        .expect("Trail      a new one")
        .expect("a second copy");
    // this CloudFormation knows no trails, and without one nothing else makes sense
    let (code, transcript) = terminal.wait();
    assert_eq!(code, Some(1), "{transcript}");
    assert!(
        transcript.contains("trailhunt-trail in us-east-1 cannot be changed"),
        "{transcript}"
    );
    assert_eq!(stage.stacks().await, [""; 0]);
}

/// From "there is none" to one that suits, on a server that keeps trails.
#[tokio::test]
async fn a_trail_that_suits_is_used() {
    let Some(stage) = Stage::new() else { return };
    let cloudtrail = aws_sdk_cloudtrail::Client::new(&stage.server.config());
    let s3 = aws_sdk_s3::Client::from_conf(
        aws_sdk_s3::config::Builder::from(&stage.server.config())
            .force_path_style(true)
            .build(),
    );
    s3.create_bucket().bucket("logs").send().await.unwrap();
    let words = [
        "deploy-alerts",
        "--regions",
        HOME,
        "--email",
        "a@example.com",
        "--dry-run",
        "--format",
        "json",
    ];
    let trail = |code| {
        let plan = document(&stage.run(&words).exits(code));
        let preflight = plan["preflight"].clone();
        (
            preflight["trail"]["reason"].as_str().unwrap().to_owned(),
            preflight,
        )
    };
    // a new trail is a stack that this CloudFormation cannot make
    let (reason, preflight) = trail(1);
    assert_eq!(
        (reason.as_str(), &preflight["trail_use"]),
        ("there is no trail", &json!("made"))
    );

    let made = cloudtrail.create_trail().name("all").s3_bucket_name("logs");
    made.is_multi_region_trail(true).send().await.unwrap();
    let (reason, preflight) = trail(1);
    assert_eq!(reason, "all: it is not logging");
    assert_eq!(preflight["trail"]["state"], "not-suitable");

    cloudtrail.start_logging().name("all").send().await.unwrap();
    let (reason, preflight) = trail(0);
    assert!(
        reason.starts_with("all: it is logging management events"),
        "{reason}"
    );
    assert_eq!(preflight["trail"]["state"], "suitable");
    assert_eq!(preflight["trail_use"], "found");
}

/// moto keeps trails by their Region, as AWS does: home sees that of another one as a shadow.
#[tokio::test]
async fn a_trail_of_another_region_is_asked_about_there() {
    let Some(server) = Emulator::Moto.start() else {
        return;
    };
    let elsewhere = server.config().into_builder();
    let elsewhere = elsewhere.region(Region::from_static("eu-west-1")).build();
    let cloudtrail = aws_sdk_cloudtrail::Client::new(&elsewhere);
    let aws = Aws::new(server.config(), ProfileChoice::default());
    assert_eq!(trail::find(&aws, HOME).await.reason, "there is no trail");
    let s3 = aws_sdk_s3::config::Builder::from(&server.config()).force_path_style(true);
    let s3 = aws_sdk_s3::Client::from_conf(s3.build());
    s3.create_bucket().bucket("logs").send().await.unwrap();
    let made = cloudtrail.create_trail().name("all").s3_bucket_name("logs");
    made.is_multi_region_trail(true).send().await.unwrap();
    let found = trail::find(&aws, HOME).await;
    assert_eq!(
        (found.state, found.reason.as_str()),
        (TrailState::NotSuitable, "all: it is not logging")
    );
    cloudtrail.start_logging().name("all").send().await.unwrap();
    // AWS gives every trail this selector, moto none
    let all = EventSelector::builder()
        .include_management_events(true)
        .build();
    let widened = cloudtrail.put_event_selectors().trail_name("all");
    widened.event_selectors(all).send().await.unwrap();
    let found = trail::find(&aws, HOME).await;
    assert_eq!(found.state, TrailState::Suitable, "{}", found.reason);
    let data_only = EventSelector::builder()
        .include_management_events(false)
        .build();
    let narrowed = cloudtrail
        .put_event_selectors()
        .trail_name("all")
        .event_selectors(data_only);
    narrowed.send().await.unwrap();
    let found = trail::find(&aws, HOME).await;
    assert_eq!(found.state, TrailState::NotSuitable, "{}", found.reason);
}
