//! `respond undo` of journals that somebody forged, edited, cut off or brought along: shown in full, and nothing is done.

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::support::offline::Folder;

/// Writes a journal as a colleague hands it over: only the owner may write it.
fn put(path: &Path, bytes: impl AsRef<[u8]>) {
    fs::write(path, bytes).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// A journal that contained the key of a user.
struct Contained {
    scene: Scene,
    key: Key,
    answer: Value,
    path: PathBuf,
    whole: String,
}

impl Contained {
    async fn new(name: &str) -> Option<Self> {
        let scene = Scene::new(name).await?;
        let key = scene.account.user(&scene.named("victim")).await;
        let answer = scene.apply(&["deactivate-key", &key.id], 0);
        let path = PathBuf::from(journal(&answer));
        let whole = fs::read_to_string(&path).unwrap();
        scene.gate.reset();
        Some(Self {
            scene,
            key,
            answer,
            path,
            whole,
        })
    }

    /// Undoes `path` with `flags`, all the way.
    fn undo(&self, path: &Path, flags: &[&str], code: i32) -> Value {
        let undo = ["undo", path.to_str().unwrap()];
        self.scene.apply(&[&undo, flags].concat(), code)
    }

    /// Asserts that `path` is shown with `why`, and not acted on.
    fn is_refused(&self, path: &Path, why: &str) {
        let answer = self.undo(path, &[], 1);
        assert_eq!(outcomes(&answer), ["undo refused"], "{answer}");
        assert_eq!(steps(&answer)[0]["slot"]["access_key_id"], *self.key.id);
        assert!(words(&answer).contains(why), "{why}: {answer}");
        let reason = text(&steps(&answer)[0], "reason");
        assert!(reason.contains("--trust-journal"), "{answer}");
        // it lifts denies early, and trusts nobody
        self.undo(path, &["--force"], 1);
        assert_eq!(self.scene.gate.changes(), []);
    }
}

#[tokio::test]
async fn an_edited_journal_reactivates_nobodys_key() {
    let Some(contained) = Contained::new("forged-edited").await else {
        return;
    };
    let scene = &contained.scene;
    // of somebody else, and inactive for a good reason
    let other = scene.account.user(&scene.named("other")).await;
    let off = scene.account.iam.update_access_key().user_name(&other.user);
    let off = off.access_key_id(&other.id);
    off.status(aws_sdk_iam::types::StatusType::Inactive)
        .send()
        .await
        .unwrap();
    let edited = contained.whole.replace(&contained.key.id, &other.id);
    let edited = edited.replace(&contained.key.user, &other.user);
    put(&contained.path, &edited);
    let answer = contained.undo(&contained.path, &[], 1);
    assert_eq!(outcomes(&answer), ["undo refused"]);
    assert!(
        words(&answer).contains("NOT as this machine wrote it"),
        "{answer}"
    );
    assert_eq!(scene.gate.changes(), []);
    scene.account.is_no_key(&other.credentials).await;
    // where its owner's name is not the one that IAM knows, not even trust helps
    let mixed = contained.whole.replace(&contained.key.id, &other.id);
    put(&contained.path, &mixed);
    contained.undo(&contained.path, &["--trust-journal"], 1);
    assert_eq!(scene.gate.changes(), []);
    scene.account.is_no_key(&other.credentials).await;
}

#[tokio::test]
async fn what_this_machine_did_not_write_needs_a_word() {
    let Some(contained) = Contained::new("forged-brought").await else {
        return;
    };
    let folder = Folder::new();
    let file = |name: &str, text: &str| {
        put(&folder.file(name), text);
        folder.file(name)
    };
    // a copy is as good as the journal
    let copy = file("copy", &contained.whole);
    let plan = contained.scene.plan(&["undo", copy.to_str().unwrap()], 0);
    assert_eq!(outcomes(&plan), ["undo planned"], "{plan}");
    let lines: Vec<&str> = contained.whole.split_inclusive('\n').collect();
    let unsealed: String = lines
        .iter()
        .map(|line| line.split(",\"seal\"").next().unwrap().to_owned() + "}\n")
        .collect();
    contained.is_refused(&file("before", &unsealed), "it is not sealed");
    let cut = lines[..lines.len() - 1].concat();
    contained.is_refused(&file("cut", &cut), "its last entries were cut off");
    let edited = contained
        .whole
        .replace(r#""state":"done""#, r#""state":"partial""#);
    contained.is_refused(
        &file("edited", &edited),
        "it was changed: the seal of line 5",
    );
    let swapped = [lines[0], lines[1], lines[3], lines[2], lines[4]].concat();
    contained.is_refused(
        &file("swapped", &swapped),
        "the seal of line 3 does not hold",
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o666)).unwrap();
        contained.is_refused(&copy, "others may write it");
    }
    let twice = contained.whole.replacen(
        r#""to":"Inactive""#,
        r#""to":"Inactive","to":"Inactive""#,
        1,
    );
    let twice = file("twice", &twice);
    let said = contained
        .scene
        .respond(["undo", twice.to_str().unwrap(), "--trust-journal"]);
    assert!(said.exits(2).stderr.contains("twice"));
    // whoever knows better says so
    let before = folder.file("before");
    let answer = contained.undo(&before, &["--trust-journal"], 0);
    assert_eq!(outcomes(&answer), ["undo done"]);
    assert!(
        words(&answer).contains("because of --trust-journal"),
        "{answer}"
    );
    contained
        .scene
        .account
        .works(&contained.key.credentials)
        .await;
}

