//! `respond quarantine`: AWS's newest quarantine policy, or a deny of everything, on a user and off again.

use super::*;

#[tokio::test]
async fn the_newest_policy_of_aws_is_attached_and_detached() {
    let Some(scene) = Scene::moto("newest") else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let answer = scene.apply(&["quarantine", &key.user], 0);
    assert_eq!(answer["state"], "done");
    // of the versions that moto has; a newer one is taken where AWS has one
    let name = "AWSCompromisedKeyQuarantineV3";
    assert_eq!(scene.account.policies(&key.user).await, [name]);
    let changes = scene.gate.changes();
    assert_eq!(told(&changes), [format!("AttachUserPolicy {}", key.user)]);
    assert_eq!(
        changes[0].parameter("PolicyArn"),
        format!("arn:aws:iam::aws:policy/{name}")
    );
    let notes = answer["notes"].to_string();
    assert!(notes.contains("does not"), "{notes}");

    let undone = scene.undo(&answer, 0);
    assert_eq!(outcomes(&undone), ["undo done"]);
    assert!(scene.account.policies(&key.user).await.is_empty());
    let again = scene.undo(&answer, 0);
    assert_eq!(again["state"], "nothing");
}

#[tokio::test]
async fn a_user_in_quarantine_already_stays_so_after_an_undo() {
    let Some(scene) = Scene::moto("stays") else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let arn = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3";
    let attach = scene.account.iam.attach_user_policy().user_name(&key.user);
    attach.policy_arn(arn).send().await.unwrap();
    let answer = scene.apply(&["quarantine", &key.user], 0);
    assert_eq!(answer["state"], "nothing");
    assert_eq!(scene.gate.changes(), []);
}

#[tokio::test]
async fn a_deny_of_everything_denies_keys_and_sessions_until_it_is_undone() {
    let Some(scene) = Scene::new("deny").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let other = account.user(&scene.named("other")).await;
    let session = account.session_token(&key.credentials).await;
    let answer = scene.apply(&["quarantine", &key.user, "--deny-all"], 0);
    assert_eq!(answer["state"], "done");
    account.is_denied(&key.credentials).await;
    account.is_denied(&session).await;
    account.works(&other.credentials).await;
    assert_eq!(account.policies(&key.user).await, ["TrailhuntDenyAll"]);
    // sessions of roles that the user assumed go on, which is to be known
    let notes = answer["notes"].to_string();
    assert!(notes.contains("role"), "{notes}");

    let undone = scene.undo(&answer, 0);
    assert_eq!(outcomes(&undone), ["undo done"]);
    account.works(&key.credentials).await;
    account.works(&session).await;
}

#[tokio::test]
async fn the_caller_and_nobody_are_refused() {
    let Some(account) = Account::enforcing() else {
        return;
    };
    let responder = account.responder("selfq-responder").await;
    let scene = Scene::of(account, "selfq", &responder);
    let answer = scene.apply(&["quarantine", &responder.user, "--deny-all"], 1);
    assert_eq!(outcomes(&answer).len(), 1);
    assert_eq!(steps(&answer)[0]["state"], "refused", "{answer}");
    let said = scene.respond(["quarantine", "selfq-nobody"].iter().chain(&APPLY));
    let error = said.exits(2).json()["error"].to_string();
    assert!(error.contains("selfq-nobody"), "{error}");
    assert_eq!(scene.gate.changes(), []);
}
