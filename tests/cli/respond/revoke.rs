//! `respond revoke-sessions`: what was issued before is cut, what comes after is not, and long-term keys never are.

use chrono::{SubsecRound, Timelike};
use serde_json::json;

use super::*;
use crate::support::gate::{Fault, Rule};
use crate::support::records::record;

const DENY: &str = "AWSRevokeOlderSessions";

#[tokio::test]
async fn sessions_of_before_are_cut_and_later_ones_work() {
    let Some(scene) = Scene::new("cut").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let role = scene.named("role");
    let arn = account.role(&role).await;
    let other = account.role(&scene.named("other")).await;
    let other = account.assume(&key.credentials, &other, "other").await;
    let before = account.assume(&key.credentials, &arn, "before").await;
    account.works(&before).await;

    let answer = scene.apply(&["revoke-sessions", &role], 0);
    assert_eq!(answer["state"], "done");
    assert_eq!(outcomes(&answer), ["sessions done"]);
    account.is_denied(&before).await;
    account.works(&other).await;
    account.works(&key.credentials).await;
    assert_eq!(account.role_policies(&role).await, [DENY]);

    let changes = scene.gate.changes();
    assert_eq!(
        told(&changes),
        [
            format!("PutRolePolicy {role}"),
            format!("PutRolePolicy {role}")
        ]
    );
    let [first, second] = [moment(&changes[0]), moment(&changes[1])];
    assert!(changes[1].at >= changes[0].at + std::time::Duration::from_secs(1));
    assert!(first < second, "{first} {second}");
    assert_eq!((first.nanosecond(), second.nanosecond()), (0, 0));

    pass(second).await;
    let after = account.assume(&key.credentials, &arn, "after").await;
    account.works(&after).await;
    account.is_denied(&before).await;
}

#[tokio::test]
async fn a_session_minted_between_the_two_denies_is_cut() {
    let Some(scene) = Scene::new("minted").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let role = scene.named("role");
    let arn = account.role(&role).await;
    scene
        .gate
        .rule(Rule::on("PutRolePolicy", Fault::Hold).after(1));
    let running = scene.start(&["revoke-sessions", &arn]);
    scene.gate.wait_until_held();
    pass(moment(&scene.gate.changes()[0])).await;
    let minted = account.assume(&key.credentials, &arn, "minted").await;
    account.works(&minted).await;
    scene.gate.let_go();
    let said = ended(running).exits(0);
    assert_eq!(answer(&said)["state"], "done");
    account.is_denied(&minted).await;
}

#[tokio::test]
async fn the_deny_is_lifted_only_when_the_sessions_have_ended_or_by_force() {
    let Some(scene) = Scene::new("lift").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let role = scene.named("role");
    let arn = account.role(&role).await;
    let before = account.assume(&key.credentials, &arn, "before").await;
    let answer = scene.apply(&["revoke-sessions", &role], 0);

    scene.gate.reset();
    let refused = scene.undo(&answer, 1);
    assert_eq!(outcomes(&refused), ["undo refused"], "{refused}");
    let reason = text(&steps(&refused)[0], "reason");
    assert!(
        reason.contains("12") && reason.contains("--force"),
        "{reason}"
    );
    assert_eq!(scene.gate.changes(), []);
    account.is_denied(&before).await;

    let forced = scene.apply(&["undo", journal(&answer), "--force"], 0);
    assert_eq!(outcomes(&forced), ["undo done"]);
    account.works(&before).await;
    assert!(account.role_policies(&role).await.is_empty());
    let again = scene.apply(&["undo", journal(&answer), "--force"], 0);
    assert_eq!(again["state"], "nothing");
}

#[tokio::test]
async fn an_older_deny_is_put_back() {
    let Some(scene) = Scene::new("older").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let role = scene.named("role");
    let arn = account.role(&role).await;
    let session = account.assume(&key.credentials, &arn, "session").await;
    let older = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Action": ["*"], "Resource": ["*"],
        "Condition": {"DateLessThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00.000Z"}},
    }]});
    let put = account
        .iam
        .put_role_policy()
        .role_name(&role)
        .policy_name(DENY);
    put.policy_document(older.to_string()).send().await.unwrap();
    let answer = scene.apply(&["revoke-sessions", &role], 0);
    account.is_denied(&session).await;
    scene.apply(&["undo", journal(&answer), "--force"], 0);
    account.works(&session).await;
    let put = scene.gate.changes();
    let put = put.last().unwrap();
    assert_eq!(put.action, "PutRolePolicy");
    let document: Value = serde_json::from_str(put.parameter("PolicyDocument")).unwrap();
    assert_eq!(document, older);
}

