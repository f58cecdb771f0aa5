//! `respond journals`, and `respond undo --last`: what was done from this machine, without anybody remembering a path.

use super::*;
use crate::support::offline::{Folder, offline, said};

fn listed(scene: &Scene, code: i32) -> Value {
    let mut command = scene.sandbox.trailhunt();
    command.args(["respond", "journals", "--format", "json"]);
    answer(&said(&mut command).exits(code))
}

#[tokio::test]
async fn they_are_listed_with_what_they_did_and_whether_it_holds() {
    let Some(scene) = Scene::new("jl-listed").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    assert_eq!(listed(&scene, 0)["journals"], serde_json::json!([]));
    let first = scene.apply(&["deactivate-key", &key.id], 0);
    let second = scene.apply(&["quarantine", &key.user, "--deny-all"], 0);
    let list = listed(&scene, 0);
    let journals = list["journals"].as_array().unwrap();
    let by_path = |list: &Value, path: &str| {
        let journals = list["journals"].as_array().unwrap();
        let found = journals.iter().find(|journal| journal["path"] == *path);
        found.unwrap_or_else(|| panic!("{path}: {list}")).clone()
    };
    assert_eq!(journals.len(), 2);
    for answer in [&first, &second] {
        let one = by_path(&list, journal(answer));
        assert_eq!(
            (&one["holds"], &one["state"]),
            (&"holds".into(), &"done".into())
        );
        assert_eq!(one["account"], "000000000000");
        assert_eq!(one["command"], answer["command"]);
        assert_eq!(one["doubts"], serde_json::json!([]));
    }
    let change = &by_path(&list, journal(&first))["changes"][0];
    assert_eq!(
        change["what"],
        format!("deactivate {} of user {}", key.id, key.user)
    );

    // the last one, and only that
    let undone = scene.apply(&["undo", "--last"], 0);
    assert_eq!(
        undone["title"],
        format!("take back quarantine user/{} --deny-all", key.user)
    );
    let list = listed(&scene, 0);
    assert_eq!(by_path(&list, journal(&second))["holds"], "lifted");
    assert_eq!(by_path(&list, journal(&first))["holds"], "holds");
    assert_eq!(by_path(&list, journal(&undone))["holds"], "holds");
    scene.account.is_no_key(&key.credentials).await;
    // of undoing there is no undoing without its name
    let again = scene.apply(&["undo", "--last"], 0);
    assert_eq!(again["state"], "nothing");

    let mut command = scene.sandbox.trailhunt();
    let table = said(command.args(["respond", "journals"])).exits(0);
    for word in [journal(&first), "does not hold any more", &key.id] {
        assert!(table.text().contains(word), "{word}: {}", table.text());
    }
}

