//! The account and the gate: that policies are enforced, and that the faults are what they are called.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::error::ProvideErrorMetadata;
use chrono::TimeDelta;

use crate::support::aws_servers::Emulator;
use crate::support::gate::{Fault, Gate, Rule};
use crate::support::iam_account::{Account, Key};

/// An SDK client behind the gate that does not retry, signed with `key`.
fn behind(gate: &Gate, key: &Key) -> aws_sdk_iam::Client {
    let config = aws_sdk_iam::Config::builder()
        .behavior_version(aws_sdk_iam::config::BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .credentials_provider(key.credentials.clone())
        .region(aws_sdk_iam::config::Region::new("us-east-1"))
        .endpoint_url(gate.url())
        .retry_config(RetryConfig::disabled())
        .build();
    aws_sdk_iam::Client::from_conf(config)
}

async fn put(iam: &aws_sdk_iam::Client, key: &Key, policy: &str) -> Result<(), Option<String>> {
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let put = iam.put_user_policy().user_name(&key.user);
    let put = put.policy_name(policy).policy_document(document);
    let answer = put.send().await.map(drop);
    answer.map_err(|error| error.code().map(str::to_owned))
}

#[tokio::test]
async fn the_account_refuses_inactive_keys_and_denied_sessions() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("gate-enforced").await;
    let session = account.session_token(&key.credentials).await;
    account.works(&key.credentials).await;
    account.works(&session).await;

    let deny = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*",
        "Condition":{"DateLessThan":{"aws:TokenIssueTime":"2100-01-01T00:00:00Z"}}}]}"#;
    let put = account.iam.put_user_policy().user_name(&key.user);
    let put = put.policy_name("old").policy_document(deny).send();
    put.await.unwrap();
    account.is_denied(&session).await;
    account.works(&key.credentials).await;
    assert_eq!(account.policies(&key.user).await, ["old"]);

    let inactive = account.iam.update_access_key().user_name(&key.user);
    let inactive = inactive.access_key_id(&key.id).status("Inactive".into());
    inactive.send().await.unwrap();
    account.is_no_key(&key.credentials).await;
    assert_eq!(account.status(&key).await, Some("Inactive".into()));
}

#[tokio::test]
async fn a_gate_passes_calls_on_and_writes_them_down() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("gate-passes").await;
    let gate = Gate::before(account.server);
    let iam = behind(&gate, &key);
    put(&iam, &key, "a+b").await.unwrap();
    put(&iam, &key, "c@d").await.unwrap();
    iam.get_user().send().await.unwrap();
    assert_eq!(account.policies(&key.user).await, ["a+b", "c@d"]);

    let actions: Vec<_> = gate.calls().into_iter().map(|call| call.action).collect();
    assert_eq!(actions, ["PutUserPolicy", "PutUserPolicy", "GetUser"]);
    let changes = gate.changes();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[0].parameter("PolicyName"), "a+b");
    assert_eq!(changes[1].parameter("UserName"), key.user);
    assert_eq!(gate.calls_of("GetUser")[0].parameters.len(), 0);
}

#[tokio::test]
async fn a_gate_refuses_and_loses_the_calls_that_it_is_told_to() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("gate-faults").await;
    let gate = Gate::before(account.server);
    let iam = behind(&gate, &key);
    gate.rule(Rule::on("PutUserPolicy", Fault::DENY).times(1));
    gate.rule(Rule::on_change(Fault::BREAK).after(1).times(1));
    gate.rule(Rule::on_change(Fault::LoseAnswer).after(3).times(1));
    gate.rule(Rule::on(
        "ListUserPolicies",
        Fault::Reword("third", "other"),
    ));
    let mut answers = Vec::new();
    for name in ["first", "second", "third", "fourth"] {
        answers.push(put(&iam, &key, name).await);
    }
    let code = |text: &str| Err(Some(text.to_owned()));
    assert_eq!(
        answers,
        [
            code("AccessDenied"),
            code("ServiceFailure"),
            Ok(()),
            Err(None)
        ]
    );
    assert_eq!(account.policies(&key.user).await, ["third", "fourth"]);
    let listed = iam.list_user_policies().user_name(&key.user).send().await;
    assert_eq!(listed.unwrap().policy_names, ["may", "other", "fourth"]);
    gate.reset();
    assert_eq!(gate.calls(), []);
    put(&iam, &key, "fifth").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gate_holds_a_call_before_or_after_it_is_carried_out() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let key = account.user("gate-holds").await;
    let gate = Gate::before(account.server);
    gate.rule(Rule::on_change(Fault::Hold).times(2));
    gate.rule(Rule::on_change(Fault::HoldAnswer).after(2));
    for (policy, there, goes_on) in [
        ("turned-away", false, false),
        ("let-go", false, true),
        ("carried-out", true, false),
    ] {
        let (iam, key_of_it) = (behind(&gate, &key), key.clone());
        let call = tokio::spawn(async move { put(&iam, &key_of_it, policy).await });
        gate.wait_until_held();
        let policies = account.policies(&key.user).await;
        assert_eq!(policies.contains(&policy.to_owned()), there, "{policy}");
        if goes_on {
            gate.let_go();
        } else {
            gate.turn_away();
        }
        assert_eq!(call.await.unwrap().is_ok(), goes_on, "{policy}");
    }
    assert_eq!(account.policies(&key.user).await, ["let-go", "carried-out"]);
}

#[tokio::test]
async fn a_gate_tells_another_time() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let gate = Gate::skewed(account.server, TimeDelta::minutes(10));
    let key = account.user("gate-skewed").await;
    let answer = behind(&gate, &key).get_user().send().await;
    answer.unwrap();
    // the SDK does not give the header away: asked by hand
    let mut agent = TcpStream::connect(gate.url().trim_start_matches("http://")).unwrap();
    write!(agent, "GET /_ministack/health HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut said = [0; 4096];
    agent
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let read = agent.read(&mut said).unwrap();
    let said = String::from_utf8_lossy(&said[..read]).into_owned();
    let date = said.lines().find_map(|line| line.strip_prefix("date: "));
    let date = chrono::DateTime::parse_from_rfc2822(date.expect("it has a date")).unwrap();
    let ahead = date.to_utc() - trailhunt::clock::wall().0;
    assert!((590..=600).contains(&ahead.num_seconds()), "{ahead}");
}

#[tokio::test]
async fn moto_has_the_policies_of_aws() {
    let Some(account) = Account::of(Emulator::Moto) else {
        return;
    };
    let arn = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3";
    let policy = account.iam.get_policy().policy_arn(arn).send().await;
    assert_eq!(policy.unwrap().policy.unwrap().arn.as_deref(), Some(arn));
}
