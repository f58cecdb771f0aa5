//! The journal: where it stands, what happens where it cannot be written, and that two runs do not share one.

use super::*;
use crate::support::gate::{Fault, Rule};
use crate::support::offline::Folder;

#[tokio::test]
async fn it_stands_where_it_is_told_to_and_holds_no_secret() {
    let Some(scene) = Scene::new("named").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let folder = Folder::new();
    let path = folder.file("journal.jsonl");
    let path = path.to_str().unwrap();
    let answer = scene.apply(&["deactivate-key", &key.id, "--journal", path], 0);
    assert_eq!(journal(&answer), path);
    assert_eq!(names(&scene), ["heads", "journal.key"], "and nowhere else");
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(&key.id) && text.contains("Active"), "{text}");
    let request = text_of_request(&answer);
    assert!(text.contains(&request), "{request}: {text}");
    let secret = scene.sandbox.variable("AWS_SECRET_ACCESS_KEY").unwrap();
    assert!(!text.contains(secret), "{text}");
    assert!(entries(path).len() >= 3, "what, intended, done: {text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "it is the responder's alone");
    }
}

/// What stands in the state folder.
fn names(scene: &Scene) -> Vec<String> {
    let folder = std::fs::read_dir(scene.journals()).unwrap();
    let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn text_of_request(answer: &Value) -> String {
    text(&steps(answer)[0], "request_id").to_owned()
}

#[tokio::test]
async fn nothing_is_done_where_it_cannot_be_written() {
    let Some(scene) = Scene::new("nowhere").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let folder = Folder::new().with("report.json", "{\"mine\":true}");
    let taken = folder.file("report.json");
    let inside = folder.file("report.json/journal");
    // of a device that is full, the one that every Linux has
    let mut places = vec![taken, inside, folder.path().to_owned(), "/dev/full".into()];
    places.push(folder.file("no/such/folder/journal"));
    // not even root may write there
    places.extend(cfg!(target_os = "linux").then(|| "/sys/journal".into()));
    #[cfg(unix)]
    for (target, link) in [("report.json", "link"), ("missing", "dangling")] {
        let link = folder.file(link);
        std::os::unix::fs::symlink(folder.file(target), &link).unwrap();
        places.push(link);
    }
    for place in places {
        let place = place.to_str().unwrap();
        let run = ["deactivate-key", &key.id, "--journal", place];
        let said = scene.respond(run.iter().chain(&APPLY)).exits(2);
        assert!(said.json()["error"]["message"].is_string(), "{place}");
        assert_eq!(scene.gate.changes(), [], "{place}");
    }
    let report = std::fs::read_to_string(folder.file("report.json")).unwrap();
    assert_eq!(report, "{\"mine\":true}");
    let names = if cfg!(unix) {
        vec!["dangling", "link", "report.json"]
    } else {
        vec!["report.json"]
    };
    assert_eq!(folder.names(), names);
    scene.account.works(&key.credentials).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_runs_at_once_one_refuses() {
    let Some(scene) = Scene::new("twice").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    scene.gate.rule(Rule::on("UpdateAccessKey", Fault::Hold));
    let first = scene.start(&["deactivate-key", &key.id]);
    scene.gate.wait_until_held();
    let second = scene.respond(["deactivate-key", &key.id].iter().chain(&APPLY));
    let error = second.exits(2).json()["error"].to_string();
    assert!(error.contains("another run"), "{error}");
    assert_eq!(scene.gate.changes().len(), 1);
    scene.gate.let_go();
    let said = ended(first).exits(0);
    assert_eq!(answer(&said)["state"], "done");
    scene.account.is_no_key(&key.credentials).await;
}

#[tokio::test]
async fn a_torn_last_line_is_what_a_crash_leaves_and_no_obstacle() {
    let Some(scene) = Scene::new("torn").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    scene.gate.rule(Rule::on_change(Fault::HoldAnswer).times(1));
    let run = ["deactivate-key", key.id.as_str()];
    let mut running = scene.start(&run);
    scene.gate.wait_until_held();
    running.kill().expect("it runs");
    running.wait().expect("it is our child");
    scene.gate.turn_away();
    scene.gate.reset();
    let names = names(&scene);
    let name = names.iter().find(|name| name.contains("deactivate-key"));
    let name = name.unwrap();
    let path = scene.journals().join(name);
    let whole = std::fs::read(&path).unwrap();
    for torn in [&b"{\"entry\":\"do"[..], b"\0\0\0"] {
        std::fs::write(&path, [&whole, torn].concat()).unwrap();
        let plan = scene.plan(&["undo", path.to_str().unwrap()], 0);
        assert_eq!(outcomes(&plan), ["undo planned"], "{plan}");
    }
    let answer = scene.apply(&run, 0);
    assert_eq!(journal(&answer), path.to_str().unwrap());
    let whole = std::fs::read(&path).unwrap();
    let lines: Vec<_> = whole.split_inclusive(|&byte| byte == b'\n').collect();
    // of a line that was on disk no crash takes anything
    for cut in [1, lines.last().unwrap().len() / 2] {
        std::fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        let plan = scene.plan(&["undo", path.to_str().unwrap()], 1);
        assert_eq!(outcomes(&plan), ["undo refused"], "{plan}");
    }
    // a line that is damaged in the middle is no crash's
    let mut damaged = whole.clone();
    let at = lines[0].len() / 2;
    damaged[at] = b'\n';
    let folder = Folder::new().with("damaged", damaged);
    let damaged = folder.file("damaged");
    scene.respond(["undo", damaged.to_str().unwrap()]).exits(2);
    std::fs::write(&path, whole).unwrap();
    let undone = scene.undo(&answer, 0);
    assert_eq!(outcomes(&undone), ["undo done"]);
    scene.account.works(&key.credentials).await;
}

/// Who is asked has read the plan: a yes that cannot be carried out costs the minutes that count.
#[tokio::test]
async fn a_home_that_takes_no_journal_is_known_before_the_question() {
    let Some(scene) = Scene::new("fullhome").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    std::fs::write(scene.sandbox.home().join(".local"), "a file").unwrap();
    let run = ["deactivate-key", key.id.as_str()];
    let dry = scene.respond(run).exits(0);
    let flat = dry.text().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("--apply would not begin: cannot"), "{flat}");
    let said = scene.respond(run.iter().chain(&["--apply"])).exits(2);
    assert!(said.stderr.contains("the journal"), "{}", said.stderr);
    assert_eq!(said.text(), "", "no plan, and no question");
    assert_eq!(scene.gate.changes(), []);
}
