//! Sign-in sessions of the lineage: denied by their ARNs, and the deny taken back.

use serde_json::json;

use super::incident::Incident;
use super::*;
use crate::support::gate::{Fault, Rule};

const POLICY: &str = "TrailhuntDenySignInSessions";

fn session(id: &str) -> String {
    format!("arn:aws:signin:us-east-1:000000000000:session/{id}")
}

/// The report, in which the node of the role's session belongs to these sign-in sessions.
fn report(incident: &Incident, name: &str, sessions: &[String]) -> String {
    let key = incident.session.access_key_id().to_owned();
    incident.forged(name, |report| {
        let nodes = report["lineage"].as_array_mut().unwrap();
        let node = nodes.iter_mut().find(|node| node["id"] == *key).unwrap();
        node["sign_in_sessions"] = json!(sessions);
        // its keys are over, and the session makes new ones
        node["expires_at"] = "2026-01-01T00:00:00Z".into();
    })
}

/// The call and the policy document of the step that denies them.
fn deny(answer: &Value) -> (&Value, Value) {
    let is_it = |step: &&Value| step["slot"]["policy"] == POLICY;
    let step = steps(answer).iter().find(is_it);
    let step = step.unwrap_or_else(|| panic!("no deny of sign-in sessions: {answer:#}"));
    let document = serde_json::from_str(text(step, "after")).expect("a policy is JSON");
    (step, document)
}

#[tokio::test]
async fn a_sign_in_session_is_denied_and_the_deny_is_taken_back() {
    let Some(incident) = Incident::new("sign-in").await else {
        return;
    };
    let scene = &incident.scene;
    let [first, second] = ["0f1e-a", "0f1e-b"].map(session);
    let report_one = report(&incident, "one.json", std::slice::from_ref(&first));
    let run = ["contain", "--from-trace", &report_one];
    let plan = scene.plan(&run, 0);
    assert_eq!(plan["missing_permissions"], json!([]));
    let (step, document) = deny(&plan);
    assert_eq!(step["slot"]["role"], incident.role);
    let condition = json!({"ArnLike": {"aws:SignInSessionArn": [first]}});
    assert_eq!(document["Statement"][0]["Effect"], "Deny");
    assert_eq!(document["Statement"][0]["Condition"], condition);
    assert!(
        plan["notes"].to_string().contains("cannot be taken back"),
        "{plan:#}"
    );
    let answer = scene.apply(&run, 0);
    assert_eq!(answer["state"], "done", "{answer:#}");
    let policies = scene.account.role_policies(&incident.role).await;
    assert_eq!(policies, [POLICY]);
    // another report adds to what is denied
    let report_two = report(&incident, "two.json", std::slice::from_ref(&second));
    let more = scene.apply(&["contain", "--from-trace", &report_two], 0);
    let denied = json!({"ArnLike": {"aws:SignInSessionArn": [first, second]}});
    assert_eq!(deny(&more).1["Statement"][0]["Condition"], denied);
    scene.apply(&["undo", journal(&more)], 0);
    let undone = scene.apply(&["undo", journal(&answer), "--force"], 0);
    assert!(
        undone["notes"].to_string().contains("come alive again"),
        "{undone:#}"
    );
    incident.is_as_before().await;
}

/// A deny of sessions waits until the traced key is inactive; a sign-in session is not opened by a key.
#[tokio::test]
async fn the_deny_does_not_wait_for_a_key_that_stays_active() {
    let Some(incident) = Incident::new("sign-in-now").await else {
        return;
    };
    let scene = &incident.scene;
    let report = report(&incident, "report.json", &[session("0f1e-c")]);
    scene.gate.rule(Rule::on("UpdateAccessKey", Fault::DENY));
    let answer = scene.apply(&["contain", "--from-trace", &report], 1);
    assert_eq!(answer["state"], "partial", "{answer:#}");
    assert_eq!(deny(&answer).0["state"], "done", "{answer:#}");
}

/// What could not be read is no plan without it, and what the report makes up reaches no policy.
#[tokio::test]
async fn what_is_not_known_is_said_and_what_is_made_up_is_left_out() {
    let Some(incident) = Incident::new("sign-in-odd").await else {
        return;
    };
    let scene = &incident.scene;
    let odd = [
        "arn:aws:signin:*:000000000000:session/*",
        "arn:aws:signin:us-east-1:000000000000:session/\",\"*",
        "*",
        "",
    ];
    let made_up = report(&incident, "odd.json", &odd.map(str::to_owned));
    let plan = scene.plan(&["contain", "--from-trace", &made_up], 0);
    let denies = steps(&plan)
        .iter()
        .filter(|step| step["slot"]["policy"] == POLICY);
    assert_eq!(denies.count(), 0, "{plan:#}");
    assert!(
        plan["left_out"]
            .to_string()
            .contains("it is no ARN of a sign-in session"),
        "{plan:#}"
    );
    let known = report(&incident, "known.json", &[session("0f1e-d")]);
    scene.gate.rule(Rule::on("GetRolePolicy", Fault::DENY));
    let plan = scene.plan(&["contain", "--from-trace", &known], 3);
    assert_eq!(plan["complete"], false, "{plan:#}");
    let left_out = plan["left_out"].to_string();
    assert!(
        left_out.contains("sign-in sessions of role/")
            && left_out.contains("could not be looked up"),
        "{plan:#}"
    );
}
