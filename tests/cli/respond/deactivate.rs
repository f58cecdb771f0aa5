//! `respond deactivate-key`: the key is refused afterwards and no other is, and every other case has its own answer.

use aws_sdk_iam::types::StatusType;
use chrono::SubsecRound;
use serde_json::json;

use super::*;
use crate::support::gate::{Fault, Rule};
use crate::support::records::record;

#[tokio::test]
async fn a_dry_run_says_what_it_would_do_and_does_nothing() {
    let Some(scene) = Scene::new("dry").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let answer = scene.plan(&["deactivate-key", &key.id], 0);
    assert_eq!(answer["state"], "planned");
    assert_eq!(answer["journal"], Value::Null);
    assert_eq!(answer["undo"], Value::Null);
    assert_eq!(answer["missing_permissions"], json!([]));
    assert_eq!(outcomes(&answer), ["keys planned"]);
    let step = &steps(&answer)[0];
    assert_eq!(step["before"], "Active");
    assert_eq!(step["after"], "Inactive");
    let call = format!(
        "aws iam update-access-key --user-name {} --access-key-id {} --status Inactive",
        key.user, key.id
    );
    assert_eq!(step["call"], json!(call.split(' ').collect::<Vec<_>>()));

    let table = scene.respond(["deactivate-key", &key.id]).exits(0);
    for word in [&key.id, &key.user, "update-access-key", "--apply"] {
        let all = format!("{}{}", table.text(), table.stderr);
        assert!(all.contains(word), "{word}: {all}");
    }
    assert_eq!(scene.gate.changes(), []);
    assert!(!scene.journals().exists(), "a dry run keeps no journal");
    scene.account.works(&key.credentials).await;
}

#[tokio::test]
async fn the_key_is_refused_afterwards_and_no_other_is_until_it_is_undone() {
    let Some(scene) = Scene::new("off").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let second = account.key(&key.user).await;
    let other = account.user(&scene.named("other")).await;

    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    assert_eq!(answer["state"], "done");
    assert_eq!(outcomes(&answer), ["keys done"]);
    account.is_no_key(&key.credentials).await;
    account.works(&second.credentials).await;
    account.works(&other.credentials).await;
    let changes = scene.gate.changes();
    assert_eq!(told(&changes), [format!("UpdateAccessKey {}", key.user)]);
    assert_eq!(changes[0].parameter("Status"), "Inactive");
    assert!(journal(&answer).starts_with(scene.journals().to_str().unwrap()));
    let undo = json!(["trailhunt", "respond", "undo", journal(&answer)]);
    let told = answer["undo"].as_array().unwrap();
    assert!(told.starts_with(undo.as_array().unwrap()), "{told:?}");

    scene.gate.reset();
    let undone = scene.undo(&answer, 0);
    assert_eq!(undone["state"], "done");
    assert_eq!(outcomes(&undone), ["undo done"]);
    account.works(&key.credentials).await;
    assert_eq!(scene.gate.changes().len(), 1);
    assert_eq!(scene.gate.changes()[0].parameter("UserName"), key.user);

    scene.gate.reset();
    let again = scene.undo(&answer, 0);
    assert_eq!(again["state"], "nothing");
    assert_eq!(scene.gate.changes(), []);
}

#[tokio::test]
async fn it_reads_back_until_the_key_is_inactive() {
    let Some(scene) = Scene::new("slow").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    scene
        .gate
        .rule(Rule::on("UpdateAccessKey", Fault::HoldAnswer));
    let running = scene.start(&["deactivate-key", &key.id]);
    scene.gate.wait_until_held();
    let before = scene.gate.calls_of("ListAccessKeys").len();
    // as IAM does for a while: the change is made, and not yet seen
    let stale = Fault::Reword("Inactive", "Active");
    scene.gate.rule(Rule::on("ListAccessKeys", stale).times(2));
    scene.gate.let_go();
    let said = ended(running).exits(0);
    assert_eq!(outcomes(&answer(&said)), ["keys done"]);
    assert_eq!(scene.gate.calls_of("ListAccessKeys").len(), before + 3);
}

#[tokio::test]
async fn who_used_it_lately_is_said_first() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("lately-responder").await;
    let key = account.user("lately-victim").await;
    let hour_ago = (clock::wall().0 - TimeDelta::hours(1)).trunc_subsecs(0);
    let call = record(&json!({
        "eventTime": hour_ago, "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/\u{1b}[31mevil",
        "userIdentity": {"type": "IAMUser", "accessKeyId": key.id, "userName": key.user, "accountId": "000000000000",
            "principalId": "AIDAEXAMPLE", "arn": format!("arn:aws:iam::000000000000:user/{}", key.user)},
    }));
    let gate = Gate::before(account.server);
    let scene = Scene::behind(gate, account, "lately", &[call], |sandbox| {
        acting(sandbox, &responder.credentials)
    });
    let answer = scene.plan(&["deactivate-key", &key.id], 0);
    let used = &answer["recent_use"];
    assert_eq!(used["complete"], true, "{used}");
    assert_eq!(used["users"][0]["source_ip"], "198.51.100.7");
    assert_eq!(used["users"][0]["events"], 1);
    let table = scene.respond(["deactivate-key", &key.id]).exits(0);
    assert!(table.text().contains("198.51.100.7"), "{}", table.text());
    assert!(!table.text().contains("\u{1b}[31mevil"), "{}", table.text());
}

