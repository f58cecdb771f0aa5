//! What `contain` keeps of the users and roles before it changes them.

use std::path::{Path, PathBuf};

use super::incident::Incident;
use super::*;
use crate::support::gate::{Fault, Rule};

fn snapshot(answer: &Value) -> (PathBuf, Value) {
    let path = PathBuf::from(text(answer, "snapshot"));
    let text = std::fs::read_to_string(&path).expect("the snapshot is there");
    (path, serde_json::from_str(&text).expect("it is JSON"))
}

fn of<'s>(snapshot: &'s Value, principal: &str) -> &'s Value {
    let mut all = snapshot["principals"].as_array().unwrap().iter();
    let found = all.find(|state| state["principal"] == principal);
    found.unwrap_or_else(|| panic!("{principal} is in it: {snapshot:#}"))
}

fn contain(incident: &Incident, report: &str, more: &[&str], code: i32) -> Value {
    let run = [&["contain", "--from-trace", report], more].concat();
    incident.scene.apply(&run, code)
}

#[tokio::test]
async fn the_scene_is_kept_as_it_was_before_the_first_change() {
    let Some(incident) = Incident::new("kept").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let iam = &scene.account.iam;
    let group = scene.named("group");
    let made = iam.create_group().group_name(&group).send().await;
    made.expect("the name is new");
    let user = &incident.traced.user;
    let joined = iam.add_user_to_group().group_name(&group).user_name(user);
    joined.send().await.expect("both are there");
    let attached = iam.attach_role_policy().role_name(&incident.role);
    let attached = attached.policy_arn("arn:aws:iam::aws:policy/ReadOnlyAccess");
    attached.send().await.expect("the role is there");

    let report = incident.report();
    let plan = scene.plan(&["contain", "--from-trace", &report], 0);
    assert!(plan["snapshot"].is_null(), "{plan}");
    assert!(scene.gate.calls_of("ListGroupsForUser").is_empty());

    let answer = contain(&incident, &report, &[], 0);
    let (path, kept) = snapshot(&answer);
    assert_eq!(
        path,
        Path::new(journal(&answer)).with_extension("before.json")
    );
    assert_eq!(kept["account"], "000000000000");
    let victim = of(&kept, &format!("user/{user}"));
    assert_eq!(victim["groups"][0], group.as_str(), "{victim:#}");
    let keys = victim["access_keys"].as_array().unwrap();
    let status = |id: &str| {
        let key = keys.iter().find(|key| key["access_key_id"] == id);
        key.expect("each key is in it")["status"].clone()
    };
    assert_eq!(status(&incident.traced.id), "Active");
    assert_eq!(status(&incident.spare.id), "Active");
    let policy = victim["inline_policies"]["may"].as_str().unwrap();
    let policy: Value = serde_json::from_str(policy).expect("a policy is JSON");
    assert_eq!(policy["Statement"][0]["Effect"], "Allow");
    assert!(
        victim["user"]["arn"]
            .as_str()
            .unwrap()
            .ends_with(user.as_str())
    );
    let role = of(&kept, &format!("role/{}", incident.role));
    assert_eq!(
        role["attached_policies"][0],
        "arn:aws:iam::aws:policy/ReadOnlyAccess"
    );
    let trust = role["role"]["trust_policy"].as_str().unwrap();
    assert!(trust.contains("sts:AssumeRole"), "{trust}");
    // the deny that was put is not in it
    let inline = role["inline_policies"].as_object().unwrap();
    assert_eq!(inline.keys().collect::<Vec<_>>(), ["may"]);
    for state in kept["principals"].as_array().unwrap() {
        assert_eq!(state["unread"], serde_json::json!([]), "{state:#}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let listed = said(
        scene
            .sandbox
            .trailhunt()
            .args(["respond", "journals", "--format", "json"]),
    );
    let listed = listed.exits(0).json();
    assert_eq!(listed["journals"].as_array().unwrap().len(), 1, "{listed}");
}

#[tokio::test]
async fn what_cannot_be_kept_is_said_and_holds_up_nothing() {
    let Some(incident) = Incident::new("unkept").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let report = incident.report();
    scene.gate.rule(Rule::on("ListGroupsForUser", Fault::DENY));
    scene.gate.rule(Rule::on("ListUserPolicies", Fault::Hold));
    let policy = Rule::on("GetRolePolicy", Fault::DENY).of("PolicyName", "may");
    scene.gate.rule(policy);
    let answer = contain(&incident, &report, &[], 0);
    incident.is_contained().await;
    let (_, kept) = snapshot(&answer);
    let user = format!("user/{}", incident.traced.user);
    let victim = of(&kept, &user);
    assert!(victim["access_keys"].is_array(), "{victim:#}");
    assert!(victim["groups"].is_null(), "{victim:#}");
    let notes = answer["notes"].to_string();
    for lacks in [
        "iam:ListGroupsForUser: AccessDenied",
        "iam:ListUserPolicies: no answer within 5 s",
        "iam:GetRolePolicy may: AccessDenied",
    ] {
        assert!(notes.contains(lacks), "{lacks}: {notes}");
    }
    let unread = victim["unread"].to_string();
    assert!(unread.contains("iam:ListGroupsForUser"), "{unread}");
}

#[tokio::test]
async fn a_run_that_is_gone_on_with_keeps_one_more() {
    let Some(incident) = Incident::new("first").await else {
        return;
    };
    let Incident { scene, .. } = &incident;
    let report = incident.report();
    let denied = Rule::on("UpdateAccessKey", Fault::DENY);
    scene
        .gate
        .rule(denied.of("AccessKeyId", &incident.traced.id));
    let first = contain(&incident, &report, &[], 1);
    let (path, kept) = snapshot(&first);
    scene.gate.reset();
    let second = contain(&incident, &report, &[], 0);
    assert_eq!(journal(&first), journal(&second));
    let (more, _) = snapshot(&second);
    let first = std::fs::read_to_string(&path).unwrap();
    let first: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(first, kept, "the first stays as it was");
    let expected = Path::new(journal(&second)).with_extension("2.before.json");
    assert_eq!(more, expected);
    incident.is_contained().await;
}

#[tokio::test]
async fn a_file_of_somebody_else_stays_as_it_is() {
    let Some(incident) = Incident::new("not-ours").await else {
        return;
    };
    let report = incident.report();
    let theirs = incident.file("journal.before.json", "theirs");
    let own = theirs.replace(".before.json", ".jsonl");
    let answer = contain(&incident, &report, &["--journal", &own], 0);
    let (path, _) = snapshot(&answer);
    assert_eq!(path, Path::new(&theirs.replace(".before", ".2.before")));
    assert_eq!(std::fs::read_to_string(theirs).unwrap(), "theirs");
    incident.is_contained().await;
}
