//! Whose credentials these are, and what happens where they are missing, refused, or end on the way.

use std::fs;

use serde_json::json;
use sha2::{Digest, Sha256};

use super::{HERE, KEY, NOW, always, coverage, day_of_key, report, said, sandbox, serving};
use crate::support::aws_servers::Emulator;
use crate::support::lookup_server::{Fault, LookupServer, Outcome, Rule};
use crate::support::records;
use crate::support::sandbox::Sandbox;

const EXPIRED: &str = "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>\
    <Message>The security token included in the request is expired</Message></Error></ErrorResponse>";

/// A run that must fail for want of credentials, and say so twice: to people, and as JSON.
fn refused(sandbox: &Sandbox, why: &str) {
    let output = day_of_key(sandbox, "json")
        .assert()
        .code(4)
        .get_output()
        .clone();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("error: ") && stderr.contains(why),
        "{stderr}"
    );
    assert!(
        stderr.contains("hint: ") && stderr.contains("aws sso login"),
        "{stderr}"
    );
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["error"]["kind"], "credentials");
    assert!(
        json["error"]["message"].as_str().unwrap().contains(why),
        "{json}"
    );
    assert!(json["error"]["hint"].is_string());
}

#[test]
fn without_credentials_nothing_is_asked() {
    let server = serving([]).start();
    let sandbox = Sandbox::new().endpoint(&server.url()).now(NOW);
    let mut command = day_of_key(&sandbox, "table");
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    let stderr = said(&mut command, 4);
    assert!(
        stderr.contains("no usable AWS credentials") && stderr.contains("hint: "),
        "{stderr}"
    );
    assert!(server.calls().is_empty());
}

#[test]
fn a_profile_that_is_named_wins_over_the_environment() {
    let server = serving([]).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let stderr = said(
        day_of_key(&sandbox, "table").args(["--profile", "nobody"]),
        4,
    );
    assert!(stderr.contains("nobody"), "{stderr}");

    let mut command = with_program(&sandbox, 0);
    command.env("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN000000000");
    command.env("AWS_SECRET_ACCESS_KEY", "unknown");
    report(command.args(["--profile", "default"]), 0);
}

#[test]
fn credentials_that_sts_does_not_know_are_refused() {
    let server = serving([]).start();
    if let Some(sandbox) = sandbox(&server) {
        let unknown = "AKIAUNKNOWN000000000";
        refused(
            &sandbox.set("AWS_ACCESS_KEY_ID", unknown),
            "InvalidClientTokenId",
        );
        assert!(server.calls().is_empty());
    }
}

#[test]
fn credentials_that_have_expired_before_the_start_are_refused() {
    let url = always("403 Forbidden", "text/xml", EXPIRED);
    refused(&Sandbox::new().endpoint(&url).now(NOW), "ExpiredToken");
}

#[test]
fn a_session_that_ends_for_good_is_a_gap_that_says_what_to_do() {
    let ended = Rule::always(Fault::ExpireCredentials).with_token();
    let server = serving(records::series(HERE, 120)).fault(ended).start();
    let Some(sandbox) = sandbox(&server) else {
        return;
    };
    let report = report(&mut day_of_key(&sandbox, "json"), 3);
    assert_eq!(report["events"].as_array().unwrap().len(), 50);
    let coverage = coverage(&report, HERE);
    assert_eq!(coverage["state"], "failed");
    let reason = coverage["reason"].as_str().unwrap();
    for part in ["expired", "log in"] {
        assert!(reason.contains(part), "{part}: {reason}");
    }
}

/// Configuration whose credentials come from a program that counts how often it was asked: the key `OLD` the
/// first `good_for` times, and the sandbox's own from then on.
fn with_program(sandbox: &Sandbox, good_for: usize) -> assert_cmd::Command {
    let script = format!(
        r#"mkdir -p .aws
cat > .aws/config <<END
[default]
credential_process = sh $PWD/key
END
cat > key <<'END'
echo asked >> count
if [ $(wc -l < count) -gt {good_for} ]; then key=test; else key=OLD; fi
printf '{{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "test"}}' $key
END"#
    );
    sandbox
        .command("sh")
        .args(["-c", &script])
        .assert()
        .success();
    let mut command = day_of_key(sandbox, "json");
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY");
    command
}