#[tokio::test]
async fn a_key_that_is_inactive_already_is_left_alone() {
    let Some(scene) = Scene::new("already").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let off = scene.account.iam.update_access_key().user_name(&key.user);
    let off = off.access_key_id(&key.id).status(StatusType::Inactive);
    off.send().await.unwrap();
    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    assert_eq!(answer["state"], "nothing");
    assert_eq!(answer["undo"], Value::Null);
    assert_eq!(scene.gate.changes(), []);
    assert!(
        words(&answer).to_lowercase().contains("inactive"),
        "{answer}"
    );
}

/// The error of a run that ends with `code` and changes nothing.
fn error(scene: &Scene, id: &str, code: i32) -> String {
    let said = scene.respond(["deactivate-key", id].iter().chain(&APPLY));
    let answer = said.exits(code).json();
    assert_eq!(scene.gate.changes(), []);
    assert!(!scene.journals().exists(), "nothing was done");
    answer["error"].to_string()
}

#[tokio::test]
async fn what_cannot_be_deactivated_has_its_own_answer() {
    let Some(scene) = Scene::new("odd").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let session = account.session_token(&key.credentials).await;

    let temporary = error(&scene, session.access_key_id(), 2);
    assert!(temporary.contains("temporary key"), "{temporary}");
    let nobody = error(&scene, "AKIANOBODY0000000000", 2);
    assert!(nobody.contains("deleted"), "{nobody}");
    // of account 609629065308, as its id says (facts: D2)
    let foreign = error(&scene, "AKIAY34FZKBOKMUTVV7A", 2);
    assert!(foreign.contains("609629065308"), "{foreign}");
    let no_key = error(&scene, "no-key", 2);
    assert!(no_key.contains("no access key id"), "{no_key}");
    let answers = [temporary, nobody, foreign, no_key];
    for (at, one) in answers.iter().enumerate() {
        assert!(!answers[..at].contains(one), "{one}");
    }
}

#[tokio::test]
async fn the_callers_own_key_is_refused() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("own-responder").await;
    let second = account.key(&responder.user).await;
    let scene = Scene::of(account, "own", &responder);
    // another key of one's own user is one's own, too
    for key in [&responder, &second] {
        let answer = scene.apply(&["deactivate-key", &key.id], 1);
        assert_eq!(outcomes(&answer), ["keys refused"], "{answer}");
        assert_eq!(scene.gate.changes(), []);
        let active = Some(StatusType::Active);
        assert_eq!(scene.account.status(key).await, active);
    }
}

#[tokio::test]
async fn the_key_that_the_callers_session_came_from_is_refused() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("from-responder").await;
    let session = account.session_token(&responder.credentials).await;
    let gate = Gate::before(account.server);
    let scene = Scene::behind(gate, account, "from", &[], |sandbox| {
        acting(sandbox, &session)
    });
    let answer = scene.apply(&["deactivate-key", &responder.id], 1);
    assert_eq!(outcomes(&answer), ["keys refused"], "{answer}");
    assert_eq!(scene.gate.changes(), []);
    // of any other plan it is said that nobody knows which credential that was
    let unknown = "make sure that it is none of those in this plan";
    assert!(!words(&answer).contains(unknown), "{answer}");
    let other = scene.account.user("from-victim").await;
    let plan = scene.plan(&["deactivate-key", &other.id], 0);
    assert!(words(&plan).contains(unknown), "{plan}");
}

#[tokio::test]
async fn a_role_of_which_nobody_can_tell_who_opened_it_acts_on_users_when_asked_to_only() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let opener = account.user("maybe-opener").await;
    let role = account.role("maybe-role").await;
    let session = account.assume(&opener.credentials, &role, "incident").await;
    let gate = Gate::before(account.server);
    let scene = Scene::behind(gate, account, "maybe", &[], |sandbox| {
        acting(sandbox, &session)
    });
    let run = ["deactivate-key", opener.id.as_str()];
    let answer = scene.apply(&run, 1);
    assert_eq!(outcomes(&answer), ["keys refused"], "{answer}");
    assert_eq!(scene.gate.changes(), []);
    for told in [
        "Event history does not show it, or not yet",
        "--include-own-session",
    ] {
        assert!(answer.to_string().contains(told), "{told}: {answer}");
    }
    let run = [&run[..], &["--include-own-session"]].concat();
    let plan = scene.plan(&run, 0);
    let next = &plan["next"][0]["argv"];
    let next = next.as_array().unwrap();
    assert!(next.contains(&"--include-own-session".into()), "{plan}");
    let answer = scene.apply(&run, 0);
    assert_eq!(outcomes(&answer), ["keys done"], "{answer}");
    // what gives back cuts off nobody
    let undone = scene.undo(&answer, 0);
    assert_eq!(outcomes(&undone), ["undo done"], "{undone}");
    let active = Some(StatusType::Active);
    assert_eq!(scene.account.status(&opener).await, active);
}

