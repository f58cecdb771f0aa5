//! What users hold besides access keys: API keys, SSH keys and signing certificates, in plans, in lists of what is still
//! usable, and back.

use serde_json::json;

use super::incident::Incident;
use super::*;
use crate::support::gate::{Fault, Rule};
use crate::support::held_credentials::Held;

const SORTS: [(&str, &str, &str); 3] = [
    (
        "ServiceSpecificCredential",
        "bedrock.amazonaws.com",
        "CreateServiceSpecificCredential",
    ),
    ("SSHPublicKey", "", "UploadSSHPublicKey"),
    ("Certificate", "", "UploadSigningCertificate"),
];

/// One of each sort of `user`, and their ids.
fn held(scene: &Scene, user: &str, tag: &str, made: &str) -> Vec<String> {
    let hold = |(sort, service, _): (&'static str, &'static str, &str)| {
        let id = format!("{}EXAMPLE{tag}0000000000", sort.to_uppercase());
        scene.gate.hold_credential(Held {
            sort,
            user: user.to_owned(),
            id: id.clone(),
            status: "Active".to_owned(),
            made: made.to_owned(),
            service,
        });
        id
    };
    SORTS.map(hold).to_vec()
}

fn statuses(scene: &Scene, ids: &[String]) -> Vec<String> {
    let status = |id: &String| scene.gate.credential_status(id);
    ids.iter().map(status).collect()
}

const OLD: &str = "2020-01-01T00:00:00Z";

#[tokio::test]
async fn all_that_a_created_user_holds_is_switched_off_and_back() {
    let Some(incident) = Incident::new("holds").await else {
        return;
    };
    let scene = &incident.scene;
    let ids = held(scene, &incident.created.user, "A", OLD);
    let more = held(scene, &incident.created.user, "B", OLD);
    let innocent = held(scene, &incident.traced.user, "C", OLD);
    let report = incident.report();
    let run = ["contain", "--from-trace", &report];
    let plan = scene.plan(&run, 0);
    assert_eq!(plan["missing_permissions"], json!([]));
    // an innocent user's own are named, with the call that switches them
    for id in &innocent {
        assert!(plan["notes"].to_string().contains(id), "{id}: {plan:#}");
    }
    let answer = scene.apply(&run, 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    assert_eq!(statuses(scene, &ids), ["Inactive"; 3]);
    assert_eq!(statuses(scene, &more), ["Inactive"; 3]);
    assert_eq!(statuses(scene, &innocent), ["Active"; 3]);
    // the victim has an API key of Bedrock: its short-term ones end, too
    let policies = scene.account.policies(&incident.traced.user).await;
    assert_eq!(policies, ["TrailhuntDenyBearerTokens"]);
    scene.apply(&["undo", journal(&answer), "--force"], 0);
    assert_eq!(statuses(scene, &ids), ["Active"; 3]);
    assert_eq!(statuses(scene, &more), ["Active"; 3]);
    incident.is_as_before().await;
}

#[tokio::test]
async fn what_the_lineage_made_for_the_victim_is_switched_off() {
    let Some(incident) = Incident::new("minted-keys").await else {
        return;
    };
    let scene = &incident.scene;
    let now = clock::wall().0.to_rfc3339();
    let made = held(scene, &incident.traced.user, "M", &now);
    let old = held(scene, &incident.traced.user, "O", OLD);
    let report = incident.forged("minted.json", |report| {
        for (_, _, call) in SORTS {
            let row = json!({"event_id": call, "time": now, "call": call, "error": null});
            let failed =
                json!({"event_id": "f", "time": OLD, "call": call, "error": "AccessDenied"});
            report["events"]
                .as_array_mut()
                .unwrap()
                .extend([row, failed, json!({"time": 7})]);
        }
    });
    let answer = scene.apply(&["contain", "--from-trace", &report], 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    assert_eq!(statuses(scene, &made), ["Inactive"; 3]);
    assert_eq!(statuses(scene, &old), ["Active"; 3]);
    scene.apply(&["undo", journal(&answer), "--force"], 0);
    assert_eq!(statuses(scene, &made), ["Active"; 3]);
}

/// Of one that was reset nobody tells which it was: every one of its sort may be.
#[tokio::test]
async fn what_the_lineage_reset_may_be_any_of_its_sort() {
    let Some(incident) = Incident::new("reset").await else {
        return;
    };
    let scene = &incident.scene;
    let ids = held(scene, &incident.traced.user, "R", OLD);
    let report = incident.forged("reset.json", |report| {
        let row = json!({"event_id": "r", "time": OLD, "call": "ResetServiceSpecificCredential"});
        report["events"].as_array_mut().unwrap().push(row);
        let elsewhere = json!({"event_id": "c", "time": OLD, "call": "UploadSSHPublicKey"});
        let mut late = elsewhere.clone();
        late["time"] = "2024-01-01T00:00:00Z".into();
        report["events"].as_array_mut().unwrap().push(late);
    });
    let answer = scene.apply(&["contain", "--from-trace", &report], 0);
    assert_eq!(statuses(scene, &ids), ["Inactive", "Active", "Active"]);
    // one was made, and is of nobody who is known
    assert!(
        words(&answer).contains("at none of the users of this plan"),
        "{answer:#}"
    );
}

/// That IAM does not let somebody look is not that there is nothing.
#[tokio::test]
async fn what_could_not_be_listed_is_said() {
    let Some(incident) = Incident::new("unlisted").await else {
        return;
    };
    let scene = &incident.scene;
    let report = incident.report();
    for (list, what) in [
        (
            "ListServiceSpecificCredentials",
            "service-specific credential",
        ),
        ("ListSSHPublicKeys", "SSH key"),
        ("ListSigningCertificates", "signing certificate"),
    ] {
        scene.gate.reset();
        scene.gate.rule(Rule::on(list, Fault::DENY));
        let plan = scene.plan(&["contain", "--from-trace", &report], 3);
        let left_out = plan["left_out"].to_string();
        assert!(
            left_out.contains(what) && left_out.contains("could not be looked up"),
            "{plan:#}"
        );
        assert_eq!(plan["complete"], false);
    }
}

#[tokio::test]
async fn other_commands_name_what_stays_usable() {
    let Some(scene) = Scene::new("names-held").await else {
        return;
    };
    let key = scene.account.user(&scene.named("victim")).await;
    let ids = held(&scene, &key.user, "N", OLD);
    for run in [
        vec!["deactivate-key", key.id.as_str()],
        vec!["revoke-sessions", key.user.as_str()],
        vec!["quarantine", key.user.as_str(), "--deny-all"],
    ] {
        let plan = scene.plan(&run, 0);
        let told = plan["notes"].to_string() + &plan["still_open"].to_string();
        for id in &ids {
            assert!(told.contains(id), "{id} {run:?} {plan:#}");
        }
    }
}