/// What `aws login` leaves in the home of the sandbox for the profile `signed-in`: a session until `expires`.
fn signed_in(sandbox: &Sandbox, expires: &str) -> assert_cmd::Command {
    const SESSION: &str = "arn:aws:iam::123456789012:user/ana";
    let session = Sha256::digest(SESSION);
    let name: String = session.iter().map(|byte| format!("{byte:02x}")).collect();
    let cache = sandbox.home().join(".aws/login/cache");
    fs::create_dir_all(&cache).unwrap();
    let config = format!("[profile signed-in]\nlogin_session = {SESSION}\nregion = {HERE}\n");
    fs::write(sandbox.home().join(".aws/config"), config).unwrap();
    let token = json!({
        "accessToken": {"accessKeyId": "ASIASIGNEDIN00000000", "secretAccessKey": "test", "sessionToken": "test",
            "accountId": "123456789012", "expiresAt": expires},
        "tokenType": "aws_sigv4", "refreshToken": "test", "clientId": "arn:aws:signin:::devtools/same-device",
        "dpopKey": "none",
    });
    fs::write(cache.join(format!("{name}.json")), token.to_string()).unwrap();
    let mut command = day_of_key(sandbox, "json");
    command
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .args(["--profile", "signed-in"]);
    command
}

#[test]
fn a_profile_of_aws_login_works_while_its_session_lives() {
    let server = serving(records::series(HERE, 3))
        .access_key("ASIASIGNEDIN00000000")
        .start();
    let Some(sandbox) = any_key(&server) else {
        return;
    };
    let report = report(&mut signed_in(&sandbox, "2099-01-01T00:00:00Z"), 0);
    assert_eq!(report["events"].as_array().unwrap().len(), 3);
    let refused = said(&mut signed_in(&sandbox, "2020-01-01T00:00:00Z"), 4);
    assert!(refused.contains("aws login"), "{refused}");
}

fn times_asked(sandbox: &Sandbox) -> usize {
    let output = sandbox
        .command("cat")
        .arg("count")
        .assert()
        .success()
        .get_output()
        .clone();
    output.stdout.split(|byte| *byte == b'\n').count() - 1
}

/// moto, for it takes any key; ministack would refuse the old one before CloudTrail could.
fn any_key(server: &LookupServer) -> Option<Sandbox> {
    let aws = Emulator::Moto.shared()?;
    Some(
        Sandbox::new()
            .endpoint(aws.url())
            .cloudtrail(&server.url())
            .now(NOW),
    )
}

#[test]
fn a_session_that_was_renewed_meanwhile_is_taken_up() {
    // how often the program is asked by a run that needs no renewal
    let server = serving(records::series(HERE, 120))
        .access_key("OLD")
        .start();
    let Some(first) = any_key(&server) else {
        return;
    };
    report(&mut with_program(&first, usize::MAX), 0);
    let at_start = times_asked(&first);

    let server = serving(records::series(HERE, 120))
        .expired_key("OLD")
        .start();
    let Some(second) = any_key(&server) else {
        return;
    };
    let report = report(&mut with_program(&second, at_start), 0);
    assert_eq!(report["events"].as_array().unwrap().len(), 120);
    let expired = Outcome::Refused("ExpiredTokenException");
    assert_eq!(server.calls()[0].outcome, expired);
    assert!(
        server.calls()[1..]
            .iter()
            .all(|call| call.outcome != expired)
    );
}

#[tokio::test]
async fn the_caller_and_the_owner_of_the_key_are_told() {
    let server = serving([]).start();
    for emulator in [Emulator::Ministack, Emulator::Moto] {
        let Some(aws) = emulator.shared() else {
            return;
        };
        let iam = aws_sdk_iam::Client::new(&aws.config());
        iam.create_user().user_name("traced").send().await.unwrap();
        let made = iam
            .create_access_key()
            .user_name("traced")
            .send()
            .await
            .unwrap();
        let key = made.access_key().unwrap().access_key_id();

        let sandbox = Sandbox::new()
            .endpoint(aws.url())
            .cloudtrail(&server.url())
            .now(NOW);
        let mut command = sandbox.trailhunt();
        command.args([
            "trace-key",
            key,
            "--regions",
            HERE,
            "--rate",
            "50",
            "--format",
            "json",
        ]);
        let report = report(&mut command, 0);
        let subject = &report["subjects"][0];
        assert_eq!(subject["access_key_id"], key);
        assert_eq!(subject["status"], "Active", "{subject}");
        assert_eq!(subject["known_from"], "iam");
        let account = report["caller"]["account"].as_str().unwrap();
        assert_eq!(
            subject["principal"],
            format!("arn:aws:iam::{account}:user/traced")
        );
        assert!(report["caller"]["arn"].as_str().unwrap().contains(account));
    }
    let asked: Vec<_> = server.calls().iter().map(super::asked).collect();
    assert!(asked.contains(&"Username=traced".to_owned()), "{asked:?}");
    assert!(!asked.contains(&format!("AccessKeyId={KEY}")));
}