#[tokio::test]
async fn another_account_than_the_expected_one_is_not_even_asked() {
    let Some(scene) = Scene::new("where").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let run = ["deactivate-key", &key.id, "--expect-account"];
    let said = scene.respond(run.iter().chain(&["123456789012"]).chain(&APPLY));
    let said = said.exits(2);
    let error = said.json()["error"].to_string();
    assert!(
        error.contains("123456789012") && error.contains("000000000000"),
        "{error}"
    );
    let actions: Vec<_> = scene
        .gate
        .calls()
        .into_iter()
        .map(|call| call.action)
        .collect();
    assert_eq!(actions, ["GetCallerIdentity"]);
    let run = run.iter().chain(&["000000000000"]).chain(&APPLY);
    scene.respond(run).exits(0);
    scene.account.is_no_key(&key.credentials).await;
}

#[tokio::test]
async fn a_missing_permission_is_named_before_anything_is_changed() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let mut may = crate::support::iam_account::RESPONDER.to_vec();
    may.retain(|action| *action != "iam:UpdateAccessKey");
    let responder = account.user_who_may("lacks-responder", &may).await;
    let key = account.user("lacks-victim").await;
    let scene = Scene::of(account, "lacks", &responder);
    let planned = scene.plan(&["deactivate-key", &key.id], 0);
    let applied = scene.apply(&["deactivate-key", &key.id], 1);
    for answer in [planned, applied] {
        let missing = answer["missing_permissions"].to_string();
        assert!(missing.contains("iam:UpdateAccessKey"), "{answer}");
        assert!(!missing.contains("iam:ListAccessKeys"), "{answer}");
        assert_eq!(answer["journal"], Value::Null);
    }
    assert_eq!(scene.gate.changes(), []);
    scene.account.works(&key.credentials).await;
}

#[tokio::test]
async fn without_a_terminal_nothing_is_done_without_yes() {
    let Some(scene) = Scene::new("asked").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let said = scene
        .respond(["deactivate-key", &key.id, "--apply"])
        .exits(5);
    assert!(said.stderr.contains("--yes"), "{}", said.stderr);
    assert_eq!(scene.gate.changes(), []);
    assert!(!scene.journals().exists(), "nothing was done");
}

#[tokio::test]
async fn the_owner_is_found_where_iam_does_not_say_who_used_the_key() {
    let Some(scene) = Scene::new("found").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    scene
        .gate
        .rule(Rule::on("GetAccessKeyLastUsed", Fault::DENY));
    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    assert_eq!(answer["state"], "done");
    assert!(
        scene.gate.calls_of("ListUsers").len() == 1,
        "the users were asked"
    );
    scene.account.is_no_key(&key.credentials).await;

    // and where nobody says whose it is, that is not the same as that it is nobody's
    scene.gate.reset();
    scene
        .gate
        .rule(Rule::on("GetAccessKeyLastUsed", Fault::DENY));
    scene.gate.rule(Rule::on("ListUsers", Fault::DENY));
    let error = {
        let said = scene.respond(["deactivate-key", &key.id].iter().chain(&APPLY));
        said.exits(1).json()["error"].to_string()
    };
    assert!(error.contains("iam:ListUsers"), "{error}");
    assert!(!error.contains("deleted"), "{error}");
}

/// Neither a key without a status nor a list that is not there is an answer.
#[tokio::test]
async fn what_iam_does_not_say_is_not_taken_for_a_word_of_it() {
    let Some(scene) = Scene::new("unsaid").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let run = ["deactivate-key", key.id.as_str()];
    let lists = Fault::Reword("SSHPublicKeys", "Other");
    scene.gate.rule(Rule::on("ListSSHPublicKeys", lists));
    let plan = scene.plan(&run, 0);
    let unread = "SSH key could not be looked up";
    assert!(words(&plan).contains(unread), "{plan}");
    scene.gate.reset();
    let status = Fault::Reword("<Status>Active</Status>", "");
    scene.gate.rule(Rule::on("ListAccessKeys", status));
    let said = error(&scene, &key.id, 1);
    assert!(
        said.contains("without saying whether it is active"),
        "{said}"
    );
    assert_eq!(scene.gate.changes(), []);
}