#[tokio::test]
async fn a_journal_of_another_machine_needs_a_word() {
    let Some(contained) = Contained::new("forged-abroad").await else {
        return;
    };
    let state = contained.scene.journals();
    // as the state folder of another machine
    fs::rename(state.join("journal.key"), state.join("away")).unwrap();
    contained.is_refused(&contained.path, "its seals cannot be checked");
    let answer = contained.undo(&contained.path, &["--trust-journal"], 0);
    assert_eq!(outcomes(&answer), ["undo done"]);
}

#[tokio::test]
async fn what_another_journal_contained_too_is_left() {
    let Some(contained) = Contained::new("forged-both").await else {
        return;
    };
    let (scene, key) = (&contained.scene, &contained.key);
    // somebody activates it by hand, and it is contained again
    let on = scene.account.iam.update_access_key().user_name(&key.user);
    let on = on.access_key_id(&key.id);
    on.status(aws_sdk_iam::types::StatusType::Active)
        .send()
        .await
        .unwrap();
    let second = scene.apply(&["deactivate-key", &key.id], 0);
    scene.gate.reset();
    for (undone, other) in [(&contained.answer, &second), (&second, &contained.answer)] {
        let left = scene.undo(undone, 1);
        assert_eq!(outcomes(&left), ["undo refused"], "{left}");
        let reason = text(&steps(&left)[0], "reason");
        assert!(
            reason.contains("another journal contained it too"),
            "{left}"
        );
        assert!(reason.contains(journal(other)), "{left}");
    }
    assert_eq!(scene.gate.changes(), []);
    scene.account.is_no_key(&key.credentials).await;
}

#[tokio::test]
async fn a_containment_that_was_taken_back_holds_up_no_other() {
    let Some(contained) = Contained::new("forged-again").await else {
        return;
    };
    let scene = &contained.scene;
    scene.undo(&contained.answer, 0);
    let second = scene.apply(&["deactivate-key", &contained.key.id], 0);
    let undone = scene.undo(&second, 0);
    assert_eq!(outcomes(&undone), ["undo done"]);
    scene.account.works(&contained.key.credentials).await;
}

#[tokio::test]
async fn one_that_was_cut_off_before_its_changes_is_no_plan_without_any() {
    let Some(contained) = Contained::new("forged-empty").await else {
        return;
    };
    let first = contained.whole.split_inclusive('\n').next().unwrap();
    put(&contained.path, first);
    let answer = contained.undo(&contained.path, &[], 3);
    assert_eq!(
        (&answer["state"], &answer["complete"]),
        (&"nothing".into(), &false.into())
    );
    assert!(answer["notes"].to_string().contains("cut off"), "{answer}");
}

/// By hand more of them: `MUTATIONS=1000`.
#[tokio::test]
async fn mutations_of_a_real_journal_are_not_acted_on() {
    let Some(contained) = Contained::new("forged-mutated").await else {
        return;
    };
    let most = std::env::var("MUTATIONS")
        .ok()
        .and_then(|most| most.parse().ok());
    let most: usize = most.unwrap_or(15);
    let mut state: usize = 0x5eed;
    let mut next = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let whole = contained.whole.as_bytes();
    for number in 0..most {
        let mut bytes = whole.to_vec();
        let at = next(bytes.len());
        match number % 5 {
            0 => bytes[at] = bytes[at].wrapping_add(1 + u8::try_from(next(255)).unwrap()),
            1 => bytes.truncate(at),
            2 => drop(bytes.remove(at)),
            3 => bytes.insert(at, b'0' + u8::try_from(next(10)).unwrap()),
            _ => bytes.extend_from_within(..=at),
        }
        put(&contained.path, &bytes);
        let undo = ["undo", contained.path.to_str().unwrap()];
        let said = contained.scene.respond(undo.iter().chain(&APPLY));
        assert!(
            matches!(said.code, Some(1..=3)),
            "{number}: {}",
            said.stderr
        );
        assert_eq!(contained.scene.gate.changes(), [], "{number}");
    }
}