#[tokio::test]
async fn sessions_of_a_user_are_cut_and_the_users_key_is_not() {
    let Some(scene) = Scene::new("token").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let session = account.session_token(&key.credentials).await;
    account.works(&session).await;
    let answer = scene.apply(&["revoke-sessions", &key.user], 0);
    assert_eq!(outcomes(&answer), ["sessions done"]);
    account.is_denied(&session).await;
    account.works(&key.credentials).await;
    assert_eq!(account.policies(&key.user).await, [DENY]);
    let refused = scene.undo(&answer, 1);
    let reason = text(&steps(&refused)[0], "reason");
    assert!(reason.contains("36"), "{reason}");
    scene.apply(&["undo", journal(&answer), "--force"], 0);
    account.works(&session).await;
}

#[tokio::test]
async fn whom_it_will_cut_off_is_said_first() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("cutoff-responder").await;
    account.role("cutoff-role").await;
    let hour_ago = (clock::wall().0 - TimeDelta::hours(1)).trunc_subsecs(0);
    let role = "arn:aws:iam::000000000000:role/cutoff-role";
    let arn = "arn:aws:sts::000000000000:assumed-role/cutoff-role/deploy-bot";
    let issued = record(&json!({
        "eventID": "AssumeRole", "eventTime": hour_ago, "eventSource": "sts.amazonaws.com", "eventName": "AssumeRole",
        "requestParameters": {"roleArn": role, "roleSessionName": "deploy-bot"},
        "responseElements": {"credentials": {"accessKeyId": "ASIAEXAMPLE000000001"},
            "assumedRoleUser": {"assumedRoleId": "AROAEXAMPLE:deploy-bot", "arn": arn}},
    }));
    let used = record(&json!({
        "eventID": "ListUsers", "eventTime": hour_ago, "sourceIPAddress": "198.51.100.8",
        "userIdentity": {"type": "AssumedRole", "accessKeyId": "ASIAEXAMPLE000000001", "accountId": "000000000000",
            "principalId": "AROAEXAMPLE:deploy-bot", "arn": arn,
            "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "cutoff-role", "arn": role}}},
    }));
    let gate = Gate::before(account.server);
    let scene = Scene::behind(gate, account, "cutoff", &[issued, used], |sandbox| {
        acting(sandbox, &responder.credentials)
    });
    let answer = scene.plan(&["revoke-sessions", "cutoff-role"], 0);
    let used = &answer["recent_use"]["users"][0];
    assert_eq!(used["principal"], arn, "{answer:#}");
    assert_eq!(used["source_ip"], "198.51.100.8");
}

#[tokio::test]
async fn the_time_is_that_of_aws() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("skew-responder").await;
    account.role("skew-role").await;
    let gate = Gate::skewed(account.server, TimeDelta::minutes(10));
    let scene = Scene::behind(gate, account, "skew", &[], |sandbox| {
        acting(sandbox, &responder.credentials)
    });
    let start = clock::wall().0;
    scene.apply(&["revoke-sessions", "skew-role"], 0);
    let ahead = moment(&scene.gate.changes()[0]) - start;
    assert!((598..660).contains(&ahead.num_seconds()), "{ahead}");
}

#[tokio::test]
async fn roles_of_aws_are_explained() {
    let Some(scene) = Scene::new("aws").await else {
        return;
    };
    let account = &scene.account;
    let linked = scene.named("AWSServiceRoleForX");
    account
        .role_at("/aws-service-role/x.amazonaws.com/", &linked)
        .await;
    let sso = "AWSReservedSSO_aws_0123456789abcdef";
    account
        .role_at("/aws-reserved/sso.amazonaws.com/eu-west-1/", sso)
        .await;
    let mut errors = Vec::new();
    for (role, word) in [
        (linked.as_str(), "service-linked"),
        (sso, "Identity Center"),
    ] {
        let said = scene.respond(["revoke-sessions", role].iter().chain(&APPLY));
        let error = said.exits(2).json()["error"].to_string();
        assert!(error.contains(word), "{error}");
        errors.push(error);
    }
    let said = scene.respond(["revoke-sessions", "nobody-at-all"].iter().chain(&APPLY));
    errors.push(said.exits(2).json()["error"].to_string());
    assert!(errors[2].contains("nobody-at-all"), "{errors:?}");
    assert_eq!(scene.gate.changes(), []);
}

#[tokio::test]
async fn the_callers_own_role_is_refused() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.user("self-responder").await;
    let arn = account.role("self-role").await;
    let session = account
        .assume(&responder.credentials, &arn, "responding")
        .await;
    let gate = Gate::before(account.server);
    let scene = Scene::behind(gate, account, "self", &[], |sandbox| {
        acting(sandbox, &session)
    });
    let answer = scene.apply(&["revoke-sessions", "self-role"], 1);
    assert_eq!(outcomes(&answer), ["sessions refused"], "{answer}");
    assert_eq!(scene.gate.changes(), []);
    scene.account.works(&session).await;
}