/// A key that is deleted after it was deactivated does not work again; one that was activated does not hold that way.
#[tokio::test]
async fn what_is_gone_is_not_lifted() {
    let Some(scene) = Scene::new("jl-gone").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let done = scene.apply(&["deactivate-key", &key.id], 0);
    let undone = scene.undo(&done, 0);
    let again = scene.apply(&["deactivate-key", &key.id], 0);
    let delete = scene.account.iam.delete_access_key();
    let delete = delete.user_name(&key.user).access_key_id(&key.id);
    delete.send().await.expect("the key is deleted");
    let list = listed(&scene, 0);
    for (answer, holds) in [(&done, "holds"), (&undone, "lifted"), (&again, "holds")] {
        let journals = list["journals"].as_array().unwrap();
        let found = journals.iter().find(|it| it["path"] == *journal(answer));
        assert_eq!(found.unwrap()["holds"], holds, "{list:#}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_or_trusted_is_listed_as_that() {
    let Some(scene) = Scene::new("jl-unlisted").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let done = scene.apply(&["deactivate-key", &key.id], 0);
    let edited = std::fs::read_to_string(journal(&done)).unwrap();
    let edited = edited
        .replace("twice-responder", "somebody")
        .replace(&key.user, "\\u001b[31mroot");
    std::fs::write(scene.journals().join("99990101-edited.jsonl"), edited).unwrap();
    assert_eq!(listed(&scene, 0)["journals"].as_array().unwrap().len(), 2);
    std::fs::write(
        scene.journals().join("99990101-damaged.jsonl"),
        "{\"entry\":1}\n",
    )
    .unwrap();
    let list = listed(&scene, 3);
    assert_eq!(list["complete"], false);
    let journals = list["journals"].as_array().unwrap();
    assert!(journals[0]["doubts"][0].is_string(), "{list}");
    assert!(journals[1]["unread"].is_string(), "{list}");
    let mut command = scene.sandbox.trailhunt();
    let table = said(command.args(["respond", "journals"])).exits(3);
    assert!(!table.text().contains('\u{1b}'), "{}", table.text());
    assert!(table.text().contains("--trust-journal"), "{}", table.text());
    // the newest name does not make it the last one
    let plan = scene.plan_of_undo_last();
    assert!(words(&plan).contains(journal(&done)), "{plan}");
}

impl Scene {
    fn plan_of_undo_last(&self) -> Value {
        self.gate.reset();
        self.plan(&["undo", "--last"], 0)
    }
}

#[test]
fn without_credentials_it_is_not_known_whether_they_hold() {
    let sandbox = offline();
    let list = |code| {
        let mut command = sandbox.trailhunt();
        command
            .env_remove("AWS_ACCESS_KEY_ID")
            .env_remove("AWS_SECRET_ACCESS_KEY");
        command.args(["respond", "journals", "--format", "json"]);
        answer(&said(&mut command).exits(code))
    };
    let none = list(0);
    assert_eq!(
        (&none["caller"], &none["journals"]),
        (&Value::Null, &serde_json::json!([]))
    );
    let state = sandbox.home().join(".local/state/trailhunt");
    std::fs::create_dir_all(&state).unwrap();
    let run = r#"{"entry":"run","journal":1,"run_id":"00","at":"2026-11-22T10:00:00.000Z","tool_version":"0.1.0","command":["deactivate-key","AKIAIOSFODNN7EXAMPLE"],"account":"111122223333","caller":"arn:aws:iam::111122223333:user/oncall","access_key_id":"AKIAI44QH8DHBEXAMPLE","undoes":null}"#;
    std::fs::write(state.join("one.jsonl"), format!("{run}\n")).unwrap();
    let one = list(0);
    assert!(
        one["notes"][0]
            .as_str()
            .unwrap()
            .contains("IAM could not be asked"),
        "{one}"
    );
    assert_eq!(one["journals"][0]["account"], "111122223333");
}

#[tokio::test]
async fn a_second_journal_is_kept_where_it_is_asked_for() {
    let Some(scene) = Scene::new("jl-second").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let folder = Folder::new();
    let copy = folder.file("copy.jsonl");
    let copy = copy.to_str().unwrap();
    let run = ["deactivate-key", key.id.as_str(), "--journal-copy", copy];
    let plan = scene.plan(&run, 0);
    assert!(
        plan["next"][0]["argv"]
            .to_string()
            .contains("--journal-copy"),
        "{plan}"
    );
    assert!(folder.names().is_empty(), "a plan writes nothing");
    let done = scene.apply(&run, 0);
    let bytes = |path: &str| std::fs::read(path).unwrap();
    assert_eq!(bytes(copy), bytes(journal(&done)));
    std::fs::remove_file(journal(&done)).unwrap();
    let undone = scene.apply(&["undo", copy], 0);
    assert_eq!(outcomes(&undone), ["undo done"]);
    scene.account.works(&key.credentials).await;
    // what is no copy is known before anything is called
    let notes = Folder::new().with("notes", "call the bank");
    let notes = notes.file("notes");
    scene.gate.reset();
    let run = [
        "deactivate-key",
        &key.id,
        "--journal-copy",
        notes.to_str().unwrap(),
    ];
    scene.respond(run.iter().chain(&APPLY)).exits(2);
    assert_eq!(scene.gate.changes(), []);
}

/// A disk that is full when the run begins.
#[cfg(unix)]
#[tokio::test]
async fn a_full_disk_at_the_first_write_leaves_nothing_behind() {
    let Some(scene) = Scene::new("jl-nofirst").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let folder = Folder::new();
    let path = folder.file("journal");
    let path = path.to_str().unwrap();
    for place in [&["--journal", path][..], &[]] {
        let run = [&["deactivate-key", key.id.as_str()], place].concat();
        let limit = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";
        let mut shell = scene.sandbox.command("sh");
        shell
            .args(["-c", limit, env!("CARGO_BIN_EXE_trailhunt"), "respond"])
            .args(&run)
            .args(["--apply", "--yes", "--regions", HERE, "--rate", "50"]);
        let full = said(&mut shell);
        assert_ne!(full.code, Some(0), "{}", full.stderr);
        assert_eq!(scene.gate.changes(), []);
        assert!(folder.names().is_empty(), "{:?}", folder.names());
        let done = scene.apply(&run, 0);
        assert_eq!(outcomes(&done), ["keys done"]);
        scene.undo(&done, 0);
        scene.account.works(&key.credentials).await;
        std::fs::remove_file(journal(&done)).unwrap();
        scene.gate.reset();
    }
}
