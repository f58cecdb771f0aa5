//! `respond undo`: step by step, last change first, and nothing that somebody else has changed since.

use aws_sdk_iam::types::StatusType;

use super::*;
use crate::support::offline::Folder;

#[tokio::test]
async fn a_dry_run_of_it_changes_nothing() {
    let Some(scene) = Scene::new("undry").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    scene.gate.reset();
    let plan = scene.plan(&["undo", journal(&answer)], 0);
    assert_eq!(outcomes(&plan), ["undo planned"]);
    assert_eq!(steps(&plan)[0]["before"], "Inactive");
    assert_eq!(steps(&plan)[0]["after"], "Active");
    scene.account.is_no_key(&key.credentials).await;
}

#[tokio::test]
async fn what_somebody_changed_since_is_refused() {
    let Some(scene) = Scene::new("since").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let answer = scene.apply(&["quarantine", &key.user, "--deny-all"], 0);
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    let put = account.iam.put_user_policy().user_name(&key.user);
    let put = put.policy_name("TrailhuntDenyAll").policy_document(other);
    put.send().await.unwrap();
    scene.gate.reset();
    let undone = scene.undo(&answer, 1);
    let state = text(&steps(&undone)[0], "state");
    assert!(["refused", "changed"].contains(&state), "{undone}");
    let reason = text(&steps(&undone)[0], "reason");
    assert!(reason.contains("it holds a policy now, {"), "{undone}");
    let table = scene.respond(["undo", journal(&answer)]).exits(1);
    let by_hand = format!("aws iam delete-user-policy --user-name {}", key.user);
    assert!(table.text().contains(&by_hand), "{}", table.text());
    assert_eq!(scene.gate.changes(), []);
    assert_eq!(account.policies(&key.user).await, ["TrailhuntDenyAll"]);
}

#[tokio::test]
async fn what_somebody_took_back_by_hand_is_nothing_to_do() {
    let Some(scene) = Scene::new("byhand").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    let on = account.iam.update_access_key().user_name(&key.user);
    let on = on.access_key_id(&key.id).status(StatusType::Active);
    on.send().await.unwrap();
    scene.gate.reset();
    let undone = scene.undo(&answer, 0);
    assert_eq!(undone["state"], "nothing", "{undone}");
    assert!(
        words(&undone).contains("put back by somebody else"),
        "{undone}"
    );
    assert_eq!(scene.gate.changes(), []);
}

#[tokio::test]
async fn what_we_took_back_is_known_from_the_journal_of_that() {
    let Some(scene) = Scene::new("undone-twice").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    scene.undo(&answer, 0);
    let again = scene.undo(&answer, 0);
    let why = text(&again["left_out"][0], "why");
    assert!(why.starts_with("taken back already, at "), "{again}");
    assert!(why.contains("twice-responder"), "{again}");
    assert_eq!(again["notes"], serde_json::json!([]), "{again}");
}

#[tokio::test]
async fn a_missing_journal_is_answered_with_those_that_there_are() {
    let Some(scene) = Scene::new("nosuch").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    let said = scene.respond(["undo", "nosuch.jsonl", "--format", "json"]);
    let error = &said.exits(2).json()["error"];
    assert_eq!(text(error, "message"), "there is no journal nosuch.jsonl");
    let path = PathBuf::from(journal(&answer));
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(text(error, "hint").ends_with(name), "{error}");
}

#[tokio::test]
async fn a_key_that_was_deleted_meanwhile_is_not_made_again() {
    let Some(scene) = Scene::new("deleted").await else {
        return;
    };
    let account = &scene.account;
    let key = account.user(&scene.named("victim")).await;
    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    let delete = account.iam.delete_access_key().user_name(&key.user);
    delete.access_key_id(&key.id).send().await.unwrap();
    scene.gate.reset();
    let undone = scene.undo(&answer, 1);
    let state = text(&steps(&undone)[0], "state");
    assert!(["refused", "changed"].contains(&state), "{undone}");
    assert_eq!(scene.gate.changes(), []);
}

#[tokio::test]
async fn what_is_no_journal_is_refused_before_anything_is_asked() {
    let Some(scene) = Scene::new("nojournal").await else {
        return;
    };
    let folder = Folder::new()
        .with("text", "hello")
        .with("empty", "")
        .with("binary", [0, 159, 146, 150])
        .with("json", "{\"schema_version\":99}\n")
        .with("escape", "\u{1b}[31m{}\n");
    for name in ["text", "empty", "binary", "json", "escape", "missing"] {
        let path = folder.file(name);
        let path = path.to_str().unwrap();
        let said = scene.respond(["undo", path].iter().chain(&APPLY));
        let said = said.exits(2);
        assert!(said.json()["error"]["message"].is_string());
        assert!(!said.stderr.contains('\u{1b}'), "{}", said.stderr);
    }
    assert_eq!(scene.gate.changes(), []);
}

#[tokio::test]
async fn a_journal_of_another_account_is_refused() {
    let Some(scene) = Scene::new("elsewhere").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let answer = scene.apply(&["deactivate-key", &key.id], 0);
    let text = std::fs::read_to_string(journal(&answer)).unwrap();
    assert!(text.contains("000000000000"), "{text}");
    let folder = Folder::new().with("other", text.replace("000000000000", "123456789012"));
    let other = folder.file("other");
    scene.gate.reset();
    let said = scene.respond(["undo", other.to_str().unwrap()].iter().chain(&APPLY));
    let error = said.exits(2).json()["error"].to_string();
    assert!(error.contains("123456789012"), "{error}");
    assert_eq!(scene.gate.changes(), []);
}
